"""A project to mend, and a user with a git identity."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploymend.testing.git_remote import GitRemote
from deploymend.testing.mend_stage import MendStage


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MendStage:
    """An empty remote for one project."""
    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\nname = Uma User\nemail = uma@example.test\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    return MendStage(await GitRemote.create(tmp_path / "remote"), tmp_path / "cache")
