"""From a file to a `Config`, or to one clear error."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from deploymend.config.explain import explain
from deploymend.config.model import Config, ProjectConfig
from deploymend.errors import ConfigurationError

FILE_NAME = "deploymend.toml"
MAX_BYTES = 1_000_000
SEE = "All settings: docs/configuration.md, or `deploymend init --schema` for an editor."


def find_config(start: Path) -> Path:
    """The nearest `deploymend.toml`, in `start` or a folder above it. Raises ConfigurationError when there is none."""
    if (found := nearest_config(start)) is not None:
        return found
    raise ConfigurationError(
        f"there is no {FILE_NAME} in {start.resolve()} or above it",
        next_step="Write one with: deploymend init",
    )


def nearest_config(start: Path) -> Path | None:
    """The same for commands that also work without one: None when there is none."""
    folders = _upwards(start.resolve())
    return next((folder / FILE_NAME for folder in folders if (folder / FILE_NAME).exists()), None)


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents


def read_config(path: Path) -> Config:
    """The settings in `path`, relative paths made absolute. Raises ConfigurationError with the line of each problem."""
    return resolve_paths(parse_config(_read_text(path), name=path.name), folder=path.resolve().parent)


def parse_config(text: str, *, name: str = FILE_NAME) -> Config:
    """The settings in a TOML text; `name` is what messages call it. Raises ConfigurationError."""
    try:
        return Config.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{name} is not valid TOML: {error}", next_step=SEE) from error
    except ValidationError as error:
        raise ConfigurationError(explain(error, text=text, name=name), next_step=SEE) from None
    except RecursionError as error:
        raise ConfigurationError(f"{name} is nested too deeply to be read", next_step=SEE) from error


def resolve_paths(config: Config, *, folder: Path) -> Config:
    """The same settings with paths counted from `folder`; addresses of remotes stay as they are."""
    memory = config.memory
    if memory.folder is not None:
        memory = memory.model_copy(update={"folder": folder / memory.folder.expanduser()})
    projects = tuple(_resolve_repository(project, folder) for project in config.projects)
    return config.model_copy(update={"memory": memory, "projects": projects})


def _resolve_repository(project: ProjectConfig, folder: Path) -> ProjectConfig:
    if is_remote(project.repository):
        return project
    return project.model_copy(update={"repository": str((folder / Path(project.repository).expanduser()).resolve())})


def is_remote(repository: str) -> bool:
    """True for a git address (`https://…`, `ssh://…`, `git@host:path`), false for a path (git-clone(1), "GIT URLS")."""
    before, colon, _ = repository.partition(":")
    return "://" in repository or (bool(colon) and "/" not in before and len(before) > 1)


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise ConfigurationError(f"{path} does not exist", next_step="Write one with: deploymend init") from None
    except IsADirectoryError:
        raise ConfigurationError(f"{path} is a folder, not a file", next_step=f"Name the {FILE_NAME} in it.") from None
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}", next_step=f"ls -l {path}") from error
    if len(data) > MAX_BYTES:
        raise ConfigurationError(f"{path} is larger than 1 MB: this is not a configuration", next_step=SEE)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigurationError(
            f"{path}:{line}: the file is not UTF-8 (byte {error.start})", next_step="Save it as UTF-8."
        ) from None
