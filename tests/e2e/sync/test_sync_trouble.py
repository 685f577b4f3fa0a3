"""When the platform cannot be used, `sync` says why within seconds, before anything is committed or pushed."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import pytest

pytestmark = pytest.mark.slow

PROMPT_SECONDS = 60.0
"""Generous for a loaded machine: without the shorter patience it would take minutes."""


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


async def _told(stage: Any, command: str, *, env: dict[str, str] | None = None) -> tuple[int, str]:
    stage.write({"src/price.js": 'exports.label = "3.00";\n'})
    before = stage.everything()
    started = time.monotonic()
    done = await stage.run(*command.split(), env=env)
    assert time.monotonic() - started < PROMPT_SECONDS
    assert stage.everything() == before
    assert "next: " in done.stderr
    assert len(done.stderr.splitlines()) <= 4
    assert "hush-hush" not in done.stdout + done.stderr
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", ["sync -m Change", "watch"])
async def test_a_wrong_token(stage: Any, command: str) -> None:
    """The user's to mend: where to get one; the token itself is not shown."""
    await stage.deployed()
    code, said = await _told(stage, command, env={"VERCEL_TOKEN": "hush-hush-token"})
    assert code == 2
    assert "token" in said.lower()


async def test_a_wrong_team(stage: Any) -> None:
    """The team that the token does not reach is named."""
    await stage.deployed()
    stage.configure(team="somebody-else")
    code, said = await _told(stage, "sync")
    assert code in {2, 3}
    assert "team" in said


async def test_an_unknown_project(stage: Any) -> None:
    """The project that the team does not have is named."""
    await stage.deployed()
    stage.configure(project="shoop")
    code, said = await _told(stage, "sync")
    assert code in {2, 3}
    assert "shoop" in said


async def test_the_platform_is_away(stage: Any) -> None:
    """An outside service failed, so 3; in JSON as an error object."""
    await stage.deployed()
    away = {"VERCEL_API_URL": f"http://127.0.0.1:{closed_port()}"}
    code, said = await _told(stage, "sync -m Change --format json", env=away)
    assert code == 3
    assert "network" in said
    done = await stage.run("doctor", "--format", "json", env=away)
    problems = [one for one in json.loads(done.stdout)["findings"] if one["level"] == "problem"]
    assert done.returncode == 2
    assert any("vercel" in one["subject"].lower() and one["cure"] for one in problems), problems


async def test_a_checkout_that_is_on_no_branch(stage: Any) -> None:
    """Nothing is committed to a detached HEAD."""
    await stage.deployed()
    stage.git("checkout", "-q", "--detach")
    code, said = await _told(stage, "sync")
    assert code == 2
    assert "detached HEAD" in said


async def test_the_remote_has_more(stage: Any) -> None:
    """What somebody pushed meanwhile is not overwritten: the user gets it first; their commit is kept here."""
    await stage.deployed()
    other = stage.folder / "other"
    stage.git("clone", "-q", str(stage.remote), str(other), cwd=stage.folder)
    stage.git("commit", "-q", "--allow-empty", "-m", "Somebody's", cwd=other)
    stage.git("push", "-q", cwd=other)
    there = stage.git("rev-parse", "main", cwd=stage.remote)
    stage.write({"src/price.js": 'exports.label = "3.00";\n'})
    done = await stage.run("sync", "-m", "Mine")
    assert done.returncode == 2
    assert "has commits that this checkout does not have" in done.stderr
    assert "git pull --rebase" in done.stderr
    assert stage.git("rev-parse", "main", cwd=stage.remote) == there
    assert stage.git("log", "-1", "--format=%s") == "Mine"
