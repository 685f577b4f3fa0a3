"""What survives a stop, and what a start refuses."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import pytest

from deploymend.errors import ConfigurationError
from deploymend.loopback import ProjectWish


async def test_a_restart_knows_everything(stand: Any, clone: Any) -> None:
    """Token, project, deployments, logs, webhooks and sites are there again."""
    async with stand.running(clone.remote) as api:
        red = await api.finished(clone.push(exit_code=1))
        green = await api.finished(clone.push(site={"index.html": "kept"}))
        await api.call("POST", "/v1/webhooks", {"url": "http://127.0.0.1:9", "events": ["deployment.error"]})
        token, log = api.server.token, await api.log(red["uid"])
    async with stand.running() as api:
        assert api.server.token == token
        assert [found["uid"] for found in await api.deployments()] == [green["uid"], red["uid"]]
        assert await api.log(red["uid"]) == log
        assert (await api.client.get("/_site/shop/")).text == "kept"
        assert len(await api.call("GET", "/v1/webhooks")) == 1


async def test_a_build_that_was_interrupted_starts_again(stand: Any, clone: Any) -> None:
    """A stop in the middle of a build leaves it for the next start, which builds it from the beginning."""
    async with stand.running(clone.remote) as api:
        sha = clone.push(seconds=0.5, lines=["once"])
        await api.until(lambda found: found["state"] == "BUILDING", sha=sha)
    async with stand.running() as api:
        done = await api.finished(sha)
        assert done["state"] == "READY"
        assert (await api.log(done["uid"])).count("once") == 1


async def test_pushes_during_a_stop_are_seen_at_the_start(stand: Any, clone: Any) -> None:
    """A branch that moved while nobody looked is built; one that did not is not built again."""
    async with stand.running(clone.remote) as api:
        await api.finished(clone.push("before"))
    sha = clone.push("meanwhile")
    async with stand.running() as api:
        assert (await api.finished(sha))["state"] == "READY"
        assert len(await api.deployments()) == 2


async def test_a_half_written_log_line_is_left_out(stand: Any, clone: Any) -> None:
    """A log whose last line was cut by a crash is read up to there."""
    async with stand.running(clone.remote) as api:
        done = await api.finished(clone.push())
        log = await api.log(done["uid"])
    path = stand.folder / "logs" / f"{done['uid']}.jsonl"
    path.write_text(path.read_text()[:-20])
    async with stand.running() as api:
        assert await api.log(done["uid"]) == log[:-1]


async def test_a_damaged_record_is_named(stand: Any, clone: Any) -> None:
    """A record that is no JSON stops the start with its path and what to do."""
    async with stand.running(clone.remote):
        pass
    (damaged,) = (stand.folder / "projects").glob("*.json")
    damaged.write_text("{")
    with pytest.raises(ConfigurationError, match=damaged.name) as caught:
        async with stand.running():
            pass
    assert "Delete" in caught.value.next_step


async def test_one_folder_serves_one_at_a_time(stand: Any) -> None:
    """A second start on the same folder is refused; after the first ends it is welcome."""
    async with stand.running():
        with pytest.raises(ConfigurationError, match="Another loopback Vercel"):
            async with stand.running():
                pass
    async with stand.running() as api:
        assert await api.deployments() == []


async def test_a_taken_port_is_refused(stand: Any) -> None:
    """The message names the port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigurationError, match=str(port)):
            async with stand.running(port=port):
                pass


async def test_a_folder_that_cannot_be_made_is_refused(stand: Any, tmp_path: Path) -> None:
    """A file in the way of the state folder is told."""
    (tmp_path / "state").write_text("in the way")
    with pytest.raises(ConfigurationError, match="cannot be used"):
        async with stand.running():
            pass


async def test_asking_for_a_project_again_changes_it_and_keeps_its_deployments(api: Any, clone: Any) -> None:
    """The same name twice is one project."""
    await api.finished(clone.push())
    wish = ProjectWish(name="shop", repo=str(clone.remote), settings={"framework": "vite"})
    for _ in range(2):
        await api.server.control.add_project(wish)
        await asyncio.sleep(0.05)
    (project,) = (await api.call("GET", "/v10/projects"))["projects"]
    assert project["framework"] == "vite"
    assert len(await api.deployments()) == 1
