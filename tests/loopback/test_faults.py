"""Every fault does what the table says, as often as asked, and only where it matches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploymend.loopback.event_log import MAX_LOG_BYTES
from deploymend.loopback.fault_table import FAULT_KINDS

LIST = "/v7/deployments"


async def added(api: Any, **fields: object) -> str:
    """A red deployment with a log."""
    body = {"project": "shop", "state": "ERROR", "sha": "a" * 40, "log": "one\ntwo\nthree\nfour"} | fields
    return str((await api.call("POST", "/_loopback/deployments", body, status=201))["id"])


async def test_rate_limits_name_their_end(api: Any) -> None:
    """429 with Retry-After in seconds and `error.limit` in milliseconds; the next call is well again."""
    await api.fault("rate-limited", options={"retry_after_seconds": 7})
    answer = await api.client.get(LIST, params={"slug": api.server.team})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    limit = answer.json()["error"]["limit"]
    assert (answer.json()["error"]["code"], limit["remaining"], limit["resetMs"]) == ("rate_limited", 0, 7000)
    assert await api.deployments() == []


@pytest.mark.parametrize(
    ("name", "status"), [("internal-error", 500), ("bad-gateway", 502), ("unavailable", 503), ("quota", 402)]
)
async def test_errors_have_their_status_and_envelope(api: Any, name: str, status: int) -> None:
    """The call is answered with the error and not carried out."""
    deployment = await added(api)
    await api.fault(name, method="POST", count=2)
    body = {"name": "shop", "deploymentId": deployment}
    for _ in range(2):
        answer = await api.call("POST", "/v13/deployments", body, status=status, forceNew=1)
        assert answer["error"]["code"]
    assert [found["uid"] for found in await api.deployments()] == [deployment]
    await api.call("POST", "/v13/deployments", body, forceNew=1)


async def test_bodies_that_are_no_good_json(api: Any) -> None:
    """An HTML page, half a JSON text, and `null`."""
    await added(api)
    for name in ("html-body", "truncated-json", "null-body"):
        await api.fault(name)
    query = {"slug": api.server.team}
    page, half, null = [await api.client.get(LIST, params=query) for _ in range(3)]
    assert (page.status_code, page.text[:15]) == (502, "<!DOCTYPE html>")
    assert half.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        half.json()
    assert null.json() is None


async def test_connections_that_break(api: Any) -> None:
    """`cut-stream` breaks within the body; after `lost-answer` the call was carried out all the same."""
    deployment = await added(api)
    await api.fault("cut-stream", path="/events")
    await api.deployments()
    with pytest.raises(httpx2.RemoteProtocolError):
        await api.client.get(f"/v3/deployments/{deployment}/events", params={"slug": api.server.team})
    await api.fault("lost-answer", method="POST")
    with pytest.raises(httpx2.RemoteProtocolError):
        await api.call("POST", "/v13/deployments", {"name": "shop", "deploymentId": deployment}, forceNew=1)
    assert len(await api.deployments()) == 2


async def test_slow_answers_come(api: Any) -> None:
    """`slow` waits and then answers as always."""
    await api.fault("slow", options={"seconds": 0.3})
    with pytest.raises(httpx2.ReadTimeout):
        await api.client.get(LIST, params={"slug": api.server.team}, timeout=0.1)
    await api.fault("slow", options={"seconds": 0.01})
    assert await api.deployments() == []


async def test_events_in_disorder(api: Any) -> None:
    """Shuffled, doubled and missing events; ids and serials still tell their order."""
    path = f"/v3/deployments/{await added(api)}/events"
    whole = await api.call("GET", path)
    await api.fault("events-shuffled")
    shuffled = await api.call("GET", path)
    assert shuffled != whole
    assert sorted(shuffled, key=lambda event: event["serial"]) == whole
    await api.fault("events-duplicated")
    assert len(await api.call("GET", path)) == 2 * len(whole)
    await api.fault("events-missing")
    assert await api.call("GET", path) == []
    assert await api.call("GET", path) == whole


async def test_the_same_commit_fails_twice(api: Any, clone: Any) -> None:
    """`fails` with a sha and a count strikes the push and the redeploy, and the third build is green."""
    await api.fault("fails", count=2, branch="main", options={"lines": ["flaky"], "exit_code": 3})
    sha = clone.push()
    red = await api.finished(sha)
    assert (red["state"], red["errorCode"]) == ("ERROR", "BUILD_UTILS_SPAWN_3")
    assert "flaky" in await api.log(red["uid"])
    for state in ("ERROR", "READY"):
        body = {"name": "shop", "deploymentId": red["uid"], "target": "production"}
        again = await api.call("POST", "/v13/deployments", body, forceNew=1)
        wanted = (again["id"], state)
        done = await api.until(lambda found, wanted=wanted: (found["uid"], found["state"]) == wanted)
        assert done["meta"]["githubCommitSha"] == sha


@pytest.mark.parametrize(
    ("name", "state", "message"),
    [
        ("author-blocked", "BLOCKED", ""),
        ("superseded", "CANCELED", ""),
        ("step-ignored", "CANCELED", "Ignored Build Step"),
        ("fails-early", "ERROR", "Root Directory"),
        ("registry-down", "ERROR", 'Command "npm install" exited with 1'),
        ("out-of-memory", "ERROR", "exited with SIGKILL"),
    ],
)
async def test_builds_that_end_otherwise(api: Any, clone: Any, name: str, state: str, message: str) -> None:
    """Each ends in its state with its message; the next push is built as always."""
    await api.fault(name)
    done = await api.finished(clone.push("struck"))
    assert done["state"] == state
    assert message in (done.get("errorMessage") or "")
    log = await api.log(done["uid"])
    assert (log == []) is (name in {"author-blocked", "superseded", "fails-early"})
    assert (done.get("oomReport") == "out-of-memory") is (name == "out-of-memory")
    assert any('"Out of Memory"' in line for line in log) is (name == "out-of-memory")
    assert (await api.finished(clone.push("well")))["state"] == "READY"


async def test_a_push_can_go_unnoticed(api: Any, clone: Any) -> None:
    """`push-ignored` makes no deployment; the next push does."""
    await api.fault("push-ignored")
    clone.push("unseen")
    assert await api.call("POST", "/_loopback/pushed") == {"deployments": []}
    assert await api.deployments() == []
    await api.finished(clone.push("seen"))
    assert len(await api.deployments()) == 1


async def test_a_flooded_log_is_cut(api: Any, clone: Any) -> None:
    """Over 4 MB the log ends, and with it the lines that tell why the build failed."""
    await api.fault("log-flood")
    red = await api.finished(clone.push(exit_code=1))
    assert red["errorMessage"] == 'Command "npm run build" exited with 1'
    log = await api.log(red["uid"])
    assert MAX_LOG_BYTES - 1000 < sum(len(line.encode()) for line in log) <= MAX_LOG_BYTES
    assert not any("exited with" in line for line in log)


async def test_a_ready_deployment_can_miss_its_domain(api: Any, clone: Any) -> None:
    """`alias-error`: READY, never live, with the reason."""
    await api.fault("alias-error")
    done = await api.finished(clone.push())
    assert (done["state"], done["aliasAssigned"]) == ("READY", None)
    assert done["aliasError"]["code"]


async def test_a_stuck_build_can_be_cancelled(api: Any, clone: Any) -> None:
    """`stuck` builds until somebody cancels it."""
    await api.fault("stuck")
    stuck = await api.until(lambda found: found["state"] == "BUILDING", sha=clone.push())
    assert (await api.call("PATCH", f"/v12/deployments/{stuck['uid']}/cancel"))["status"] == "CANCELED"


async def test_faults_strike_where_and_as_often_as_asked(api: Any) -> None:
    """`path`, `deployment`, `after` and `count` narrow a fault; null counts for ever; clearing ends it."""
    one, other = await added(api), await added(api)
    await api.fault("internal-error", deployment=one, after=1, count=None)
    path = "/v13/deployments/"
    await api.call("GET", path + one)
    for _ in range(3):
        await api.call("GET", path + other)
        await api.call("GET", path + one, status=500)
    (waiting,) = (await api.call("GET", "/_loopback/faults"))["faults"]
    await api.call("DELETE", f"/_loopback/faults/{waiting['id']}")
    await api.call("DELETE", f"/_loopback/faults/{waiting['id']}", status=404)
    await api.call("GET", path + one)
    await api.fault("slow")
    assert await api.call("DELETE", "/_loopback/faults") == {"cleared": 1}


async def test_the_table_is_told_and_documented(api: Any) -> None:
    """The endpoint lists every kind, and docs/loopback.md has a row for each."""
    kinds = (await api.call("GET", "/_loopback/faults"))["kinds"]
    assert [kind["name"] for kind in kinds] == [kind.name for kind in FAULT_KINDS]
    text = (Path(__file__).parents[2] / "docs" / "loopback.md").read_text(encoding="utf-8")
    rows = [f"| `{kind.name}` | {kind.stage} | {kind.does} | {kind.options} |" for kind in FAULT_KINDS]
    assert [row for row in rows if row not in text] == []
