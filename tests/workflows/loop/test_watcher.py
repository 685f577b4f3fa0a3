"""Which deployments become incidents, and which are told: each once, however often the watcher starts."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from deploymend.core.incident import Action, AttemptKind, Incident, IncidentState
from deploymend.loopback.control import DeploymentWish
from deploymend.loopback.faults import Fault
from deploymend.loopback.model import ReadyState

pytestmark = pytest.mark.slow


class Gathering:
    """Holds each incident at its first repair until all have come there: they can only go on together."""

    def __init__(self, parties: int) -> None:
        self._barrier = asyncio.Barrier(parties)
        self._there: set[str] = set()

    async def __call__(self, when: str, incident: Incident, action: Action) -> None:
        """The hook."""
        if (when, type(action).__name__) == ("before", "Mend") and incident.id not in self._there:
            self._there.add(incident.id)
            await self._barrier.wait()


async def test_several_projects_and_branches_are_healed_at_once(stage: Any, loop: Any, wrong_case: Any) -> None:
    """Two projects, one of them on two branches: three incidents side by side, each with a commit of its own."""
    for name in ("shop", "blog"):
        remote = await stage.project(name)
        await remote.push(wrong_case)
    await stage.remotes["blog"].push(wrong_case, branch="next", message="Break next, too")
    async with loop.watching(hook=Gathering(3), blog=("main", "next")):
        incidents = await loop.ended(3)
    assert {(one.project, one.branch, one.state) for one in incidents} == {
        ("shop", "main", IncidentState.RECOVERED),
        ("blog", "main", IncidentState.RECOVERED),
        ("blog", "next", IncidentState.RECOVERED),
    }
    assert len(await stage.ours("main", "shop")) == 1
    assert len(await stage.ours("main", "blog")) == 1
    assert len(await stage.ours("next", "blog")) == 1


async def test_a_second_red_deployment_of_the_branch_opens_nothing(stage: Any, loop: Any, wrong_case: Any) -> None:
    """Somebody builds the failing commit again while its incident is under way."""
    remote = await stage.project()
    broken = await remote.push(wrong_case)
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hold(when: str, _: Incident, action: Action) -> None:
        if (when, type(action).__name__) == ("before", "Mend"):
            reached.set()
            await go_on.wait()

    async with loop.watching(hook=hold):
        await reached.wait()
        stage.server.control.add_deployment(DeploymentWish(project="shop", state=ReadyState.ERROR, sha=broken))
        await loop.looked()
        go_on.set()
        (incident,) = await loop.ended()
    assert incident.state is IncidentState.RECOVERED
    assert set(loop.begun) == {incident.id}


async def test_our_own_red_commits_open_nothing(stage: Any, loop: Any, fault_behind_fault: Any) -> None:
    """Three repairs that each show the next fault are one incident, before and after a restart of the watcher."""
    remote = await stage.project(environment={"REGION": "eu"})
    await remote.push(fault_behind_fault)
    async with loop.watching():
        (incident,) = await loop.ended()
        await loop.looked()
    async with loop.watching():
        await loop.looked()
    assert incident.state is IncidentState.ESCALATED
    assert len(incident.attempts) == len(await stage.ours()) == 3
    assert len(await loop.store.list()) == 1
    assert stage.inbox.kinds == ["failure"]


async def test_our_own_red_redeploy_opens_nothing(stage: Any, loop: Any) -> None:
    """A registry that stays away: built again once, then a person is told once, and that is that."""
    remote = await stage.project()
    stage.server.faults.add(Fault(name="registry-down", count=None))
    commit = await remote.push({"README.md": "Hello\n"})
    async with loop.watching():
        (incident,) = await loop.ended()
        await loop.looked()
    async with loop.watching():
        await loop.looked()
    assert [attempt.kind for attempt in incident.attempts] == [AttemptKind.REDEPLOY]
    assert len(stage.deployments(commit)) == 2
    assert len(await loop.store.list()) == 1
    assert stage.inbox.kinds == ["failure"]


async def test_a_restart_tells_and_opens_nothing_again(stage: Any, loop: Any, wrong_case: Any) -> None:
    """A green deployment, an incident and its recovery: what was told stays told."""
    remote = await stage.project()
    await remote.push({"README.md": "Hello\n"})
    async with loop.watching():
        await loop.until(lambda: stage.inbox.kinds == ["success"])
        await remote.push(wrong_case)
        (incident,) = await loop.ended()
        await loop.looked()
    for _ in range(2):
        async with loop.watching():
            await loop.looked()
    assert incident.state is IncidentState.RECOVERED
    assert stage.inbox.kinds == ["success", "success"]
    assert len(await loop.store.list()) == 1


async def test_an_incident_can_begin_twice_and_runs_once(stage: Any, loop: Any, wrong_case: Any) -> None:
    """Begun again, and again after its end, with the same id: nothing happens."""
    remote = await stage.project()
    await remote.push(wrong_case)
    begun: list[Incident] = []

    async def note(_: str, incident: Incident, __: Action) -> None:
        begun[:] = begun or [incident]

    async with loop.watching(hook=note) as watching:
        (ended,) = await loop.ended()
        await watching.engine.start(begun[0], watching.policy)
        assert await watching.engine.ended(begun[0].id) == ended
    assert len(await stage.ours()) == 1
