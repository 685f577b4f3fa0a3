"""The one message at the end: success in the seed's four lines, failure with the whole story and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from deploymend.core.incident import Attempt, AttemptKind, AttemptOutcome, Incident, IncidentState
from deploymend.core.message import Message
from deploymend.core.model import Deployment, Trial, TrialOutcome
from deploymend.core.redact import redact
from deploymend.core.report.words import counted, label, place, proved, seconds, short

MAX_TRIALS_TOLD = 12


def deployed_message(deployment: Deployment, *, attempts: int = 0) -> Message:
    """A green deployment. `attempts` is how many silent ones it took."""
    took = seconds(deployment.build_seconds) if deployment.build_seconds is not None else "not known"
    rows = [
        ("Live at", deployment.url or "no address yet"),
        ("Commit", short(deployment.commit_sha)),
        ("Build time", took),
    ]
    if attempts:
        rows.append(("Silent attempts", str(attempts)))
    text = ["✅ DEPLOYMENT SUCCESSFUL", "   - Build completed successfully", *(f"   - {n}: {v}" for n, v in rows)]
    markdown = ["**✅ Deployment successful**", "", "- Build completed successfully", *(f"- {n}: {v}" for n, v in rows)]
    return Message(
        key=f"{deployment.id}:success",
        kind="success",
        title=f"{deployment.project}: deployed",
        text="\n".join(text),
        markdown="\n".join(markdown),
    )


def incident_message(incident: Incident, *, kind: str, number: int) -> Message:
    """The message of an incident: `success` or `failure` at its end, `attempt-N` while it goes on."""
    if kind == "success":
        return deployed_message(incident.deployment, attempts=len(incident.attempts))
    if kind.startswith("attempt-"):
        return _attempt_message(incident, kind)
    return Message(
        key=f"{incident.id}:{kind}",
        kind=kind,
        title=_title(incident),
        text=redact("\n".join(_failure(incident, number, fence=""))),
        markdown=redact("\n".join(_failure(incident, number, fence="```"))),
    )


def _attempt_message(incident: Incident, kind: str) -> Message:
    attempt = incident.attempts[-1]
    said = f"{attempt.error_category} · {attempt.error_kind} - {_done(attempt)}"
    text = redact(f"attempt {attempt.number} of {incident.max_attempts}: {said}")
    title = f"{incident.project}: repairing {incident.branch}"
    return Message(key=f"{incident.id}:{kind}", kind="attempt", title=title, text=text, markdown=text)


def _title(incident: Incident) -> str:
    used = f"{len(incident.attempts)} of {incident.max_attempts} attempts used"
    return f"{incident.project}: deployment failed, {used}"


def _failure(incident: Incident, number: int, *, fence: str) -> Iterator[str]:
    failing = incident.failing
    subject = f' "{failing.commit_message.splitlines()[0]}"' if failing.commit_message else ""
    yield "🚨 DEPLOYMENT FAILED - Manual Intervention Required"
    yield ""
    since = f"{failing.created_at:%Y-%m-%d %H:%M} UTC"
    yield f"{incident.project}/{incident.branch} is red since {since} (commit {short(failing.commit_sha)}{subject})."
    yield f"Why it ends here: {incident.reason}."
    yield ""
    yield f"Attempts: {len(incident.attempts)}/{incident.max_attempts} failed"
    yield from _attempts(incident)
    yield from _latest_error(incident, fence)
    yield from _advice(incident, number)


def _attempts(incident: Incident) -> Iterator[str]:
    if not incident.attempts and not incident.history:
        return
    yield ""
    yield "Error Summary:"
    for attempt in incident.attempts:
        yield f"- Attempt {attempt.number}: {attempt.error_category} · {attempt.error_kind} - {_tried(attempt)}"
        if attempt.proposal is not None:
            yield from _trials(attempt.proposal.trials, skip=attempt.proposal.fixers)
    for proposal in incident.history:
        yield (
            "- Not delivered: no proposal passed the gate and the proof"
            if proposal.trials
            else "- No fixer proposed anything"
        )
        yield from _trials(proposal.trials, skip=())


def _tried(attempt: Attempt) -> str:
    ended = "red again" if attempt.outcome is AttemptOutcome.RED else (attempt.reason or str(attempt.outcome))
    return f"{_done(attempt)}: {ended}"


def _done(attempt: Attempt) -> str:
    """What an attempt delivered."""
    if attempt.kind is AttemptKind.REDEPLOY:
        return "built again without cache"
    proposal = attempt.proposal
    what = f"{proposal.summary} ({', '.join(proposal.fixers)}, {proved(proposal.proof)})" if proposal else "repaired"
    return f"{what}, {'pushed' if attempt.on_branch else 'previewed'} {short(attempt.commit)}"


def _trials(trials: Sequence[Trial], *, skip: Sequence[str]) -> Iterator[str]:
    told = [t for t in trials if t.outcome in (TrialOutcome.REFUSED, TrialOutcome.FAILED) and t.fixer not in skip]
    for trial in told[:MAX_TRIALS_TOLD]:
        yield f"    {trial.fixer}: {trial.summary or 'no change'} - {trial.outcome} before the push: {trial.reason}"


def _latest_error(incident: Incident, fence: str) -> Iterator[str]:
    diagnosis = incident.diagnosis
    yield ""
    if diagnosis is None:
        yield f"Latest Error: {incident.deployment.error_message or 'the log says nothing'}"
        return
    where = place(diagnosis.causes[0]) if diagnosis.causes else ""
    yield f"Latest Error: {label(diagnosis)}   {where}".rstrip()
    if fence:
        yield fence
    yield from (diagnosis.distilled or diagnosis.summary).splitlines()
    if fence:
        yield fence


def _advice(incident: Incident, number: int) -> Iterator[str]:
    yield ""
    yield "Recommended Actions:"
    steps = list(incident.diagnosis.advice if incident.diagnosis else ())
    if incident.trouble is not None or not steps:
        steps.append(f"Look at the deployment: {incident.deployment.inspect_url or incident.deployment.id}")
    if (undo := undo_command(incident)) is not None:
        steps.append(f"Take deploymend's {counted(len(incident.commits), 'commit')} back:   {undo}")
    if incident.reverted is not None:
        steps.append(f"deploymend's commits were taken back by {short(incident.reverted)}, as the configuration asks")
    yield from (f"{index}. {step}" for index, step in enumerate(steps, 1))
    yield ""
    yield _spent(incident, number)


def undo_command(incident: Incident) -> str | None:
    """What takes deploymend's own commits off the branch again; None when there are none, or it was done."""
    if not incident.commits or incident.reverted or incident.state is IncidentState.RECOVERED:
        return None
    newest_first = " ".join(short(commit) for commit in reversed(incident.commits))
    return f"git pull && git revert --no-edit {newest_first} && git push"


def _spent(incident: Incident, number: int) -> str:
    proposals = [*incident.history, *(a.proposal for a in incident.attempts if a.proposal)]
    tokens = sum(proposal.tokens for proposal in proposals)
    cost = sum(proposal.cost_usd for proposal in proposals)
    took = (incident.ended_at - incident.opened_at).total_seconds() if incident.ended_at else 0.0
    spent = f"Spent: {seconds(took)}, {counted(tokens, 'token')}, ${cost:.2f}."
    return f"{spent}    Whole story: deploymend incidents {number}"
