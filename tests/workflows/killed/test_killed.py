"""Killed with SIGKILL before, inside and after every step: the loop goes on, and each effect is there once.

`inside` a step means that its effect has happened and the engine does not know it yet, so that it is done again.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from deploymend.core.incident import AttemptKind, AttemptOutcome, IncidentState
from deploymend.loopback.faults import Fault

pytestmark = pytest.mark.slow
KILLED = -9
HEAL = ("Diagnose", "Mend", "Push", "Wait", "Look", "End", "Remember", "Tell", "Stop")


async def assert_healed(stage: Any, broken: str) -> None:
    """One commit of ours on top of the broken one, one build of it, one attempt, one message; nothing left over."""
    incident = await stage.told_once("success")
    (ours,) = await stage.ours()
    assert (await stage.remote.history("main"))[:2] == [ours, broken]
    assert await stage.file("src/main.js") == 'exports.label = require("./price").label;\n'
    assert len(stage.deployments(ours)) == 1
    assert incident.state is IncidentState.RECOVERED
    assert [attempt.outcome for attempt in incident.attempts] == [AttemptOutcome.GREEN]
    assert incident.telling.delivered == ("TEAM_HOOK",)


@pytest.mark.parametrize("action", HEAL)
async def test_a_heal_goes_on_when_killed_around(stage: Any, nursery: Any, wrong_case: Any, action: str) -> None:
    """Four processes work on the incident, three of them are killed at this step."""
    remote = await stage.project()
    stage.configure()
    broken = await remote.push(wrong_case)
    await nursery.kill_around(stage, action)
    await assert_healed(stage, broken)


async def test_a_build_that_was_cut_off_is_done_again(stage: Any, nursery: Any, wrong_case: Any) -> None:
    """Killed while the project's own build runs here: nothing of it blocks or spoils the next try."""
    remote = await stage.project()
    stage.configure()
    broken = await remote.push(wrong_case)
    assert await nursery.run(stage, kill=("during", "building as the platform does")) == KILLED
    assert await nursery.run(stage, kill=("during", "building as the platform does", 2)) == KILLED
    assert await nursery.run(stage) == 0
    await assert_healed(stage, broken)


async def test_all_incidents_of_a_killed_process_go_on(stage: Any, nursery: Any, wrong_case: Any) -> None:
    """Two projects, and a kill while the first of them pushes: both are healed, with one commit and message each."""
    for name in ("shop", "blog"):
        remote = await stage.project(name)
        await remote.push(wrong_case)
    stage.configure()
    assert await nursery.run(stage, kill=("inside", "Push")) == KILLED
    assert await nursery.run(stage, incidents=2) == 0
    assert {incident.project: incident.state for incident in await stage.incidents()} == {
        "shop": IncidentState.RECOVERED,
        "blog": IncidentState.RECOVERED,
    }
    assert [len(await stage.ours("main", name)) for name in ("shop", "blog")] == [1, 1]
    assert stage.inbox.kinds == ["success", "success"]


async def test_time_that_passed_while_nobody_looked_is_no_timeout(stage: Any, nursery: Any, wrong_case: Any) -> None:
    """Down for longer than any limit, while the platform builds our commit: at the next start it is looked at first."""
    remote = await stage.project()
    limits = "deployment_timeout_seconds = 0.5\nmax_wait_seconds = 0.5"
    stage.configure(watch=limits)
    broken = await remote.push(wrong_case)
    assert await nursery.run(stage, kill=("inside", "Push")) == KILLED
    await asyncio.sleep(1)  # the time that passes
    assert await nursery.run(stage) == 0
    await assert_healed(stage, broken)


async def test_an_incident_that_always_ends_the_process_goes_to_a_person(
    stage: Any, nursery: Any, wrong_case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at the same step again and again: it is not silence that comes of it, and the step is left alone."""
    await stage.project()
    stage.configure()
    await stage.remote.push(wrong_case)
    monkeypatch.setattr(nursery, "max_recoveries", 2)
    for _ in range(3):
        assert await nursery.run(stage, kill=("before", "Mend")) == KILLED
    assert await nursery.run(stage, kill=("before", "Mend")) == 0
    incident = await stage.told_once("failure")
    assert incident.state is IncidentState.ESCALATED
    assert incident.reason == "could not repair the build: deploymend ended 3 times in the middle of this incident"
    assert await stage.ours() == []


async def test_a_message_that_may_have_arrived_is_not_sent_again(stage: Any, nursery: Any, wrong_case: Any) -> None:
    """Killed between sending and noting it: nobody is told twice, and the incident says that it is not sure."""
    remote = await stage.project()
    stage.configure()
    await remote.push(wrong_case)
    assert await nursery.run(stage, kill=("returned", "notifiers.send")) == KILLED
    assert await nursery.run(stage) == 0
    incident = await stage.told_once("success")
    assert incident.state is IncidentState.RECOVERED
    assert (incident.telling.delivered, incident.telling.unsure) == ((), ("TEAM_HOOK",))


async def test_a_redeploy_is_asked_for_once(stage: Any, nursery: Any) -> None:
    """A failure that passes by itself: killed around the redeploy, the platform builds the commit twice in all."""
    await stage.project()
    stage.configure()
    stage.server.faults.add(Fault(name="registry-down"))
    commit = await stage.remote.push({"README.md": "Hello\n"})
    await nursery.kill_around(stage, "Redeploy")
    incident = await stage.told_once("success")
    assert len(stage.deployments(commit)) == 2
    assert await stage.ours() == []
    assert incident.state is IncidentState.RECOVERED
    assert [attempt.kind for attempt in incident.attempts] == [AttemptKind.REDEPLOY]


@pytest.mark.parametrize(("action", "nth"), [("Push", 1), ("Push", 2), ("Discard", 1)])
async def test_a_preview_first_delivery_goes_on(
    stage: Any, nursery: Any, wrong_case: Any, action: str, nth: int
) -> None:
    """Killed around the push to the side branch, the one to the branch, and the clean-up: the side branch is gone."""
    remote = await stage.project()
    stage.configure(project='delivery = "preview-first"')
    broken = await remote.push(wrong_case)
    await nursery.kill_around(stage, action, nth=nth)
    incident = await stage.told_once("success")
    (ours,) = await stage.ours()
    assert (await remote.history("main"))[:2] == [ours, broken]
    assert await stage.branches() == ["main"]
    assert [one.target for one in stage.deployments(ours)] == ["production", None]
    assert [attempt.outcome for attempt in incident.attempts] == [AttemptOutcome.GREEN]


async def test_our_commits_are_taken_back_once(stage: Any, nursery: Any, fault_behind_fault: Any) -> None:
    """`on_failure = "revert"`, killed around the revert and between its commit and its push: one commit takes ours
    back, and the branch holds what the person pushed.
    """
    remote = await stage.project(environment={"REGION": "eu"})
    stage.configure('cooldown_seconds = 0\nmax_attempts = 2\non_failure = "revert"')
    broken = await remote.push(fault_behind_fault)
    assert await nursery.run(stage, kill=("returned", "repository.restore")) == KILLED
    await nursery.kill_around(stage, "Revert")
    incident = await stage.told_once("failure")
    revert, second, first = await stage.ours()
    assert (await remote.history("main"))[:4] == [revert, second, first, broken]
    assert await stage.file("src/eu.mjs") == fault_behind_fault["src/eu.mjs"]
    assert await remote.git("diff", broken, revert, cwd=remote.bare) == ""
    assert (incident.state, incident.reverted) == (IncidentState.ESCALATED, revert)
    assert [attempt.outcome for attempt in incident.attempts] == [AttemptOutcome.RED, AttemptOutcome.RED]
