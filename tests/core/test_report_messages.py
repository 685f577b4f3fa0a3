"""The messages that people get, in the seed's shape."""

from __future__ import annotations

from datetime import timedelta

import pytest

from deploymend.core.incident import AttemptKind, AttemptOutcome, Incident, IncidentState, Trouble
from deploymend.core.model import DeploymentState, Trial, TrialOutcome
from deploymend.core.report import deployed_message, incident_message
from deploymend.testing.samples import (
    BEGIN,
    sample_attempt,
    sample_deployment,
    sample_diagnosis,
    sample_ended,
    sample_proposal,
    sha,
)

GREEN = sample_deployment(
    id="dpl_9",
    state=DeploymentState.READY,
    commit_sha=sha(0xABC) + "0",
    url="https://shop.example",
    building_at=BEGIN,
    finished_at=BEGIN + timedelta(seconds=42),
)
REFUSED = Trial(fixer="model", outcome=TrialOutcome.REFUSED, summary="add any", reason="any: new any")
THREE = tuple(sample_attempt(number=number, commit=sha(number + 1)) for number in (1, 2, 3))


def told(**fields: object) -> str:
    """The plain failure message of an incident with these fields."""
    return incident_message(sample_ended(**fields), kind="failure", number=7).text


def test_success_in_the_seeds_four_lines() -> None:
    """URL, commit, build time; nothing of attempts when it took none."""
    assert deployed_message(GREEN).text.splitlines() == [
        "✅ DEPLOYMENT SUCCESSFUL",
        "   - Build completed successfully",
        "   - Live at: https://shop.example",
        "   - Commit: 0000000",
        "   - Build time: 42 s",
    ]


def test_success_tells_the_silent_attempts_and_what_is_not_as_it_should_be() -> None:
    """From the incident."""
    note = "green, but its domains do not point at it (yet)"
    attempt = sample_attempt(outcome=AttemptOutcome.GREEN, reason=note)
    healed = sample_ended(state=IncidentState.RECOVERED, deployment=GREEN, attempts=(attempt,))
    message = incident_message(healed, kind="success", number=1)
    for text in (message.text, message.markdown):
        assert "- Silent attempts: 1" in text
        assert f"- Note: {note}" in text
    assert (message.kind, message.key, message.title) == ("success", "dpl_9:success", "shop: deployed")


def test_success_without_facts_says_so() -> None:
    """No address, no times."""
    text = deployed_message(sample_deployment()).text
    assert "Live at: no address yet" in text
    assert "Build time: not known" in text


def test_one_deployment_is_told_by_one_key() -> None:
    """The watcher and the incident tell the same: the outbox then sends it once."""
    healed = sample_ended(state=IncidentState.RECOVERED, deployment=GREEN)
    assert incident_message(healed, kind="success", number=1).key == deployed_message(GREEN).key


def test_the_failure_message_has_the_seeds_parts_in_order() -> None:
    """Header, attempts, a line per attempt, the latest error, what to do, and how to take it back."""
    text = told(attempts=THREE, max_attempts=3, reason="3 of 3 attempts used")
    parts = [
        "🚨 DEPLOYMENT FAILED - Manual Intervention Required",
        'shop/main is red since 2026-03-01 12:00 UTC (commit 0000000 "Add the cart").',
        "Why it ends here: 3 of 3 attempts used.",
        "Attempts: 3/3 failed",
        "Error Summary:",
        "- Attempt 1: import · wrong-case-import - import ./Button (rules/import-case, built), pushed 0000000: red",
        "- Attempt 3: ",
        "Latest Error: import · wrong-case-import   src/Cart.tsx:3",
        "Cannot find module './button'.",
        "Recommended Actions:",
        "1. Name the file as it is written on disk.",
        "2. Take deploymend's 3 commits back:   git pull && git revert --no-edit 0000000 0000000 0000000 && git push",
        "Spent: 5 min, 0 tokens, $0.00.    Whole story: deploymend incidents 7",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)


def test_what_was_dropped_is_told_under_its_attempt() -> None:
    """And what led to no attempt at all."""
    attempt = sample_attempt(proposal=sample_proposal(trials=(REFUSED, *sample_proposal().trials)))
    text = told(attempts=(attempt,), history=(sample_proposal(commit=None, trials=(REFUSED,)),))
    assert "    model: add any - refused before the push: any: new any" in text
    assert "- Not delivered: no proposal passed the gate and the proof\n    model:" in text
    assert "- No fixer proposed anything" in told(attempts=(), history=(sample_proposal(commit=None, trials=()),))
    assert "Error Summary" not in told(attempts=())


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": AttemptKind.REDEPLOY, "proposal": None}, "built again without cache: red again"),
        ({"proposal": None}, "repaired, pushed 0000000: red again"),
        ({"outcome": AttemptOutcome.TIMED_OUT, "reason": "too late"}, "pushed 0000000: too late"),
        ({"outcome": AttemptOutcome.CANCELED}, "pushed 0000000: canceled"),
        ({"outcome": None}, "pushed 0000000: its end was not seen"),
        ({"delivered_at": None, "side_pushed_at": BEGIN}, "previewed 0000000: red again"),
        ({"delivered_at": None, "outcome": AttemptOutcome.REJECTED, "reason": "no"}, "not pushed: no"),
        ({"diagnosis": None}, "unknown · unknown"),
    ],
)
def test_how_an_attempt_is_told(fields: dict[str, object], said: str) -> None:
    """What was delivered, where to, and what became of it."""
    assert said in told(attempts=(sample_attempt(**fields),))


def test_a_proof_of_a_failure_that_was_not_seen_here_says_so() -> None:
    """A build that passed here before the repair too proves less, and the message must not hide it."""
    unseen = sample_attempt(proposal=sample_proposal(reproduced=False))
    assert "the failure was not seen here" in told(attempts=(unseen,))
    assert "not seen here" not in told(attempts=(sample_attempt(proposal=sample_proposal(reproduced=True)),))


def test_without_a_diagnosis_the_platforms_own_words_count() -> None:
    """And the deployment is where to look."""
    red = sample_deployment(error_message="Command exited with 1")
    assert "Latest Error: Command exited with 1" in told(diagnosis=None, deployment=red)
    silent = told(diagnosis=None, deployment=sample_deployment())
    assert "Latest Error: the log says nothing" in silent
    assert "1. Look at the deployment: https://platform.example/dpl_1" in silent
    assert "Look at the deployment: dpl_1" in told(diagnosis=None, deployment=sample_deployment(inspect_url=None))
    assert "Latest Error: import · wrong-case-import\n" in told(diagnosis=sample_diagnosis(causes=()))


def test_the_cure_of_a_trouble_comes_first() -> None:
    """A token that ran out is the person's first step; the old error's advice comes after it."""
    trouble = Trouble(during="redeploy", message="The token is not valid.", next_step="Make a new token.")
    text = told(trouble=trouble)
    assert text.index("1. Make a new token.") < text.index("2. Name the file") < text.index("3. Look at the deployment")
    assert "1. Name the file" in told(trouble=Trouble(during="x", message="y"))


def test_no_undo_where_nothing_is_left_to_undo() -> None:
    """Nothing of ours on the branch, or it was taken back."""
    assert "git revert" not in told(attempts=())
    text = told(reverted=sha(5))
    assert "git revert" not in text
    assert "were taken back by 0000000, as the configuration asks" in text


def test_an_attempt_is_told_while_it_goes_on() -> None:
    """Where recovery is not silent: one line, with a key of its own."""
    going = sample_ended(state=IncidentState.OPEN, attempts=(sample_attempt(outcome=None),), max_attempts=3)
    message = incident_message(going, kind="attempt-1", number=1)
    assert message.text.startswith("attempt 1 of 3: import · wrong-case-import - import ./Button")
    assert (message.key, message.title) == ("shop-1:attempt-1", "shop: repairing main")


def test_secrets_are_masked_wherever_they_stand() -> None:
    """In logs, reasons, commit subjects, summaries and advice, plain and Markdown."""
    token = "sk_live_" + "a1" * 12
    proposal = sample_proposal(
        summary=token, commit=None, trials=(Trial(fixer="f", outcome=TrialOutcome.FAILED, reason=token),)
    )
    incident: Incident = sample_ended(
        failing=sample_deployment(commit_message=f"use {token}\nmore"),
        attempts=(sample_attempt(proposal=proposal, reason=token),),
        history=(proposal,),
        diagnosis=sample_diagnosis(distilled=f"KEY={token}", advice=(f"drop {token}",)),
        trouble=Trouble(during="x", message="y", next_step=f"renew {token}"),
        reason=f"refused: {token}",
    )
    for kind in ("failure", "attempt-1"):
        message = incident_message(incident, kind=kind, number=1)
        for text in (message.title, message.text, message.markdown):
            assert token not in text
            assert token not in text.replace("\\", "")
        assert "REDACTED" in message.text


def test_spent_adds_up_all_that_was_tried() -> None:
    """Delivered or not."""
    costly = sample_proposal(tokens=1200, cost_usd=0.25)
    text = told(attempts=(sample_attempt(proposal=costly),), history=(costly,), ended_at=None)
    assert "Spent: 0.0 s, 2,400 tokens, $0.50." in text
