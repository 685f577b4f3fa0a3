"""Watching what the platform makes of a delivery: cadence, time limits, previews, and the end with its messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from deploymend.core.incident import (
    Action,
    Attempt,
    AttemptKind,
    AttemptOutcome,
    Conclude,
    Discard,
    Incident,
    IncidentState,
    Look,
    Push,
    Remember,
    Revert,
    Sighting,
    Stop,
    Tell,
    Telling,
    Wait,
    after,
    next_action,
)
from deploymend.core.model import DeploymentState, PushOutcome, PushResult
from deploymend.core.policy import Delivery, OnFailure, Policy
from deploymend.testing.samples import BEGIN, sample_attempt, sample_deployment, sample_ended, sample_incident, sha

PREVIEW = Policy(delivery=Delivery.PREVIEW_FIRST)
SIDE = "deploymend/shop-1-1"
PUSHED = sample_attempt(outcome=None, ended_at=None, deployment=None, delivered_at=BEGIN)
BUILDING = sample_deployment(id="dpl_2", state=DeploymentState.BUILDING)
READY = sample_deployment(id="dpl_2", state=DeploymentState.READY)


def watching(attempt: Attempt = PUSHED, **fields: object) -> Incident:
    """A repair is on the branch and its deployment is looked for."""
    return sample_incident(**{"attempts": (attempt,), "head": sha(2), "seen_head": sha(2), "waited": False, **fields})


def then(incident: Incident, policy: Policy | None = None, *, seconds: float = 0) -> Action:
    """The next action, so many seconds after the delivery."""
    return next_action(incident, policy or Policy(), BEGIN + timedelta(seconds=seconds))


@pytest.mark.parametrize(("age", "pause"), [(0, 1.0), (20, 5.0), (100, 15.0), (299, 15.0)])
def test_looks_are_close_together_at_first(age: float, pause: float) -> None:
    """And never further apart than the check interval."""
    assert then(watching(), seconds=age) == Wait(seconds=pause, reason="poll")
    assert then(watching(), Policy(check_interval_seconds=3), seconds=age) == Wait(seconds=min(pause, 3), reason="poll")


def test_the_cadence_follows_the_deployments_own_age() -> None:
    """A deployment that appeared late is young."""
    late = replace(PUSHED, deployment=replace(BUILDING, created_at=BEGIN + timedelta(seconds=200)), appeared_at=BEGIN)
    assert then(watching(late), seconds=210) == Wait(seconds=1.0, reason="poll")


def test_after_the_pause_comes_a_look() -> None:
    """By commit for a push; by id for a redeploy, since its commit has older deployments."""
    assert then(watching(waited=True)) == Look(commit=sha(2), branch="main")
    again = replace(PUSHED, kind=AttemptKind.REDEPLOY, commit=sha(1), deployment=BUILDING, appeared_at=BEGIN)
    looked = then(watching(again, waited=True, head=sha(1), seen_head=sha(1)))
    assert looked == Look(commit=sha(1), branch="main", deployment_id="dpl_2")


def test_no_deployment_in_time_is_an_outcome_of_its_own() -> None:
    """With its usual reasons."""
    assert isinstance(then(watching(), seconds=300), Wait)
    given_up = then(watching(), seconds=301)
    assert isinstance(given_up, Conclude)
    assert given_up.outcome is AttemptOutcome.NO_DEPLOYMENT
    for reason in ("within 300 s", "not a member", "ignored build step", "quota"):
        assert reason in given_up.reason


def test_the_longest_wait_counts_from_when_the_deployment_appeared() -> None:
    """It may appear late and still take its time; then it is stuck."""
    appeared = replace(PUSHED, deployment=BUILDING, appeared_at=BEGIN + timedelta(seconds=290))
    assert isinstance(then(watching(appeared), seconds=890), Wait)
    late = then(watching(appeared), seconds=891)
    assert late == Conclude(outcome=AttemptOutcome.TIMED_OUT, reason="deployment dpl_2 did not finish in 600 s")


def test_a_green_deployment_gets_a_minute_for_its_domains() -> None:
    """From when it was seen ready, however long the build took; then it counts as green, and the reason says so."""
    ready = replace(PUSHED, deployment=READY, appeared_at=BEGIN, ready_at=BEGIN + timedelta(seconds=500))
    assert isinstance(then(watching(ready), seconds=560), Wait)
    green = then(watching(ready), seconds=561)
    assert isinstance(green, Conclude)
    assert green.outcome is AttemptOutcome.GREEN
    assert "domains" in green.reason


def test_somebody_elses_push_ends_the_wait_for_a_deployment() -> None:
    """Ours will not be built any more, unless it already is."""
    moved = then(watching(seen_head=sha(9)))
    assert isinstance(moved, Conclude)
    assert moved.outcome is AttemptOutcome.MOVED
    built = watching(replace(PUSHED, deployment=BUILDING, appeared_at=BEGIN), seen_head=sha(9))
    assert isinstance(then(built), Wait)
    assert isinstance(then(watching(seen_head=None)), Wait)


def test_a_noisy_recovery_tells_of_each_attempt_once() -> None:
    """Right after its delivery."""
    noisy = Policy(silent_recovery=False)
    assert then(watching(), noisy) == Tell(kind="attempt-1")
    assert isinstance(then(watching(replace(PUSHED, told=True)), noisy), Wait)


def test_a_preview_goes_first_and_the_branch_gets_only_what_was_green() -> None:
    """Side branch, preview green, fast-forward of the branch, the production deployment, the end."""
    fresh = replace(PUSHED, side_branch=SIDE, delivered_at=None)
    incident = sample_incident(attempts=(fresh,), seen_head=sha(1))
    side = Push(commit=sha(2), branch=SIDE, expected=None)
    assert then(incident, PREVIEW) == side
    incident = after(incident, side, PushResult(outcome=PushOutcome.PUSHED, head=sha(2)), BEGIN)
    assert incident.commits == ()
    look = Look(commit=sha(2), branch=SIDE)
    assert then(incident, PREVIEW) == look
    incident = after(incident, look, Sighting(deployment=READY, head=sha(1)), BEGIN)
    main = Push(commit=sha(2), branch="main", expected=sha(1))
    assert then(incident, PREVIEW) == main
    incident = after(incident, main, PushResult(outcome=PushOutcome.PUSHED, head=sha(2)), BEGIN)
    assert incident.commits == (sha(2),)
    assert incident.attempts[-1].ready_at is None
    live = replace(READY, live=True)
    incident = after(incident, Look(commit=sha(2), branch="main"), Sighting(deployment=live, head=sha(2)), BEGIN)
    assert incident.attempts[-1].outcome is AttemptOutcome.GREEN


@pytest.mark.parametrize("state", [DeploymentState.ERROR, DeploymentState.BLOCKED, DeploymentState.CANCELED])
def test_a_preview_that_is_not_green_never_reaches_the_branch(state: DeploymentState) -> None:
    """The attempt ends with nothing on the branch."""
    preview = replace(PUSHED, side_branch=SIDE, delivered_at=None, side_pushed_at=BEGIN)
    incident = sample_incident(attempts=(preview,), seen_head=sha(1))
    seen = Sighting(deployment=replace(READY, state=state), head=sha(1))
    ended = after(incident, Look(commit=sha(2), branch=SIDE), seen, BEGIN)
    assert ended.attempts[-1].outcome is not None
    assert ended.commits == ()
    assert ended.head == sha(1)


def test_side_branches_are_discarded_at_the_end_each_once() -> None:
    """Those that were pushed; then the rest of the end follows."""
    tries = [
        sample_attempt(number=number, commit=sha(number + 1), side_branch=f"deploymend/shop-1-{number}", **pushed)
        for number, pushed in ((1, {"side_pushed_at": BEGIN}), (2, {"side_pushed_at": BEGIN}), (3, {}))
    ]
    ended = sample_ended(attempts=tuple(tries))
    first, second = (Discard(branch=f"deploymend/shop-1-{n}", commit=sha(n + 1)) for n in (1, 2))
    assert then(ended) == first
    ended = after(ended, first, None, BEGIN)
    assert then(ended) == second
    assert then(after(ended, second, None, BEGIN)) == Remember()


def test_our_commits_are_taken_back_once_where_the_policy_says_so() -> None:
    """After an escalation, when there are any; on top of our last one, to what the failing commit held."""
    policy = Policy(on_failure=OnFailure.REVERT)
    revert = Revert(head=sha(2), like=sha(1))
    assert then(sample_ended(), policy) == revert
    for outcome, made in ((PushOutcome.PUSHED, sha(5)), (PushOutcome.MOVED, None)):
        done = after(sample_ended(), revert, PushResult(outcome=outcome, head=sha(5)), BEGIN)
        assert done.reverted == made
        assert then(done, policy) == Remember()
    for untouched in (sample_ended(attempts=()), sample_ended(state=IncidentState.RECOVERED)):
        assert then(untouched, policy) == Remember()
    assert then(sample_ended(), Policy()) == Remember()


@pytest.mark.parametrize(
    ("state", "kind"),
    [(IncidentState.RECOVERED, "success"), (IncidentState.ESCALATED, "failure"), (IncidentState.STOOD_DOWN, None)],
)
def test_the_end_is_told_by_its_kind(state: IncidentState, kind: str | None) -> None:
    """Standing down tells nobody; a notification can be turned off."""
    ended = sample_ended(state=state, remembered=True)
    assert then(ended) == (Tell(kind=kind) if kind else Stop())
    assert then(ended, Policy(notify_success=False, notify_failure=False)) == Stop()


def test_an_undelivered_message_is_tried_again_with_growing_pauses() -> None:
    """As often as the policy says; then it is only kept."""
    policy = Policy(max_tellings=3)
    ended = sample_ended(remembered=True)
    for tries, pause in ((1, 30.0), (2, 60.0)):
        missing = Telling(kind="failure", tries=tries, undelivered=("chat",))
        ended = after(ended, Tell(kind="failure"), missing, BEGIN)
        assert then(ended, policy) == Wait(seconds=pause, reason="message")
        ended = after(ended, Wait(seconds=pause, reason="message"), None, BEGIN)
        assert then(ended, policy) == Tell(kind="failure")
    last = Telling(kind="failure", tries=3, undelivered=("chat",))
    assert then(after(ended, Tell(kind="failure"), last, BEGIN), policy) == Stop()


def test_a_message_that_everybody_has_is_not_sent_again() -> None:
    """Nor where a channel may have it."""
    told = Telling(kind="failure", tries=1, delivered=("chat",), unsure=("mail",))
    assert then(sample_ended(remembered=True, telling=told)) == Stop()
