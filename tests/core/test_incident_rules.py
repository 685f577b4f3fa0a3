"""The rules of the loop, one by one: what comes next for an incident that stands just so."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from deploymend.core.incident import (
    Action,
    AttemptKind,
    AttemptOutcome,
    Diagnose,
    End,
    Incident,
    IncidentState,
    Mend,
    Push,
    Redeploy,
    Stop,
    Trouble,
    Wait,
    next_action,
)
from deploymend.core.model import Remedy, Trial, TrialOutcome
from deploymend.core.policy import Delivery, Policy
from deploymend.testing.samples import (
    BEGIN,
    sample_attempt,
    sample_commit,
    sample_deployment,
    sample_diagnosis,
    sample_ended,
    sample_incident,
    sample_proposal,
    sha,
)

PREVIEW = Policy(delivery=Delivery.PREVIEW_FIRST)
RED_REPAIR = sample_attempt()
RED_REDEPLOY = sample_attempt(kind=AttemptKind.REDEPLOY, commit=sha(1), proposal=None)


def diagnosed(**fields: object) -> Incident:
    """An incident that knows its cause, with the branch where it should be."""
    known = {"diagnosis": sample_diagnosis(), "commit": sample_commit(), "seen_head": sha(1)}
    return sample_incident(**{**known, **fields})


def after_red(**fields: object) -> Incident:
    """One repair came out red on the branch, and the new log has been read."""
    return diagnosed(**{"attempts": (RED_REPAIR,), "head": sha(2), "seen_head": sha(2), **fields})


def then(incident: Incident, policy: Policy | None = None, *, seconds: float = 0) -> Action:
    """The next action, so many seconds after the begin."""
    return next_action(incident, policy or Policy(), BEGIN + timedelta(seconds=seconds))


def ending(incident: Incident, policy: Policy | None = None) -> tuple[IncidentState, str]:
    """How it is ended now."""
    action = then(incident, policy, seconds=10_000)
    assert isinstance(action, End)
    return action.state, action.reason


def test_first_the_log_is_read_then_a_repair_is_sought() -> None:
    """On top of the failing commit, as attempt 1."""
    assert then(sample_incident()) == Diagnose(deployment_id="dpl_1")
    assert then(diagnosed()) == Mend(commit=sha(1), attempt=1)


def test_after_a_red_attempt_the_new_log_is_read() -> None:
    """The next repair goes on top of ours, which is on the branch."""
    red = after_red(diagnosis=None, deployment=sample_deployment(id="dpl_2"))
    assert then(red) == Diagnose(deployment_id="dpl_2")
    assert then(after_red()) == Mend(commit=sha(2), attempt=2)


def test_a_transient_failure_is_redeployed_once() -> None:
    """Unchanged; when it comes back red, a repair is sought."""
    transient = sample_diagnosis(retryable=True, action=Remedy.REQUIRES_INTERVENTION)
    assert then(diagnosed(diagnosis=transient)) == Redeploy(deployment_id="dpl_1", attempt=1)
    again = diagnosed(diagnosis=replace(transient, action=Remedy.AUTO_FIXABLE), attempts=(RED_REDEPLOY,))
    assert then(again) == Mend(commit=sha(1), attempt=2)
    assert ending(diagnosed(diagnosis=transient, attempts=(RED_REDEPLOY,)))[0] is IncidentState.ESCALATED


def test_a_failure_that_does_not_happen_here_is_redeployed_once() -> None:
    """Then the cause lies in the platform's environment."""
    green = sample_proposal(commit=None, already_green=True, trials=())
    assert then(diagnosed(proposal=green)) == Redeploy(deployment_id="dpl_1", attempt=1)
    state, reason = ending(diagnosed(proposal=green, attempts=(RED_REDEPLOY,)))
    assert state is IncidentState.ESCALATED
    assert "platform's environment" in reason


@pytest.mark.parametrize(
    ("trials", "said"),
    [
        ((), "no fixer knows this failure"),
        ((Trial(fixer="a", outcome=TrialOutcome.REFUSED),), "no repair passed the gate and the proof"),
    ],
)
def test_without_a_repair_a_person_is_called(trials: tuple[Trial, ...], said: str) -> None:
    """Rejected proposals cost no attempt, but when all are rejected it ends."""
    proposal = sample_proposal(commit=None, trials=trials)
    assert ending(diagnosed(proposal=proposal)) == (IncidentState.ESCALATED, said)


def test_what_is_not_code_goes_to_a_person_at_once() -> None:
    """Nothing is tried."""
    told = sample_diagnosis(action=Remedy.REQUIRES_INTERVENTION)
    state, reason = ending(diagnosed(diagnosis=told))
    assert state is IncidentState.ESCALATED
    assert reason == "no change to the repository can honestly cure this"


@pytest.mark.parametrize("most", [0, 1, 3])
def test_attempts_never_pass_the_cap(most: int) -> None:
    """The cap is the one of the day it opened, whatever the policy says now."""
    attempts = tuple(replace(RED_REPAIR, number=number) for number in range(1, most + 1))
    incident = after_red(attempts=attempts, max_attempts=most)
    assert ending(incident, Policy(max_attempts=9)) == (IncidentState.ESCALATED, f"{most} of {most} attempts used")
    assert isinstance(then(replace(incident, max_attempts=most + 1)), Mend)


@pytest.mark.parametrize(
    ("head", "said"), [(sha(9), "somebody pushed 0000000 to main"), (None, "the branch main is gone")]
)
def test_a_person_on_the_branch_makes_us_stand_down(head: str | None, said: str) -> None:
    """Whatever is to be repaired: theirs is newer."""
    state, reason = ending(diagnosed(seen_head=head))
    assert state is IncidentState.STOOD_DOWN
    assert said in reason


def test_forks_and_unknown_authors_are_not_repaired_unattended() -> None:
    """A fork is stood down from; an author who is not on the list needs a person."""
    assert ending(diagnosed(failing=sample_deployment(from_fork=True)))[0] is IncidentState.STOOD_DOWN
    listed = Policy(authors=("boss@example.test",))
    assert ending(diagnosed(), listed)[1].startswith("the commit's author pat@example.test is not on the list")
    assert "is unknown and is not on the list" in ending(diagnosed(commit=None), listed)[1]
    assert isinstance(then(diagnosed(), Policy(authors=("pat@example.test",))), Mend)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (AttemptOutcome.GREEN, IncidentState.RECOVERED),
        (AttemptOutcome.MOVED, IncidentState.STOOD_DOWN),
        (AttemptOutcome.CANCELED, IncidentState.ESCALATED),
        (AttemptOutcome.BLOCKED, IncidentState.ESCALATED),
        (AttemptOutcome.NO_DEPLOYMENT, IncidentState.ESCALATED),
        (AttemptOutcome.TIMED_OUT, IncidentState.ESCALATED),
        (AttemptOutcome.REJECTED, IncidentState.ESCALATED),
    ],
)
def test_how_an_attempt_ends_the_incident(outcome: AttemptOutcome, state: IncidentState) -> None:
    """All but red; the attempt's reason is the incident's."""
    assert ending(diagnosed(attempts=(replace(RED_REPAIR, outcome=outcome, reason="why"),))) == (state, "why")


def test_a_green_end_always_has_a_reason() -> None:
    """Also where the attempt gives none."""
    green = replace(RED_REPAIR, outcome=AttemptOutcome.GREEN)
    assert ending(diagnosed(attempts=(green,))) == (IncidentState.RECOVERED, "the deployment is green")


def test_trouble_is_waited_for_and_then_told() -> None:
    """With growing pauses, as often as the policy says; what can never work is told at once."""
    trouble = Trouble(during="redeploy", message="It is down.")
    for count, pause in ((1, 30.0), (2, 60.0), (3, 120.0)):
        troubled = diagnosed(trouble=trouble, trouble_count=count)
        assert then(troubled, Policy(max_trouble=3)) == Wait(seconds=pause, reason="service")
    told = (IncidentState.ESCALATED, "could not redeploy: It is down")
    assert ending(diagnosed(trouble=trouble, trouble_count=4), Policy(max_trouble=3)) == told
    assert ending(diagnosed(trouble=replace(trouble, retryable=False), trouble_count=1)) == told


def test_the_cooldown_comes_before_the_second_delivery() -> None:
    """It counts from the end of the last attempt; the search for a repair does not wait for it."""
    ready = replace(RED_REPAIR, number=2, outcome=None, delivered_at=None, commit=sha(3), deployment=None)
    rested = after_red(attempts=(RED_REPAIR, ready), rested_at=BEGIN, cooled=False)
    assert isinstance(then(after_red(rested_at=BEGIN, cooled=False)), Mend)
    assert then(rested, seconds=20) == Wait(seconds=100.0, reason="cooldown")
    push = Push(commit=sha(3), branch="main", expected=sha(2))
    assert then(rested, seconds=120) == push
    assert then(replace(rested, cooled=True)) == push
    assert then(rested, Policy(cooldown_seconds=0)) == push
    assert then(replace(rested, rested_at=None)) == push


def test_the_cooldown_comes_before_a_redeploy_too() -> None:
    """A redeploy is a delivery."""
    transient = after_red(diagnosis=sample_diagnosis(retryable=True), rested_at=BEGIN, cooled=False)
    assert then(transient, seconds=110) == Wait(seconds=10.0, reason="cooldown")
    assert then(transient, seconds=121) == Redeploy(deployment_id="dpl_1", attempt=2)


def test_with_previews_a_repair_gets_its_own_side_branch() -> None:
    """Named after incident and attempt."""
    assert then(diagnosed(), PREVIEW) == Mend(commit=sha(1), attempt=1, side_branch="deploymend/shop-1-1")


def test_after_a_red_preview_the_next_repair_starts_where_it_helps() -> None:
    """On top of the last try if that cured its fault and showed another, else on the branch again."""
    preview = replace(RED_REPAIR, side_branch="deploymend/shop-1-1", side_pushed_at=BEGIN, delivered_at=None)
    same = diagnosed(attempts=(preview,))
    other = diagnosed(attempts=(preview,), diagnosis=sample_diagnosis(fingerprint="ts-unused:1"))
    assert then(same, PREVIEW) == Mend(commit=sha(1), attempt=2, side_branch="deploymend/shop-1-2")
    assert then(other, PREVIEW) == Mend(commit=sha(2), attempt=2, side_branch="deploymend/shop-1-2")
    unknown = diagnosed(attempts=(replace(preview, proposal=None),))
    assert then(unknown, PREVIEW) == Mend(commit=sha(1), attempt=2, side_branch="deploymend/shop-1-2")


def test_nothing_comes_after_the_end() -> None:
    """Once remembered and told."""
    quiet = Policy(notify_failure=False)
    assert then(sample_ended(remembered=True), quiet) == Stop()
