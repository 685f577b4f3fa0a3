"""An incident as lines for a person, cause first. The same lines are printed live, in `incidents ID` and in the demo.

The story only ever grows while the incident goes on, so that a pipe can be fed the new lines and a terminal redrawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from deploymend.core.incident import Attempt, AttemptKind, AttemptOutcome, Incident, IncidentState
from deploymend.core.model import Deployment, Diagnosis, Proposal, Remedy, Trial, TrialOutcome
from deploymend.core.report.words import checks, counted, explained, label, place, proved, seconds, short

MAX_CAUSES_TOLD = 4


class Mark(StrEnum):
    """What a line begins with; the printer turns it into a sign and a colour."""

    FAILED = "failed"
    DONE = "done"
    AGAIN = "again"
    PERSON = "person"
    DETAIL = "detail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: a mark, a short label (the left column of details), and the text."""

    mark: Mark
    label: str
    text: str


def story(incident: Incident) -> tuple[Line, ...]:
    """The whole incident so far."""
    return tuple(_story(incident))


def _story(incident: Incident) -> Iterator[Line]:
    yield _failed(incident.failing, "build failed")
    for attempt in incident.attempts:
        if attempt.diagnosis is not None:
            yield from cause_lines(attempt.diagnosis)
        yield from _attempt(attempt, incident)
    if incident.current is None and incident.diagnosis is not None:
        yield from _undelivered(incident, incident.diagnosis)
    yield from _ending(incident)


def _failed(deployment: Deployment, what: str) -> Line:
    took = f" in {seconds(deployment.build_seconds)}" if deployment.build_seconds is not None else ""
    said = f"  {deployment.error_message}" if deployment.error_message else ""
    return Line(mark=Mark.FAILED, label=f"{what}{took}", text=f"deployment {deployment.id}{said}")


def cause_lines(diagnosis: Diagnosis) -> Iterator[Line]:
    """The cause, where it is, what the tool said, and how many more there are."""
    first = diagnosis.causes[0] if diagnosis.causes else None
    where = place(first) if first else ""
    yield Line(mark=Mark.DETAIL, label="cause", text=f"{label(diagnosis)}   {where}".rstrip())
    yield Line(mark=Mark.DETAIL, label="", text=explained(first) if first else diagnosis.summary)
    for cause in diagnosis.causes[1:MAX_CAUSES_TOLD]:
        text = f"{cause.category} · {cause.kind}   {place(cause)}".rstrip()
        yield Line(mark=Mark.DETAIL, label="and", text=text)
        yield Line(mark=Mark.DETAIL, label="", text=explained(cause))
    if len(diagnosis.causes) > MAX_CAUSES_TOLD:
        more = counted(len(diagnosis.causes) - MAX_CAUSES_TOLD, "further cause")
        yield Line(mark=Mark.DETAIL, label="", text=f"and {more}")


def _attempt(attempt: Attempt, incident: Incident) -> Iterator[Line]:
    kind = "redeploy" if attempt.kind is AttemptKind.REDEPLOY else ""
    yield Line(mark=Mark.AGAIN, label=f"attempt {attempt.number} of {incident.max_attempts}", text=kind)
    if attempt.kind is AttemptKind.REDEPLOY:
        text = f"{attempt.error_category} · {attempt.error_kind}: built again unchanged, without cache"
        yield Line(mark=Mark.DETAIL, label="redeploy", text=text)
    if attempt.proposal is not None:
        yield from repair_lines(attempt.proposal, known=len(attempt.diagnosis.causes) if attempt.diagnosis else 0)
    if attempt.side_pushed_at is not None:
        text = f"{short(attempt.commit)} to {attempt.side_branch}, built as a preview"
        yield Line(mark=Mark.DETAIL, label="preview", text=text)
    if attempt.on_branch:
        yield Line(mark=Mark.DETAIL, label="push", text=f"{short(attempt.commit)} to {incident.branch}")
    yield from _attempt_end(attempt)


def repair_lines(proposal: Proposal, *, known: int = 0) -> Iterator[Line]:
    """What was changed and how it was proved; before it, what was tried and dropped. Without a repair, also why those
    who know such a failure left it alone.

    `known` is how many causes were told already: only when the build here showed more is their number said.
    """
    for trial in proposal.trials:
        if trial.outcome in (TrialOutcome.REFUSED, TrialOutcome.FAILED) and trial.fixer not in proposal.fixers:
            yield _dropped(trial)
    if proposal.commit is None:
        declined = (f"{t.fixer} ({t.reason})" for t in proposal.trials if t.outcome is TrialOutcome.DECLINED)
        yield from (Line(mark=Mark.DETAIL, label="declined", text=text) for text in dict.fromkeys(declined))
        return
    files = counted(len(proposal.files), "file")
    if (found := len(proposal.diagnosis.causes)) > known:
        yield Line(mark=Mark.DETAIL, label="found", text=f"{counted(found, 'cause')} in all when built here")
    yield Line(mark=Mark.DETAIL, label="repair", text=f"{', '.join(proposal.fixers)}   {files}")
    for summary in proposal.summary.split("; "):
        yield Line(mark=Mark.DETAIL, label="", text=summary)
    last = next((t for t in reversed(proposal.trials) if t.outcome is TrialOutcome.PROVED), None)
    climbed = checks(last.checks) if last else proved(proposal.proof)
    yield Line(mark=Mark.DETAIL, label="proof", text=climbed)
    if proposal.note:
        yield Line(mark=Mark.DETAIL, label="", text=proposal.note)


def _dropped(trial: Trial) -> Line:
    word = "refused" if trial.outcome is TrialOutcome.REFUSED else "dropped"
    what = f"{trial.fixer}: {trial.summary}" if trial.summary else trial.fixer
    return Line(mark=Mark.DETAIL, label=word, text=f"{what} ({trial.reason})")


def _attempt_end(attempt: Attempt) -> Iterator[Line]:
    match attempt.outcome:
        case AttemptOutcome.RED if attempt.deployment is not None:
            yield _failed(attempt.deployment, "red again")
        case None | AttemptOutcome.GREEN | AttemptOutcome.MOVED:
            return
        case _:
            yield Line(mark=Mark.FAILED, label=attempt.outcome.replace("_", " "), text=attempt.reason)


def _undelivered(incident: Incident, diagnosis: Diagnosis) -> Iterator[Line]:
    """A diagnosis that no attempt came of (yet)."""
    if incident.attempts and incident.attempts[-1].outcome is not AttemptOutcome.RED:
        return
    yield from cause_lines(diagnosis)
    if incident.proposal is not None:
        yield from repair_lines(incident.proposal, known=len(diagnosis.causes))
    if diagnosis.action is Remedy.REQUIRES_INTERVENTION and incident.state is IncidentState.ESCALATED:
        text = "no change to the repository can honestly cure this, so nothing was changed"
        yield Line(mark=Mark.DETAIL, label="not code", text=text)


def _ending(incident: Incident) -> Iterator[Line]:
    if incident.ended_at is None:
        return
    took = seconds((incident.ended_at - incident.failing.created_at).total_seconds())
    match incident.state:
        case IncidentState.RECOVERED:
            used = counted(len(incident.attempts), "silent attempt")
            url = incident.deployment.url or incident.project
            text = f"{url}  ({used}, {counted(_tokens(incident), 'token')})"
            yield Line(mark=Mark.DONE, label=f"green in {took}", text=text)
        case IncidentState.STOOD_DOWN:
            yield Line(mark=Mark.PERSON, label="stood down", text=incident.reason)
        case _:
            yield Line(mark=Mark.PERSON, label=f"a person is needed after {took}", text=incident.reason)


def _tokens(incident: Incident) -> int:
    done = sum(a.proposal.tokens for a in incident.attempts if a.proposal)
    return done + sum(proposal.tokens for proposal in incident.history)
