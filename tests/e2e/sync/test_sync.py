"""`deploymend sync`, the Repo Sync Agent: what is here goes up, is followed to green, and healed on the way."""

from __future__ import annotations

import asyncio
import json
import signal
from typing import Any

import pytest

pytestmark = pytest.mark.slow

WRONG_CASE = {"src/main.js": 'exports.label = require("./Price").label;\n'}
CURED = 'exports.label = require("./price").label;'


async def test_green_at_once(stage: Any) -> None:
    """Commits everything, pushes, follows; the success message has the seed's four lines; the end is told last."""
    await stage.deployed()
    stage.write({"src/price.js": 'exports.label = "2.00";\n', "src/new.js": "exports.a = 1;\n"})
    done = await stage.run("sync", "-m", "Raise the price")
    sha = stage.git("rev-parse", "main", cwd=stage.remote)
    assert done.returncode == 0, done.stdout + done.stderr
    assert stage.git("log", "-1", "--format=%s", "main", cwd=stage.remote) == "Raise the price"
    assert stage.git("status", "--porcelain") == ""
    assert stage.git("show", "--stat", "--format=", "HEAD").count("|") == 2
    for words in ("DEPLOYMENT SUCCESSFUL", "Build completed successfully", "Live at: http", f"Commit: {sha[:7]}"):
        assert words in done.stdout
    assert done.stdout.splitlines()[-1].startswith("  ✓ green   http")
    assert "\x1b" not in done.stdout
    assert stage.server.token not in done.stdout + done.stderr


async def test_nothing_to_commit_follows_what_is_there(stage: Any) -> None:
    """In JSON one object on stdout, and the messages beside it."""
    await stage.deployed()
    stage.git("commit", "-q", "--allow-empty", "-m", "Mine already")
    head = stage.git("rev-parse", "HEAD")
    done = await stage.run("sync", "-m", "Not needed", "--format", "json")
    found = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (found["outcome"], found["commit"], found["committed"]) == ("green", head, False)
    assert found["deployment"].startswith("dpl_")
    assert (found["incident"], found["state"]) == (None, None)
    assert "nothing to commit" in done.stderr
    assert "DEPLOYMENT SUCCESSFUL" in done.stderr
    assert stage.git("rev-parse", "main", cwd=stage.remote) == head


async def test_red_heals(stage: Any) -> None:
    """The broken push is repaired and pushed by itself; exit 0, one message, and the story is kept."""
    await stage.deployed()
    stage.write(WRONG_CASE)
    done = await stage.run("sync", "-m", "Break it")
    assert done.returncode == 0, done.stdout + done.stderr
    order = ["✗ build failed", "wrong-case-import", "⟳ attempt 1 of 3", "repair   rules/import-case", "✓ green in"]
    places = [done.stdout.find(words) for words in order]
    assert -1 not in places
    assert places == sorted(places)
    assert done.stdout.count("DEPLOYMENT SUCCESSFUL") == 1
    assert "Silent attempts: 1" in done.stdout
    assert done.stdout.splitlines()[-1] == "  the whole story: deploymend incidents 1"
    assert stage.site() == CURED
    story = await stage.run("incidents", "1", "--format", "json")
    assert json.loads(story.stdout)["deployment_state"]["attempt_count"] == 1


async def test_redeploy_builds_again(stage: Any) -> None:
    """The same commit, a new deployment, nothing pushed."""
    await stage.deployed()
    first = json.loads((await stage.run("sync", "--format", "json")).stdout) if await _pushed(stage) else {}
    before = stage.everything()
    done = await stage.run("sync", "--redeploy", "--format", "json")
    again = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert again["commit"] == first["commit"]
    assert again["deployment"] != first["deployment"]
    assert stage.everything() == before


async def _pushed(stage: Any) -> str:
    stage.git("commit", "-q", "--allow-empty", "-m", "Something to deploy")
    return str(stage.git("rev-parse", "HEAD"))


async def test_red_and_not_code(stage: Any) -> None:
    """A missing variable: exit 1, the message with what to do, nothing pushed but the user's own commit."""
    await stage.deployed()
    script = 'throw new Error("Missing required environment variable: STRIPE_KEY");\n'
    stage.write({"src/price.js": script})
    done = await stage.run("sync", "-m", "Read the key")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DEPLOYMENT FAILED - Manual Intervention Required" in done.stdout
    assert "Set STRIPE_KEY for this environment" in done.stdout
    assert stage.git("log", "--format=%s", "main", cwd=stage.remote).splitlines() == ["Read the key", "First version"]


async def test_another_deploymend_heals_it(stage: Any) -> None:
    """`watch` of the same configuration works on the incident; `sync` follows it to the same end, and a second `watch`
    is told that one is running.
    """
    await stage.deployed()
    watcher = await stage.start("watch")
    assert watcher.stdout is not None
    async with asyncio.timeout(60):
        first = await watcher.stdout.readline()
    assert first.decode().startswith("watching shop")
    second = await stage.run("watch")
    assert second.returncode == 2
    assert "next:" in second.stderr
    stage.write(WRONG_CASE)
    done = await stage.run("sync", "-m", "Break it", "--format", "json")
    found = json.loads(done.stdout)
    assert (done.returncode, found["outcome"], found["state"]) == (0, "green", "recovered"), done.stderr
    assert found["incident"] == 1
    watcher.send_signal(signal.SIGINT)
    async with asyncio.timeout(60):
        out, err = await watcher.communicate()
    assert watcher.returncode == 0, err.decode()
    assert "stopped; what was under way goes on" in out.decode()
    assert stage.site() == CURED
    assert stage.git("rev-list", "--count", "main", cwd=stage.remote) == "3"
