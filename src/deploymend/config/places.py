"""Where deploymend keeps things on this machine (specifications.freedesktop.org, "XDG Base Directory")."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploymend.errors import ConfigurationError


def state_folder(environment: Mapping[str, str]) -> Path:
    """Where incidents, messages and memory are: DEPLOYMEND_STATE, else $XDG_STATE_HOME/deploymend, else
    ~/.local/state/deploymend.

    The folder may not exist yet. Raises ConfigurationError when there is no home to put it in.
    """
    return _place(environment, own="DEPLOYMEND_STATE", base="XDG_STATE_HOME", below_home=".local/state")


def cache_folder(environment: Mapping[str, str]) -> Path:
    """What can be fetched again: DEPLOYMEND_CACHE, else $XDG_CACHE_HOME/deploymend, else ~/.cache/deploymend."""
    return _place(environment, own="DEPLOYMEND_CACHE", base="XDG_CACHE_HOME", below_home=".cache")


def _place(environment: Mapping[str, str], *, own: str, base: str, below_home: str) -> Path:
    if chosen := environment.get(own):
        return Path(chosen).expanduser().absolute()
    # The specification says to ignore a relative base.
    if (folder := environment.get(base)) and Path(folder).is_absolute():
        return Path(folder) / "deploymend"
    home = environment.get("HOME", "")
    if not Path(home).is_absolute():
        raise ConfigurationError(
            "HOME is not set, so there is no place to keep things", next_step=f"Set {own} to a folder."
        )
    return Path(home) / below_home / "deploymend"
