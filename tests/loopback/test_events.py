"""A build log, read in every way that Vercel offers."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

LOG = "one\ntwo\nthree\nfour\nfive"


async def added(api: Any, **fields: object) -> str:
    """A finished deployment with five lines of log."""
    body = {"project": "shop", "state": "READY", "sha": "a" * 40, "log": LOG} | fields
    return str((await api.call("POST", "/_loopback/deployments", body, status=201))["id"])


async def test_version_3_is_flat_and_version_2_nested(api: Any) -> None:
    """The same fields at the top or under `payload`; serials rise and are unique."""
    deployment = await added(api)
    flat = await api.call("GET", f"/v3/deployments/{deployment}/events")
    nested = await api.call("GET", f"/v2/deployments/{deployment}/events")
    assert [event["text"] for event in flat] == LOG.split("\n")
    assert [event["payload"]["text"] for event in nested] == LOG.split("\n")
    assert flat[0]["info"]["name"].startswith("bld_")
    serials = [event["serial"] for event in flat]
    assert serials == sorted(set(serials))


async def test_limit_direction_and_build_name(api: Any) -> None:
    """-1 means all; backward gives the newest first; another build's name finds nothing."""
    deployment = await added(api)
    path = f"/v3/deployments/{deployment}/events"
    texts = {
        "2": ["one", "two"],
        "-1": LOG.split("\n"),
        "0": [],
    }
    for limit, expected in texts.items():
        assert [event["text"] for event in await api.call("GET", path, limit=limit)] == expected
    backward = await api.call("GET", path, limit=2, direction="backward")
    assert [event["text"] for event in backward] == ["five", "four"]
    assert await api.call("GET", path, name="bld_other") == []
    await api.call("GET", path, limit="many", status=400)


async def test_a_long_log_is_cut_by_the_default_limit(api: Any) -> None:
    """A reader that does not ask for -1 misses the end."""
    deployment = await added(api, log="\n".join(map(str, range(300))))
    path = f"/v3/deployments/{deployment}/events"
    assert len(await api.call("GET", path)) < 300
    assert len(await api.call("GET", path, limit=-1)) == 300


async def test_since_and_until_are_times(api: Any) -> None:
    """Both include their moment."""
    deployment = await added(api)
    path = f"/v3/deployments/{deployment}/events"
    events = await api.call("GET", path)
    first, last = events[0]["created"], events[-1]["created"]
    assert await api.call("GET", path, since=first, until=last) == events
    assert await api.call("GET", path, since=last + 1) == []


async def test_lines_are_json_objects_one_each(api: Any) -> None:
    """`format=lines` gives NDJSON of a finished log."""
    deployment = await added(api)
    query = {"slug": api.server.team, "format": "lines"}
    answer = await api.client.get(f"/v3/deployments/{deployment}/events", params=query)
    assert answer.headers["content-type"].startswith("application/stream+json")
    assert [json.loads(line)["text"] for line in answer.text.splitlines()] == LOG.split("\n")


async def test_following_a_build_shows_its_lines_as_they_come(api: Any, clone: Any, tmp_path: Path) -> None:
    """With `follow=1` the answer stays open until the build is done, and ends with its state."""
    seen_it = tmp_path / "seen"
    sha = clone.push(lines=["while it builds"], until=str(seen_it))
    building = await api.until(lambda found: found["state"] == "BUILDING", sha=sha)
    path, query = f"/v3/deployments/{building['uid']}/events", {"slug": api.server.team, "follow": "1"}
    seen: list[tuple[str, str]] = []
    async with api.client.stream("GET", path, params=query) as answer:
        async for line in answer.aiter_lines():
            event = json.loads(line)
            if "created" in event:
                state = (await api.deployments(sha=sha))[0]["state"]
                seen.append((event["text"], state))
                if event["text"] == "while it builds":
                    seen_it.touch()
    assert ("while it builds", "BUILDING") in seen
    assert event["type"] == "deployment-state"
    assert event["info"]["readyState"] == "READY"


async def test_a_quiet_build_sends_keep_alives(api: Any, clone: Any) -> None:
    """While nothing is printed, objects without `created` keep the connection open."""
    sha = clone.push(seconds=30)
    building = await api.until(lambda found: found["state"] == "BUILDING", sha=sha)
    path, query = f"/v3/deployments/{building['uid']}/events", {"slug": api.server.team, "follow": "1"}
    async with asyncio.timeout(10), api.client.stream("GET", path, params=query) as answer:
        async for line in answer.aiter_lines():
            if json.loads(line) == {}:
                break
    await api.call("PATCH", f"/v12/deployments/{building['uid']}/cancel")


async def test_the_events_of_a_stranger_are_not_found(api: Any) -> None:
    """An unknown deployment has no log."""
    await api.call("GET", "/v3/deployments/dpl_unknown/events", status=404)
