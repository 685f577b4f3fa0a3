"""The life of a deployment and the log around its build."""

from __future__ import annotations

import asyncio
from typing import Any

from deploymend.loopback import BuildJob, BuildOutcome, Emit, ProjectWish


class Broken:
    """A builder with a bug."""

    async def decide(self, job: BuildJob, command: str, emit: Emit) -> int:
        """Never asked."""
        raise NotImplementedError(job, command, emit)

    async def build(self, job: BuildJob, emit: Emit) -> BuildOutcome:
        """The bug."""
        raise RuntimeError(job, emit)


class Endless(Broken):
    """A builder that never comes to an end, and notes that it was ended."""

    def __init__(self) -> None:
        self.ended: list[str] = []

    async def build(self, job: BuildJob, emit: Emit) -> BuildOutcome:
        """Wait."""
        emit("Installing dependencies...")
        try:
            await asyncio.sleep(3600)
        finally:
            self.ended.append(str(job.checkout))
        return BuildOutcome()


async def test_the_log_of_a_green_build_has_vercels_lines(api: Any, clone: Any) -> None:
    """Header, the project's own output, and the tail, in the order of real logs."""
    sha = clone.push(lines=["vite v7 building", "done"])
    log = await api.log((await api.finished(sha))["uid"])
    assert log[0] == "Running build in Washington, D.C., USA (East) – iad1"
    assert log[1] == "Build machine configuration: 2 cores, 8 GB"
    assert log[2] == f"Cloning github.com/acme/shop (Branch: main, Commit: {sha[:7]})"
    assert log[3] == "Previous build caches not available."
    assert log[4].startswith("Cloning completed: ")
    assert log[5] == 'Running "vercel build"'
    assert log[6].startswith("Vercel CLI ")
    assert log[7:10] == ["Installing dependencies...", "vite v7 building", "done"]
    assert log[10].startswith("Build Completed in /vercel/output [")
    assert log[11:13] == ["Deploying outputs...", "Deployment completed"]


async def test_the_log_of_a_red_build_ends_as_on_vercel(api: Any, clone: Any) -> None:
    """The failing command is named in the last line but two, with level error, and in the deployment's fields."""
    red = await api.finished(clone.push(lines=["src/a.ts(1,1): error TS2304"], exit_code=2))
    assert red["state"] == "ERROR"
    assert red["errorCode"] == "BUILD_UTILS_SPAWN_2"
    assert red["errorMessage"] == 'Command "npm run build" exited with 2'
    log = await api.log(red["uid"])
    assert log[-3:] == ['Error: Command "npm run build" exited with 2', "", "Exiting build container"]
    events = await api.call("GET", f"/v3/deployments/{red['uid']}/events", limit=-1)
    assert [event["text"] for event in events if event.get("level") == "error"] == [log[-3]]


async def test_the_log_lags_behind_the_error(api: Any, clone: Any) -> None:
    """Right after a build failed its last lines are missing, and come with the next reads."""
    red = await api.finished(clone.push(exit_code=1, lines=["a", "b", "c"]))
    reads = [await api.call("GET", f"/v3/deployments/{red['uid']}/events", limit=-1) for _ in range(3)]
    assert len(reads[0]) < len(reads[1]) < len(reads[2])
    assert reads[2][-1]["text"] == "Exiting build container"


async def test_paths_in_the_log_are_vercels(api: Any, clone: Any) -> None:
    """The checkout is called /vercel/path0, whatever this machine calls it."""
    done = await api.finished(clone.push(lines=["HERE/src/App.tsx:3:1: ERROR"]))
    assert "/vercel/path0/src/App.tsx:3:1: ERROR" in await api.log(done["uid"])


async def test_states_come_in_their_order(stand: Any, clone: Any) -> None:
    """QUEUED, INITIALIZING, BUILDING, READY, and only then the aliases."""
    async with stand.running(clone.remote, tick_seconds=0.15) as api:
        seen: list[tuple[str, bool]] = []
        sha = clone.push(seconds=0.1)
        while ("READY", True) not in seen:
            for found in await api.deployments(sha=sha):
                now = (found["state"], bool(found["aliasAssigned"]))
                seen += [] if now in seen else [now]
            await asyncio.sleep(0.01)
    assert [pair for pair in seen if pair[0] != "QUEUED"] == [
        ("INITIALIZING", False),
        ("BUILDING", False),
        ("READY", False),
        ("READY", True),
    ]


async def test_only_so_many_build_at_a_time(stand: Any, clone: Any) -> None:
    """With one slot, the second build waits in QUEUED until the first is done."""
    async with stand.running(clone.remote, concurrent_builds=1) as api:
        first, second = clone.push(seconds=0.5), clone.push(branch="other")
        await api.until(lambda found: found["state"] == "BUILDING", sha=first)
        waiting = await api.until(bool, sha=second)
        assert waiting["state"] == "QUEUED"
        assert (await api.finished(second))["state"] == "READY"


async def test_a_cancelled_build_ends_at_once(stand: Any, clone: Any) -> None:
    """Cancelling ends the builder itself, and its checkout is gone; cancelling again is a 400."""
    builder = Endless()
    async with stand.running(clone.remote, builder=builder) as api:
        building = await api.until(lambda found: found["state"] == "BUILDING", sha=clone.push())
        while "Installing dependencies..." not in await api.log(building["uid"]):
            await asyncio.sleep(0.02)
        answer = await api.call("PATCH", f"/v12/deployments/{building['uid']}/cancel")
        assert (answer["readyState"], len(builder.ended)) == ("CANCELED", 1)
        await api.call("PATCH", f"/v12/deployments/{building['uid']}/cancel", status=400)
        assert list((stand.folder / "builds").iterdir()) == []


async def test_a_builder_with_a_bug_ends_as_an_error(stand: Any, clone: Any) -> None:
    """An exception in the builder is a failed deployment, not one that builds for ever."""
    async with stand.running(clone.remote, builder=Broken()) as api:
        red = await api.finished(clone.push())
        assert (red["state"], red["errorCode"]) == ("ERROR", "UNEXPECTED_ERROR")


async def test_a_commit_that_is_gone_cannot_be_built(api: Any, clone: Any) -> None:
    """A clone that fails is an error of the deployment, and the queue goes on."""
    body = {"project": "shop", "state": "ERROR", "sha": "0" * 40, "error_message": "x"}
    added = await api.call("POST", "/_loopback/deployments", body, status=201)
    again = await api.call("POST", "/v13/deployments", {"deploymentId": added["id"], "name": "shop"}, forceNew=1)
    assert (await api.until(lambda found: found["state"] == "ERROR"))["uid"] == again["id"]
    assert (await api.finished(clone.push()))["state"] == "READY"


async def test_the_ignored_build_step_cancels_at_exit_code_0(api: Any, clone: Any) -> None:
    """Exit code 0 of the command means: do not build; anything else builds."""
    for command, state in (("exit 0", "CANCELED"), ("exit 1", "READY")):
        wish = ProjectWish(name="shop", repo=str(clone.remote), settings={"commandForIgnoringBuildStep": command})
        await api.server.control.add_project(wish)
        done = await api.finished(clone.push(f"with {command}"))
        assert done["state"] == state
        assert "deciding" in await api.log(done["uid"])
        assert ("Ignored Build Step" in done.get("errorMessage", "")) is (state == "CANCELED")


async def test_builds_know_their_variables_and_long_secrets_are_masked(api: Any, clone: Any) -> None:
    """A build gets the project's values; sensitive ones of 32 characters or more never reach the log."""
    secret, short = "s" * 40, "short-value"
    wish = ProjectWish(
        name="shop",
        repo=str(clone.remote),
        environment={"API_KEY": secret, "REGION": short, "PLAIN": "p" * 40},
        sensitive=["API_KEY", "REGION"],
    )
    await api.server.control.add_project(wish)
    await api.fault("secret-printed")
    sha = clone.push()
    log = await api.log((await api.finished(sha))["uid"])
    assert {"API_KEY=[REDACTED]", f"REGION={short}", f"PLAIN={'p' * 40}"} <= set(log)
    assert {"CI=1", "VERCEL=1", "VERCEL_ENV=production", f"VERCEL_GIT_COMMIT_SHA={sha}"} <= set(log)


async def test_the_second_build_says_whose_cache_it_has(api: Any, clone: Any) -> None:
    """A green build leaves a cache; a red one does not, and a forced redeploy goes without."""
    green = await api.finished(clone.push("one"))
    red = await api.finished(clone.push("two", exit_code=1))
    restored = f"Restored build cache from previous deployment ({green['uid'].removeprefix('dpl_')})"
    assert restored in await api.log(red["uid"])
    third = await api.finished(clone.push("three"))
    assert restored in await api.log(third["uid"])
    body = {"deploymentId": third["uid"], "name": "shop", "target": "production"}
    forced = await api.call("POST", "/v13/deployments", body, forceNew=1)
    await api.until(lambda found: found["uid"] == forced["id"] and bool(found["aliasAssigned"]))
    log = await api.log(forced["id"])
    assert "Skipping build cache, deployment was triggered without cache." in log
