"""How an attempt can end without a green or red build, and services that fail on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from deploymend.core.incident import Action, AttemptOutcome, Incident, IncidentState
from deploymend.core.policy import Policy
from deploymend.loopback.faults import Fault

pytestmark = pytest.mark.slow
IMPATIENT = Policy(
    cooldown_seconds=0,
    check_interval_seconds=0.05,
    backoff_seconds=0.02,
    deployment_timeout_seconds=1.0,
    max_wait_seconds=1.0,
)


class Once:
    """Does something the first time that an action is about to begin."""

    def __init__(self, action: str, work: Callable[[], object]) -> None:
        self._action = action
        self._work = work
        self._done = False

    async def __call__(self, when: str, _: Incident, action: Action) -> None:
        """The hook."""
        if not self._done and (when, type(action).__name__) == ("before", self._action):
            self._done = True
            self._work()


NOT_BUILT = {
    "push-ignored": (AttemptOutcome.NO_DEPLOYMENT, "not a member of the team, the ignored build step skipped it"),
    "stuck": (AttemptOutcome.TIMED_OUT, "did not finish in 1 s"),
    "author-blocked": (AttemptOutcome.BLOCKED, "the platform blocked the build of our commit: "),
    "step-ignored": (AttemptOutcome.CANCELED, "Ignored Build Step"),
}
"""By fault: how the attempt ends, and what is said of it."""


@pytest.mark.parametrize("fault", NOT_BUILT)
async def test_a_delivery_that_is_not_built_goes_to_a_person(
    stage: Any, loop: Any, wrong_case: Any, fault: str
) -> None:
    """It costs one attempt, is tried no second time, and the message says why and how to undo the commit."""
    outcome, words = NOT_BUILT[fault]
    remote = await stage.project()
    await remote.push(wrong_case)
    hook = Once("Push", lambda: stage.server.faults.add(Fault(name=fault)))
    async with loop.watching(IMPATIENT, hook):
        (incident,) = await loop.ended()
        await loop.looked()
    (commit,) = await stage.ours()
    assert incident.state is IncidentState.ESCALATED
    assert [attempt.outcome for attempt in incident.attempts] == [outcome]
    assert words in incident.reason
    assert stage.inbox.kinds == ["failure"]
    (message,) = stage.inbox.messages
    assert words in message["message"]
    assert f"git revert --no-edit {commit[:7]}" in message["message"]
    assert len(await loop.store.list()) == 1


async def test_a_blocked_deployment_is_an_incident_for_a_person(stage: Any, loop: Any, wrong_case: Any) -> None:
    """Nothing was built, so nothing is repaired: one message, and no attempt used."""
    remote = await stage.project()
    stage.server.faults.add(Fault(name="author-blocked"))
    await remote.push(wrong_case)
    async with loop.watching(IMPATIENT):
        (incident,) = await loop.ended()
    assert incident.state is IncidentState.ESCALATED
    assert (incident.attempts, await stage.ours()) == ((), [])
    assert stage.inbox.kinds == ["failure"]


@pytest.mark.parametrize("action", ["Diagnose", "Mend", "Look"])
async def test_a_platform_that_is_away_for_a_while_is_waited_for(
    stage: Any, loop: Any, wrong_case: Any, action: str
) -> None:
    """503 three times in a row, at any action that asks it: no attempt is lost, and the incident recovers."""
    remote = await stage.project()
    await remote.push(wrong_case)
    troubles: list[int] = []
    away = Once(action, lambda: stage.server.faults.add(Fault(name="unavailable", count=3)))

    async def hook(when: str, incident: Incident, step: Action) -> None:
        troubles.append(incident.trouble_count)
        await away(when, incident, step)

    async with loop.watching(IMPATIENT, hook):
        (incident,) = await loop.ended()
    assert incident.state is IncidentState.RECOVERED
    assert len(incident.attempts) == 1
    assert max(troubles) >= 1 or any("503" in said for said in loop.said)


async def test_a_platform_that_stays_away_goes_to_a_person(stage: Any, loop: Any, wrong_case: Any) -> None:
    """After the bound of troubles in a row the incident ends with what failed; the watcher itself goes on."""
    remote = await stage.project()
    await remote.push(wrong_case)
    hook = Once("Look", lambda: stage.server.faults.add(Fault(name="unavailable", count=None)))
    async with loop.watching(IMPATIENT, hook):
        (incident,) = await loop.ended()
        stage.server.faults.clear()
        await loop.until(lambda: len(stage.inbox.kinds) == 2)
    assert incident.state is IncidentState.ESCALATED
    assert incident.reason.startswith("could not look at the deployment: Vercel answered 503")
    assert incident.trouble_count == IMPATIENT.max_trouble + 1
    assert stage.inbox.kinds == ["failure", "success"]  # our repair is green, as it turns out
    assert [said for said in loop.said if "503" in said]


@pytest.mark.parametrize("action", ["Diagnose", "Look"])
async def test_a_token_that_ends_on_the_way_goes_to_a_person(
    stage: Any, loop: Any, wrong_case: Any, action: str
) -> None:
    """It is not tried again; message and console say which variable to look at, and neither shows the token."""
    remote = await stage.project()
    await remote.push(wrong_case)
    account = stage.server.parts.account
    old = account.owner.token

    def revoke() -> None:
        account.owner = replace(account.owner, token="another-token")  # noqa: S106 - made up

    async with loop.watching(IMPATIENT, Once(action, revoke)):
        (incident,) = await loop.ended()
        await loop.until(lambda: loop.said)
    assert incident.state is IncidentState.ESCALATED
    assert incident.trouble_count == 1
    (message,) = stage.inbox.messages
    assert "VERCEL_TOKEN" in message["message"]
    assert "VERCEL_TOKEN" in loop.said[0]
    assert old not in message["message"] + "".join(loop.said) + str(incident)


async def test_a_remote_that_refuses_the_push_goes_to_a_person(stage: Any, loop: Any, wrong_case: Any) -> None:
    """A protected branch: what the remote says is told, and nothing is on the branch."""
    remote = await stage.project()
    broken = await remote.push(wrong_case)
    await remote.protect(words="main is protected: open a pull request")
    async with loop.watching(IMPATIENT):
        (incident,) = await loop.ended()
    assert [attempt.outcome for attempt in incident.attempts] == [AttemptOutcome.REJECTED]
    assert (await remote.history("main"))[0] == broken
    assert "main is protected: open a pull request" in stage.inbox.messages[0]["message"]
    assert "git revert" not in stage.inbox.messages[0]["message"]


async def test_a_bug_in_one_incident_is_told_and_stops_nothing_else(stage: Any, loop: Any, wrong_case: Any) -> None:
    """An exception nobody expected ends that incident with a message; the other project is healed."""
    for name in ("shop", "blog"):
        remote = await stage.project(name)
        await remote.push(wrong_case)

    async def stumble(when: str, incident: Incident, action: Action) -> None:
        if (when, type(action).__name__, incident.project) == ("before", "Mend", "blog"):
            raise ZeroDivisionError("nobody thought of this")

    async with loop.watching(IMPATIENT, stumble):
        incidents = {incident.project: incident for incident in await loop.ended(2)}
    assert incidents["shop"].state is IncidentState.RECOVERED
    assert incidents["blog"].state is IncidentState.ESCALATED
    assert "ZeroDivisionError: nobody thought of this" in incidents["blog"].reason
