"""Folding: which outcome may follow which action, and what each leaves behind."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from deploymend.core.incident import (
    Action,
    AttemptOutcome,
    Conclude,
    Diagnose,
    Discard,
    End,
    Findings,
    Incident,
    IncidentState,
    Look,
    Mend,
    Outcome,
    Push,
    Redeploy,
    Remember,
    Revert,
    Sighting,
    Stop,
    Tell,
    Telling,
    Trouble,
    Wait,
    after,
)
from deploymend.core.model import DeploymentState, PushOutcome, PushResult
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

FOUND = Findings(diagnosis=sample_diagnosis(), commit=sample_commit(), head=sha(1))
PUSHED = PushResult(outcome=PushOutcome.PUSHED, head=sha(2))
SEEN = Sighting(deployment=None, head=sha(2))
TOLD = Telling(kind="failure", tries=1, delivered=("chat",))
TROUBLE = Trouble(during="push the repair", message="It is down.")
OUTCOMES: tuple[Outcome, ...] = (FOUND, sample_proposal(), sample_deployment(), PUSHED, SEEN, TOLD, None)
TABLE: tuple[tuple[Action, Outcome], ...] = (
    (Diagnose(deployment_id="dpl_1"), FOUND),
    (Mend(commit=sha(1), attempt=1), OUTCOMES[1]),
    (Redeploy(deployment_id="dpl_1", attempt=1), OUTCOMES[2]),
    (Push(commit=sha(2), branch="main", expected=sha(1)), PUSHED),
    (Look(commit=sha(2), branch="main"), SEEN),
    (Tell(kind="failure"), TOLD),
    (Revert(head=sha(2), like=sha(1)), PUSHED),
    (Wait(seconds=1, reason="poll"), None),
    (Conclude(outcome=AttemptOutcome.TIMED_OUT, reason="late"), None),
    (End(state=IncidentState.ESCALATED, reason="done"), None),
    (Discard(branch="side", commit=sha(2)), None),
    (Remember(), None),
)


def in_flight(**fields: object) -> Incident:
    """An incident whose first repair was pushed and is watched."""
    attempt = sample_attempt(outcome=None, ended_at=None, deployment=None)
    return sample_incident(head=sha(2), seen_head=sha(2), attempts=(attempt,), **fields)


@pytest.mark.parametrize(("action", "outcome"), TABLE, ids=lambda value: type(value).__name__)
def test_only_its_own_outcome_follows_an_action(action: Action, outcome: Outcome) -> None:
    """Every other outcome is a ValueError and changes nothing."""
    incident = in_flight()
    before = replace(incident)
    assert isinstance(after(incident, action, outcome, BEGIN), Incident)
    for other in OUTCOMES:
        if type(other) is not type(outcome):
            with pytest.raises(ValueError, match="cannot end in"):
                after(incident, action, other, BEGIN)
    assert incident == before


@pytest.mark.parametrize("outcome", [*OUTCOMES, TROUBLE], ids=lambda value: type(value).__name__)
def test_nothing_follows_stop(outcome: Outcome) -> None:
    """Not even trouble."""
    with pytest.raises(ValueError, match=r"nothing follows Stop|Stop cannot end in"):
        after(sample_ended(), Stop(), outcome, BEGIN)


@pytest.mark.parametrize(
    ("action", "outcome"), [(a, o) for a, o in TABLE if isinstance(a, Push | Look | Conclude)], ids=str
)
def test_an_attempt_that_is_not_there_cannot_go_on(action: Action, outcome: Outcome) -> None:
    """Neither be pushed, looked at nor concluded."""
    with pytest.raises(ValueError, match="no attempt is in flight"):
        after(sample_incident(), action, outcome, BEGIN)


def test_trouble_is_counted_until_something_works() -> None:
    """In a row; one success forgets it."""
    look = Look(commit=sha(2), branch="main")
    incident = in_flight()
    for count in (1, 2):
        incident = after(incident, look, TROUBLE, BEGIN)
        assert (incident.trouble, incident.trouble_count) == (TROUBLE, count)
        incident = after(incident, Wait(seconds=30, reason="service"), None, BEGIN)
        assert (incident.trouble, incident.trouble_count) == (None, count)
    assert after(incident, look, SEEN, BEGIN).trouble_count == 0


def test_the_trouble_that_ends_an_incident_is_kept_for_the_message() -> None:
    """Its next step is what the person needs."""
    troubled = after(in_flight(), Look(commit=sha(2), branch="main"), TROUBLE, BEGIN)
    ended = after(troubled, End(state=IncidentState.ESCALATED, reason="down"), None, BEGIN)
    assert ended.trouble == TROUBLE
    assert after(ended, Remember(), None, BEGIN).trouble == TROUBLE


@pytest.mark.parametrize(
    ("action", "left"),
    [
        (Remember(), {"remembered": True}),
        (Discard(branch="side", commit=sha(2)), {"discarded": ("side",)}),
        (Revert(head=sha(2), like=sha(1)), {"revert_tried": True, "reverted": None}),
        (Wait(seconds=1, reason="message"), {"waited": True}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_trouble_after_the_end_holds_nothing_open(action: Action, left: dict[str, object]) -> None:
    """Tidying up is tried once; how the incident ended stays as it was."""
    ended = sample_ended(state=IncidentState.RECOVERED)
    assert after(ended, action, TROUBLE, BEGIN) == replace(ended, **left)  # type: ignore[arg-type]


def test_trouble_cannot_keep_an_incident_from_ending() -> None:
    """End and Conclude have no effect outside, so nothing can fail them, whatever fails to be saved."""
    ended = after(in_flight(), End(state=IncidentState.ESCALATED, reason="why"), TROUBLE, BEGIN)
    assert (ended.state, ended.reason, ended.ended_at) == (IncidentState.ESCALATED, "why", BEGIN)
    late = Conclude(outcome=AttemptOutcome.TIMED_OUT, reason="late")
    assert after(in_flight(), late, TROUBLE, BEGIN).attempts[-1].outcome is AttemptOutcome.TIMED_OUT


def test_a_message_that_could_not_even_be_tried_counts_as_a_try() -> None:
    """Who has it, has it; the others are asked again."""
    first = after(sample_ended(), Tell(kind="failure"), TROUBLE, BEGIN).telling
    assert first == Telling(kind="failure", tries=1, undelivered=("every channel",), reasons=("It is down.",))
    partly = sample_ended(telling=Telling(kind="failure", tries=2, delivered=("chat",), undelivered=("mail",)))
    again = after(partly, Tell(kind="failure"), TROUBLE, BEGIN).telling
    assert again is not None
    assert (again.tries, again.delivered, again.undelivered) == (3, ("chat",), ("mail",))


def test_the_end_is_told_although_an_attempt_is_in_flight() -> None:
    """Trouble ended the incident while a deployment was watched; the message is the incident's, not the attempt's."""
    ended = in_flight(state=IncidentState.ESCALATED, ended_at=BEGIN)
    assert after(ended, Tell(kind="failure"), TOLD, BEGIN).telling == TOLD


def test_a_noisy_recovery_marks_the_attempt_as_told() -> None:
    """The message of the end is still to come."""
    told = after(in_flight(), Tell(kind="attempt-1"), replace(TOLD, kind="attempt-1"), BEGIN)
    assert told.attempts[-1].told
    assert told.telling is None


@pytest.mark.parametrize(
    ("result", "outcome", "said"),
    [
        (PushResult(outcome=PushOutcome.MOVED, head=sha(9)), AttemptOutcome.MOVED, "somebody pushed 0000000"),
        (PushResult(outcome=PushOutcome.MOVED, head=None), AttemptOutcome.MOVED, "somebody deleted the branch"),
        (
            PushResult(outcome=PushOutcome.REJECTED, head=sha(1), reason="hook"),
            AttemptOutcome.REJECTED,
            "refused the push: hook",
        ),
    ],
)
def test_a_push_that_did_not_happen_ends_the_attempt(result: PushResult, outcome: AttemptOutcome, said: str) -> None:
    """Nothing of ours is on the branch, and the reason says why."""
    attempt = sample_attempt(outcome=None, delivered_at=None, deployment=None)
    pushed = after(sample_incident(attempts=(attempt,)), TABLE[3][0], result, BEGIN)
    assert pushed.attempts[-1].outcome is outcome
    assert said in pushed.attempts[-1].reason
    assert pushed.commits == ()
    assert pushed.head == sha(1)


@pytest.mark.parametrize(
    ("fields", "head", "outcome", "said"),
    [
        ({"state": "ready", "live": True}, sha(2), AttemptOutcome.GREEN, ""),
        ({"state": "ready", "live": False}, sha(2), None, ""),
        ({"state": "building"}, sha(2), None, ""),
        ({"state": "error"}, sha(2), AttemptOutcome.RED, ""),
        ({"state": "canceled"}, sha(9), AttemptOutcome.MOVED, "newer push took over"),
        ({"state": "canceled", "error_message": "by hand"}, sha(2), AttemptOutcome.CANCELED, "by hand"),
        ({"state": "canceled"}, sha(2), AttemptOutcome.CANCELED, "gives no reason"),
        ({"state": "blocked", "block_reason": "no member"}, sha(2), AttemptOutcome.BLOCKED, "no member"),
    ],
)
def test_what_a_look_makes_of_an_attempt(
    fields: dict[str, object], head: str, outcome: AttemptOutcome | None, said: str
) -> None:
    """Final states end it; ready counts only once the domains point at it."""
    state = DeploymentState(str(fields["state"]))
    seen = sample_deployment(**{**fields, "state": state, "id": "dpl_2"})
    at = BEGIN + timedelta(minutes=2)
    looked = after(in_flight(), TABLE[4][0], Sighting(deployment=seen, head=head), at)
    attempt = looked.attempts[-1]
    assert attempt.outcome is outcome
    assert said in attempt.reason
    assert attempt.appeared_at == at
    assert (attempt.ready_at == at) is (state is DeploymentState.READY)
    assert (looked.rested_at == at) is (outcome is not None)
    assert (looked.deployment == seen) is (outcome is not None)


def test_the_cooldown_is_rested_once() -> None:
    """After it the next delivery waits no more."""
    hot = sample_incident(cooled=False, rested_at=BEGIN)
    assert after(hot, Wait(seconds=120, reason="cooldown"), None, BEGIN).cooled


def test_a_proposal_without_a_commit_is_kept_in_the_history() -> None:
    """It costs no attempt; one with a commit is the next attempt."""
    nothing = sample_proposal(commit=None)
    mended = after(sample_incident(), Mend(commit=sha(1), attempt=1), nothing, BEGIN)
    assert (mended.proposal, mended.history, mended.attempts) == (nothing, (nothing,), ())
    delivered = after(sample_incident(), Mend(commit=sha(1), attempt=1), sample_proposal(), BEGIN)
    assert delivered.current is not None
    assert (delivered.current.number, delivered.current.commit, delivered.history) == (1, sha(2), ())
