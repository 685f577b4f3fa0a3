"""Git as a user has it: an identity of their own, nothing of this machine's settings, and a real remote."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploymend.testing.git_remote import GitRemote
from deploymend.testing.git_stage import GitStage

GIT_SETTINGS = """\
[user]
name = Uma User
email = uma@example.test
[init]
defaultBranch = main
"""


@pytest.fixture
def git_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own git configuration, for a test to add to."""
    settings = tmp_path / "gitconfig"
    settings.write_text(GIT_SETTINGS)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return settings


@pytest.fixture
async def remote(tmp_path: Path, git_settings: Path) -> GitRemote:
    """A real bare remote without a commit."""
    assert git_settings.exists()
    return await GitRemote.create(tmp_path / "remote")


@pytest.fixture
def stage(remote: GitRemote, tmp_path: Path) -> GitStage:
    """The stage of the repository's contract."""
    return GitStage(remote, tmp_path / "cache")


@pytest.fixture
async def home(remote: GitRemote, tmp_path: Path) -> Path:
    """A user's clone of the remote, on main, with three files."""
    await remote.push({"README.md": "# Hello\n", "src/a.ts": "a\n", "old.txt": "old\n"})
    folder = tmp_path / "home of uma"
    await remote.git("clone", "--quiet", str(remote.bare), str(folder), cwd=tmp_path)
    return folder
