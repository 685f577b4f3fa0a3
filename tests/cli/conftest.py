"""The program as a user runs it: a process of its own, with its own home, no terminal and no account."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def run(tmp_path: Path, home: Path) -> Run:
    """Runs `deploymend …` in a folder (by default an empty one), with extra variables and stdin."""
    empty = tmp_path / "empty"
    empty.mkdir()

    def start(
        *arguments: str, cwd: Path = empty, env: Mapping[str, str] | None = None, stdin: bytes | None = None
    ) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        done = subprocess.run(
            [sys.executable, "-m", "deploymend", *arguments],
            cwd=cwd,
            env={**kept, "HOME": str(home), "GIT_CEILING_DIRECTORIES": str(tmp_path), "LANG": "C.UTF-8", **(env or {})},
            input=stdin or b"",
            capture_output=True,
            check=False,
            timeout=120,
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
        )

    return start


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git checkout of a small Vite app with a remote."""
    folder = tmp_path / "Store Front"
    folder.mkdir()
    (folder / "package.json").write_text('{"scripts": {"build": "vite build"}, "devDependencies": {"vite": "5.0.0"}}')
    remote = tmp_path / "remote.git"
    for command in (
        ["git", "init", "-q", "--bare", str(remote)],
        ["git", "init", "-q", "-b", "main", str(folder)],
        ["git", "-C", str(folder), "remote", "add", "origin", str(remote)],
    ):
        subprocess.run(command, check=True)
    return folder
