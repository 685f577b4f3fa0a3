"""A person pushes while the loop works: their commit is never overwritten, and the loop stands down."""

from __future__ import annotations

from typing import Any

import pytest

from deploymend.core.incident import Action, Incident, IncidentState
from deploymend.core.policy import Delivery, OnFailure, Policy

pytestmark = pytest.mark.slow
GREEN = {"src/main.js": 'exports.label = "2.00";\n'}
RED = {"src/price.js": 'throw new Error("no price today");\n'}
QUICK = Policy(cooldown_seconds=0, check_interval_seconds=0.05)
PREVIEW_FIRST = Policy(cooldown_seconds=0, check_interval_seconds=0.05, delivery=Delivery.PREVIEW_FIRST)


class Pusher:
    """Pushes once, at one point of the first incident. The platform does not build what we push before that."""

    def __init__(self, stage: Any, when: str, action: str, files: dict[str, str], *, nth: int = 1) -> None:
        self._stage = stage
        self._point = (when, action)
        self._files = files
        self._left = nth
        self.commit: str | None = None

    async def __call__(self, when: str, _: Incident, action: Action) -> None:
        """The hook."""
        name = type(action).__name__
        if (when, name) == ("before", "Push") and self._point[1] in {"Wait", "Look"} and self.commit is None:
            self._stage.builder.free.clear()
        self._left -= (when, name) == self._point
        if self._left == 0 and self.commit is None:
            self.commit = await self._stage.remote.push(self._files, message="Something of mine")
            self._stage.builder.free.set()


@pytest.mark.parametrize(
    ("when", "action"),
    [
        ("before", "Diagnose"), ("inside", "Diagnose"),
        ("before", "Mend"), ("inside", "Mend"),
        ("before", "Push"), ("inside", "Push"),
        ("before", "Wait"),
        ("before", "Look"), ("inside", "Look"),
    ],
)  # fmt: skip
async def test_their_commit_stays_and_the_loop_stands_down(
    stage: Any, loop: Any, wrong_case: Any, when: str, action: str
) -> None:
    """Whatever the loop was doing: what the person pushed is the tip, on top of all that was there; nobody is told of
    an incident that is not theirs to mend any more.
    """
    remote = await stage.project()
    broken = await remote.push(wrong_case)
    person = Pusher(stage, when, action, GREEN)
    async with loop.watching(hook=person):
        (incident,) = await loop.ended()
        await loop.until(lambda: stage.inbox.kinds)
        await loop.looked()
    ours = await stage.ours()
    assert await remote.history("main") == [person.commit, *ours, broken, (await remote.history("main"))[-1]]
    assert set(ours) == set(incident.commits)
    assert incident.state is IncidentState.STOOD_DOWN
    assert stage.inbox.kinds == ["success"]  # of the person's own deployment
    assert stage.deployments(person.commit)[0].state == "READY"


@pytest.mark.parametrize("action", ["End", "Remember", "Tell"])
async def test_a_push_after_our_green_deployment_changes_nothing(
    stage: Any, loop: Any, wrong_case: Any, action: str
) -> None:
    """The incident had recovered; the person's deployment is one of its own."""
    remote = await stage.project()
    await remote.push(wrong_case)
    person = Pusher(stage, "before", action, GREEN)
    async with loop.watching(hook=person):
        (incident,) = await loop.ended()
        await loop.until(lambda: len(stage.inbox.kinds) == 2)
    (ours,) = await stage.ours()
    assert (await remote.history("main"))[:2] == [person.commit, ours]
    assert incident.state is IncidentState.RECOVERED


@pytest.mark.parametrize(("when", "action"), [("inside", "Mend"), ("before", "Look")])
async def test_their_red_deployment_is_an_incident_of_its_own(
    stage: Any, loop: Any, wrong_case: Any, when: str, action: str
) -> None:
    """The watcher follows the newer deployment instead, and our commits under it are not ours to count again."""
    remote = await stage.project()
    broken = await remote.push(wrong_case)
    person = Pusher(stage, when, action, RED)
    async with loop.watching(hook=person):
        first, second = await loop.ended(2)
        await loop.looked()
    assert (first.failing.commit_sha, first.state) == (broken, IncidentState.STOOD_DOWN)
    assert (second.failing.commit_sha, second.state) == (person.commit, IncidentState.ESCALATED)
    assert person.commit in await remote.history("main")
    assert len(await loop.store.list()) == 2


@pytest.mark.parametrize(("action", "nth"), [("Push", 1), ("Look", 1), ("Push", 2)])
async def test_with_preview_first_the_branch_gets_nothing_of_ours(
    stage: Any, loop: Any, wrong_case: Any, action: str, nth: int
) -> None:
    """A push before the side branch, while its preview is built, and right before the fast-forward: the branch holds
    the person's commits only, and the side branch is gone.
    """
    remote = await stage.project()
    broken = await remote.push(wrong_case)
    person = Pusher(stage, "before", action, GREEN, nth=nth)
    async with loop.watching(PREVIEW_FIRST, person):
        (incident,) = await loop.ended()
    assert (await remote.history("main"))[:2] == [person.commit, broken]
    assert await stage.branches() == ["main"]
    assert incident.state is IncidentState.STOOD_DOWN


@pytest.mark.parametrize("when", ["before", "inside"])
async def test_a_revert_never_takes_a_persons_commit_back(
    stage: Any, loop: Any, fault_behind_fault: Any, when: str
) -> None:
    """`on_failure = revert` and a push at that moment: their commit stays, on top of ours or of the revert."""
    remote = await stage.project(environment={"REGION": "eu"})
    broken = await remote.push(fault_behind_fault)
    policy = Policy(
        cooldown_seconds=0, check_interval_seconds=0.05, max_attempts=1, on_failure=OnFailure.REVERT
    )  # fmt: skip
    person = Pusher(stage, when, "Revert", {"src/eu.mjs": "export const region = 2;\n"})
    async with loop.watching(policy, person):
        (incident,) = await loop.ended()
    ours = await stage.ours()
    assert await remote.history("main") == [person.commit, *ours, broken, (await remote.history("main"))[-1]]
    assert incident.state is IncidentState.ESCALATED
    assert (incident.reverted in ours) is (when == "inside")
