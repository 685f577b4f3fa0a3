"""What the failure message says, as parts: `plain.py` and `markdown.py` write them out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deploymend.core.incident import Attempt, AttemptKind, AttemptOutcome, Incident, IncidentState
from deploymend.core.model import Proposal, Trial, TrialOutcome
from deploymend.core.redact import redact
from deploymend.core.report.words import counted, label, place, proved, seconds, short

MAX_TRIALS_TOLD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of the error summary: `head` (`Attempt 1`), what is said of it, and what was tried and dropped."""

    head: str
    text: str = ""
    under: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One recommended action; `command` is what to type for it."""

    text: str
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureReport:
    """The parts in the seed's order, secrets masked. `latest_error` is one line, `log` the distilled report."""

    since: str
    reason: str
    attempts: str
    items: tuple[Item, ...]
    latest_error: str
    log: tuple[str, ...]
    steps: tuple[Step, ...]
    spent: str
    story_command: str


def failure_report(incident: Incident, *, number: int) -> FailureReport:
    """All that a person needs to take over, from the incident alone."""
    return FailureReport(
        since=redact(_since(incident)),
        reason=redact(f"{incident.reason}."),
        attempts=f"{len(incident.attempts)}/{incident.max_attempts} failed",
        items=tuple(_items(incident)),
        latest_error=redact(_latest_error(incident)),
        log=_log(incident),
        steps=tuple(_steps(incident)),
        spent=_spent(incident),
        story_command=f"deploymend incidents {number}",
    )


def _since(incident: Incident) -> str:
    failing = incident.failing
    subject = f' "{failing.commit_message.splitlines()[0]}"' if failing.commit_message else ""
    since = f"{failing.created_at:%Y-%m-%d %H:%M} UTC"
    return f"{incident.project}/{incident.branch} is red since {since} (commit {short(failing.commit_sha)}{subject})."


def _items(incident: Incident) -> Iterator[Item]:
    for attempt in incident.attempts:
        text = f"{attempt.error_category} · {attempt.error_kind} - {delivered(attempt)}: {_ended(attempt)}"
        tried = attempt.proposal
        under = _dropped(tried.trials, skip=tried.fixers) if tried else ()
        yield Item(head=f"Attempt {attempt.number}", text=redact(text), under=under)
    for proposal in incident.history:
        if not proposal.trials:
            yield Item(head="No fixer proposed anything")
            continue
        text = "no proposal passed the gate and the proof"
        yield Item(head="Not delivered", text=text, under=_dropped(proposal.trials, skip=()))


def delivered(attempt: Attempt) -> str:
    """What an attempt delivered, and where to."""
    if attempt.kind is AttemptKind.REDEPLOY:
        return "built again without cache"
    what = _repair(attempt.proposal) if attempt.proposal else "repaired"
    if attempt.side_pushed_at is None and not attempt.on_branch:
        return f"{what}, not pushed"
    return f"{what}, {'pushed' if attempt.on_branch else 'previewed'} {short(attempt.commit)}"


def _repair(proposal: Proposal) -> str:
    """The repair and its proof; a proof of something that never failed here is worth less, so that is said."""
    unseen = "" if proposal.reproduced else ", but the failure was not seen here"
    return f"{proposal.summary} ({', '.join(proposal.fixers)}, {proved(proposal.proof)}{unseen})"


def _ended(attempt: Attempt) -> str:
    if attempt.outcome is None:
        return "its end was not seen"
    return "red again" if attempt.outcome is AttemptOutcome.RED else (attempt.reason or str(attempt.outcome))


def _dropped(trials: Sequence[Trial], *, skip: Sequence[str]) -> tuple[str, ...]:
    dropped = [t for t in trials if t.outcome in (TrialOutcome.REFUSED, TrialOutcome.FAILED) and t.fixer not in skip]
    return tuple(
        redact(f"{trial.fixer}: {trial.summary or 'no change'} - {trial.outcome} before the push: {trial.reason}")
        for trial in dropped[:MAX_TRIALS_TOLD]
    )


def _latest_error(incident: Incident) -> str:
    diagnosis = incident.diagnosis
    if diagnosis is None:
        return incident.deployment.error_message or "the log says nothing"
    where = place(diagnosis.causes[0]) if diagnosis.causes else ""
    return f"{label(diagnosis)}   {where}".rstrip()


def _log(incident: Incident) -> tuple[str, ...]:
    diagnosis = incident.diagnosis
    return tuple(redact(diagnosis.distilled or diagnosis.summary).splitlines()) if diagnosis else ()


def _steps(incident: Incident) -> Iterator[Step]:
    if incident.trouble is not None and incident.trouble.next_step:
        yield Step(text=redact(incident.trouble.next_step))
    advice = incident.diagnosis.advice if incident.diagnosis else ()
    yield from (Step(text=redact(sentence)) for sentence in advice)
    if incident.trouble is not None or not advice:
        yield Step(text=f"Look at the deployment: {incident.deployment.inspect_url or incident.deployment.id}")
    if (undo := undo_command(incident)) is not None:
        yield Step(text=f"Take deploymend's {counted(len(incident.commits), 'commit')} back:", command=undo)
    if incident.reverted is not None:
        yield Step(
            text=f"deploymend's commits were taken back by {short(incident.reverted)}, as the configuration asks"
        )


def undo_command(incident: Incident) -> str | None:
    """What takes deploymend's own commits off the branch again; None when there are none, or it was done."""
    if not incident.commits or incident.reverted or incident.state is IncidentState.RECOVERED:
        return None
    newest_first = " ".join(short(commit) for commit in reversed(incident.commits))
    return f"git pull && git revert --no-edit {newest_first} && git push"


def _spent(incident: Incident) -> str:
    proposals = [*incident.history, *(a.proposal for a in incident.attempts if a.proposal)]
    tokens = sum(proposal.tokens for proposal in proposals)
    cost = sum(proposal.cost_usd for proposal in proposals)
    took = (incident.ended_at - incident.opened_at).total_seconds() if incident.ended_at else 0.0
    return f"{seconds(took)}, {counted(tokens, 'token')}, ${cost:.2f}."
