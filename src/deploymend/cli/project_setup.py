"""From the folder a command runs in to the configuration it means."""

from __future__ import annotations

from pathlib import Path

from deploymend.config import Config, find_config, nearest_config, read_config
from deploymend.errors import ConfigurationError


def required_config(given: Path | None) -> tuple[Config, Path]:
    """The configuration and its folder: the file given, or the nearest one above. Raises ConfigurationError."""
    path = given or find_config(Path.cwd())
    config = read_config(path)
    if not config.projects:
        msg = f"{path} names no project"
        raise ConfigurationError(msg, next_step="Add [[projects]] with the `name` it has on the platform.")
    return config, path.resolve().parent


def any_config(given: Path | None) -> Config:
    """The same where a command also works without one."""
    path = given or nearest_config(Path.cwd())
    return read_config(path) if path else Config()
