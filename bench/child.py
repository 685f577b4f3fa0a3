"""The programs that are measured, as a user would start them, and the environment they get."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

CACHE = Path(__file__).parent.parent / ".cache" / "bench"
"""Where Node is kept from run to run."""


def deploymend(*arguments: str) -> list[str]:
    """The argument list of the program."""
    return [sys.executable, "-m", "deploymend", *arguments]


def environment(cache: Path, **further: str) -> dict[str, str]:
    """This process's, without an account, with a cache of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("VERCEL", "DEPLOYMEND"))}
    return {**own, "DEPLOYMEND_CACHE": str(cache), "NO_COLOR": "1", **further}


def run(arguments: list[str], env: Mapping[str, str] | None = None, *, codes: tuple[int, ...] = (0,)) -> str:
    """What it prints. Raises RuntimeError, with what it said, when it ends with another code."""
    done = subprocess.run(arguments, capture_output=True, text=True, env=env, check=False)
    if done.returncode not in codes:
        msg = f"{' '.join(arguments[1:4])} ended with {done.returncode}: {done.stderr[-500:]}"
        raise RuntimeError(msg)
    return done.stdout


def answer(*command: str) -> str:
    """What a tool says of itself; `none` when it is not here."""
    try:
        return run(list(command)).strip()
    except (OSError, RuntimeError):
        return "none"


def cold_cache(folder: Path) -> Path:
    """A cache with nothing in it but Node, which is fetched once a machine."""
    nodes = CACHE / "node"
    nodes.mkdir(parents=True, exist_ok=True)
    folder.mkdir(parents=True)
    (folder / "node").symlink_to(nodes)
    return folder
