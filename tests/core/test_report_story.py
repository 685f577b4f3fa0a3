"""An incident as lines: what was seen, what was done, how it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from deploymend.core.incident import AttemptKind, AttemptOutcome, Incident, IncidentState
from deploymend.core.model import Category, Cause, Check, Proof, Remedy, Trial, TrialOutcome
from deploymend.core.report import Line, Mark, repair_lines, story
from deploymend.core.report.words import checks, counted, explained, place, proved, seconds, short
from deploymend.testing.samples import (
    BEGIN,
    sample_attempt,
    sample_deployment,
    sample_diagnosis,
    sample_ended,
    sample_incident,
    sample_proposal,
)

CAUSE = sample_diagnosis().causes[0]


def lines(incident: Incident) -> list[tuple[str, str, str]]:
    """Mark, label and text of each line."""
    return [(line.mark.value, line.label, line.text) for line in story(incident)]


def labels(incident: Incident) -> list[str]:
    """The labels alone, empty ones left out."""
    return [line.label for line in story(incident) if line.label]


def green(**fields: object) -> Incident:
    """Healed by one attempt after three minutes."""
    attempt = sample_attempt(outcome=AttemptOutcome.GREEN)
    healed = {
        "state": IncidentState.RECOVERED,
        "attempts": (attempt,),
        "ended_at": BEGIN + timedelta(minutes=3),
        "max_attempts": 3,
        "deployment": sample_deployment(url="https://shop.example"),
    }
    return sample_ended(**{**healed, **fields})


def test_a_heal_from_red_to_green() -> None:
    """Cause first, then the repair with its proof, the push, the end with its time."""
    assert lines(green()) == [
        ("failed", "build failed", "deployment dpl_1"),
        ("detail", "cause", "import · wrong-case-import   src/Cart.tsx:3"),
        ("detail", "", "Cannot find module './button'. The file is './Button': macOS does not mind, Linux does."),
        ("again", "attempt 1 of 3", ""),
        ("detail", "repair", "rules/import-case   1 file"),
        ("detail", "", "import ./Button"),
        ("detail", "proof", ""),
        ("detail", "push", "0000000 to main"),
        ("done", "green in 3 min", "https://shop.example  (1 silent attempt, 0 tokens)"),
    ]


def test_the_story_only_grows() -> None:
    """Each state's lines begin with those of the state before, so a pipe can be fed the new ones."""
    opened = sample_incident(max_attempts=3)
    known = replace(opened, diagnosis=sample_diagnosis())
    flying = sample_attempt(outcome=None, deployment=None, delivered_at=None, ended_at=None)
    mended = replace(known, attempts=(flying,), proposal=flying.proposal)
    pushed = replace(mended, attempts=(replace(flying, delivered_at=BEGIN),))
    red = replace(pushed, attempts=(sample_attempt(),), diagnosis=None, proposal=None)
    again = replace(red, diagnosis=sample_diagnosis(kind="ts-unused"))
    ended = replace(again, state=IncidentState.ESCALATED, reason="no fixer", ended_at=BEGIN)
    told: tuple[Line, ...] = ()
    for incident in (opened, known, mended, pushed, red, again, ended):
        now = story(incident)
        assert now[: len(told)] == told
        assert len(now) > len(told)
        told = now


def test_many_causes_are_named_and_then_counted() -> None:
    """Four by name, the rest as a number."""
    causes = tuple(Cause(category=Category.IMPORT, kind="k", message=f"m{n}") for n in range(7))
    told = lines(sample_incident(diagnosis=sample_diagnosis(causes=causes)))
    assert [label for _, label, _ in told].count("and") == 3
    assert told[-1] == ("detail", "", "and 3 further causes")
    assert lines(sample_incident(diagnosis=sample_diagnosis(causes=())))[-1][2].startswith("src/Cart.tsx imports")


def test_what_was_refused_and_dropped_comes_before_the_repair() -> None:
    """With the reason; a fixer whose repair was kept is not told as dropped."""
    trials = (
        Trial(fixer="model", outcome=TrialOutcome.REFUSED, summary="any", reason="any: new any"),
        Trial(fixer="rules/unused", outcome=TrialOutcome.FAILED, reason="still fails"),
        Trial(fixer="rules/import-case", outcome=TrialOutcome.FAILED, reason="first try"),
        Trial(fixer="rules/none", outcome=TrialOutcome.DECLINED, reason="not mine"),
        *sample_proposal().trials,
    )
    told = lines(
        green(attempts=(sample_attempt(proposal=sample_proposal(trials=trials), outcome=AttemptOutcome.GREEN),))
    )
    assert ("detail", "refused", "model: any (any: new any)") in told
    assert ("detail", "dropped", "rules/unused (still fails)") in told
    assert not any("first try" in text or "not mine" in text for _, _, text in told)


def test_without_a_repair_the_reasons_to_decline_are_told() -> None:
    """Each once: a person then knows what to decide."""
    declined = Trial(fixer="rules/stale-lockfile", outcome=TrialOutcome.DECLINED, reason="two lockfiles: delete one")
    proposal = sample_proposal(commit=None, trials=(declined, declined))
    told = [(line.label, line.text) for line in repair_lines(proposal)]
    assert told == [("declined", "rules/stale-lockfile (two lockfiles: delete one)")]


def test_proof_shows_the_rungs_and_the_note() -> None:
    """Or its name where no trial tells."""
    done = (
        Check(rung=Proof.PARSED, passed=True, seconds=0, note="not applicable"),
        Check(rung=Proof.TYPE_CHECKED, passed=True, seconds=2),
        Check(rung=Proof.BUILT, passed=False, seconds=30, inconclusive=True),
    )
    trial = Trial(fixer="f", outcome=TrialOutcome.PROVED, checks=done)
    proposal = sample_proposal(trials=(trial,), note="Not reproduced.", fixers=("f",))
    told = lines(green(attempts=(sample_attempt(proposal=proposal, outcome=AttemptOutcome.GREEN),)))
    assert ("detail", "proof", "type checked 2.0 s · built could not be tried 30 s") in told
    assert ("detail", "", "Not reproduced.") in told
    bare = sample_attempt(proposal=sample_proposal(trials=()), outcome=AttemptOutcome.GREEN)
    assert ("detail", "proof", "built") in lines(green(attempts=(bare,)))


def test_more_causes_found_here_are_said() -> None:
    """The platform's log names only the first."""
    here = sample_diagnosis(causes=(CAUSE, replace(CAUSE, file="src/Other.tsx")))
    attempt = sample_attempt(proposal=sample_proposal(diagnosis=here), outcome=AttemptOutcome.GREEN)
    assert ("detail", "found", "2 causes in all when built here") in lines(green(attempts=(attempt,)))


def test_a_redeploy_and_a_preview() -> None:
    """Each says what was delivered where."""
    redeploy = sample_attempt(kind=AttemptKind.REDEPLOY, proposal=None)
    told = lines(green(attempts=(redeploy,)))
    assert ("again", "attempt 1 of 3", "redeploy") in told
    assert ("detail", "redeploy", "import · wrong-case-import: built again unchanged, without cache") in told
    preview = sample_attempt(side_branch="deploymend/x-1", side_pushed_at=BEGIN, delivered_at=None, diagnosis=None)
    assert ("detail", "preview", "0000000 to deploymend/x-1, built as a preview") in lines(green(attempts=(preview,)))
    assert not any(label == "push" for label in labels(green(attempts=(preview,))))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, ("failed", "red again in 42 s", "deployment dpl_2  Command failed")),
        ({"outcome": AttemptOutcome.NO_DEPLOYMENT, "reason": "why"}, ("failed", "no deployment", "why")),
        ({"outcome": AttemptOutcome.RED, "deployment": None}, ("failed", "red", "")),
    ],
)
def test_how_attempts_end(fields: dict[str, object], told: tuple[str, str, str]) -> None:
    """A red build with its time and words; other ends with their reason."""
    red = sample_deployment(
        id="dpl_2", building_at=BEGIN, finished_at=BEGIN + timedelta(seconds=42), error_message="Command failed"
    )
    attempt = sample_attempt(**{"deployment": red, **fields})
    assert told in lines(sample_ended(attempts=(attempt,)))


def test_the_ends() -> None:
    """A person is needed, or a newer push took over; what is not code says that nothing was changed."""
    assert lines(sample_ended())[-1] == ("person", "a person is needed after 5 min", "1 of 1 attempts used")
    stood = sample_ended(state=IncidentState.STOOD_DOWN, reason="somebody pushed")
    assert lines(stood)[-1] == ("person", "stood down", "somebody pushed")
    not_code = sample_ended(attempts=(), diagnosis=sample_diagnosis(action=Remedy.REQUIRES_INTERVENTION))
    assert "not code" in labels(not_code)
    assert lines(green(deployment=sample_deployment(url=None)))[-1][2].startswith("shop  (")


def test_a_proposal_that_led_to_nothing_is_told_and_paid_for() -> None:
    """Its dropped trials, and its tokens in the end."""
    trial = Trial(fixer="model", outcome=TrialOutcome.FAILED, reason="still fails", tokens=5)
    nothing = sample_proposal(commit=None, trials=(trial,), tokens=1500)
    told = sample_ended(attempts=(), proposal=nothing, history=(nothing,))
    assert ("detail", "dropped", "model (still fails)") in lines(told)
    assert "1,500 tokens" in lines(green(history=(nothing,)))[-1][2]


def test_a_green_attempt_is_not_followed_by_its_old_diagnosis() -> None:
    """Nothing is undelivered then."""
    assert labels(green(diagnosis=sample_diagnosis())).count("cause") == 1
    assert [line.mark for line in story(green())][-1] is Mark.DONE


def test_small_phrases() -> None:
    """Units and plurals at their edges."""
    assert [seconds(s) for s in (0, 9.94, 10, 99.4, 100, 120, 3599.6, 3600, 7860)] == [
        "0.0 s", "9.9 s", "10 s", "99 s", "1 min 40 s", "2 min", "1 h", "1 h", "2 h 11 min",
    ]  # fmt: skip
    assert [counted(1, "file"), counted(0, "file"), counted(2, "try"), counted(1234, "token")] == [
        "1 file", "0 files", "2 tries", "1,234 tokens",
    ]  # fmt: skip
    assert (short(None), short("abcdefghij")) == ("unknown", "abcdefg")
    places = [place(CAUSE), place(replace(CAUSE, line=None)), place(replace(CAUSE, file=None))]
    assert places == ["src/Cart.tsx:3", "src/Cart.tsx", ""]
    assert explained(replace(CAUSE, suggestion=None)) == CAUSE.message
    assert checks([Check(rung=Proof.BUILT, passed=False, seconds=1)]) == "built failed 1.0 s"
    assert all(proved(proof) for proof in Proof)
