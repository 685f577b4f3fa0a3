"""Folds an action's outcome into an incident. An outcome that cannot follow raises ValueError and changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from deploymend.core.incident.actions import (
    Action,
    Conclude,
    Diagnose,
    Discard,
    End,
    Findings,
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
    Wait,
)
from deploymend.core.incident.model import (
    Attempt,
    AttemptKind,
    AttemptOutcome,
    Incident,
    IncidentState,
    Telling,
    Trouble,
)
from deploymend.core.model import Deployment, DeploymentState, Proposal, PushOutcome, PushResult


def after(incident: Incident, action: Action, outcome: Outcome, at: datetime) -> Incident:
    """The incident as it is once `action` ended in `outcome` at `at`."""
    if isinstance(outcome, Trouble):
        return _troubled(incident, action, outcome, at)
    match action, outcome:
        case Wait(), None:
            return _rested(incident, action)
        case End(), None:
            return replace(incident, state=action.state, reason=action.reason, ended_at=at, waited=True)
    folded = _folded(incident, action, outcome, at)
    # The trouble that ended an incident stays, for its message to tell.
    return replace(folded, trouble=None, trouble_count=0) if incident.state is IncidentState.OPEN else folded


def _troubled(incident: Incident, action: Action, trouble: Trouble, at: datetime) -> Incident:
    """Trouble is tried again while an incident is open. After its end nothing may hold it open or change its end, and
    what has no effect outside happens whatever stood in the way.
    """
    match action:
        case Wait() | Conclude() | End() | Discard() | Remember():
            return after(incident, action, None, at)
        case Revert():
            return after(
                incident, action, PushResult(outcome=PushOutcome.REJECTED, head=None, reason=trouble.message), at
            )
        case Tell():
            return after(incident, action, _untold(incident, action, trouble), at)
        case Stop():
            raise ValueError("nothing follows Stop")
    return replace(incident, trouble=trouble, trouble_count=incident.trouble_count + 1)


def _untold(incident: Incident, tell: Tell, trouble: Trouble) -> Telling:
    """A try that failed before any channel could be asked; who has the message already, still has it."""
    told = incident.telling or Telling(kind=tell.kind)
    missing = told.undelivered or ("every channel",)
    return replace(told, tries=told.tries + 1, undelivered=missing, reasons=(trouble.message,))


def _rested(incident: Incident, wait: Wait) -> Incident:
    match wait.reason:
        case "cooldown":
            return replace(incident, cooled=True)
        case "service":
            return replace(incident, trouble=None)
    return replace(incident, waited=True)


def _folded(incident: Incident, action: Action, outcome: Outcome, at: datetime) -> Incident:
    match action, outcome:
        case Diagnose(), Findings():
            commit = incident.commit or outcome.commit
            return replace(incident, diagnosis=outcome.diagnosis, commit=commit, seen_head=outcome.head)
        case Mend(), Proposal():
            return _mended(incident, action, outcome, at)
        case Redeploy(), Deployment():
            return _redeployed(incident, action, outcome, at)
        case Push(), PushResult():
            return _pushed(incident, outcome, at)
        case Look(), Sighting():
            return _seen(incident, outcome, at)
        case Conclude(), None:
            return _concluded(incident, action.outcome, at, reason=action.reason)
    return _closed(incident, action, outcome)


def _closed(incident: Incident, action: Action, outcome: Outcome) -> Incident:
    match action, outcome:
        case Discard(), None:
            return replace(incident, discarded=(*incident.discarded, action.branch))
        case Revert(), PushResult():
            done = outcome.head if outcome.outcome is PushOutcome.PUSHED else None
            return replace(incident, revert_tried=True, reverted=done)
        case Remember(), None:
            return replace(incident, remembered=True)
        case Tell(), Telling() if incident.state is IncidentState.OPEN:
            return _with(incident, replace(_current(incident), told=True))
        case Tell(), Telling():
            return replace(incident, telling=outcome, waited=False)
    raise ValueError(f"{type(action).__name__} cannot end in {outcome!r}")


def _mended(incident: Incident, mend: Mend, proposal: Proposal, at: datetime) -> Incident:
    if proposal.commit is None:
        return replace(incident, proposal=proposal, history=(*incident.history, proposal))
    attempt = replace(
        _new_attempt(incident, mend.attempt, AttemptKind.REPAIR, at),
        proposal=proposal,
        commit=proposal.commit,
        side_branch=mend.side_branch,
    )
    return replace(incident, proposal=proposal, attempts=(*incident.attempts, attempt), waited=True)


def _redeployed(incident: Incident, redeploy: Redeploy, deployment: Deployment, at: datetime) -> Incident:
    attempt = replace(
        _new_attempt(incident, redeploy.attempt, AttemptKind.REDEPLOY, at),
        commit=incident.head,
        delivered_at=at,
        deployment=deployment,
        appeared_at=at,
    )
    return replace(incident, attempts=(*incident.attempts, attempt), waited=False)


def _new_attempt(incident: Incident, number: int, kind: AttemptKind, at: datetime) -> Attempt:
    return Attempt(number=number, kind=kind, started_at=at, diagnosis=incident.diagnosis)


def _current(incident: Incident) -> Attempt:
    if (attempt := incident.current) is None:
        raise ValueError("no attempt is in flight")
    return attempt


def _with(incident: Incident, attempt: Attempt) -> Incident:
    return replace(incident, attempts=(*incident.attempts[:-1], attempt))


def _pushed(incident: Incident, result: PushResult, at: datetime) -> Incident:
    attempt = _current(incident)
    if result.outcome is PushOutcome.MOVED:
        who = f"somebody pushed {result.head[:7]}" if result.head else "somebody deleted the branch"
        reason = f"{who} meanwhile: the repair was not put over it, their deployment is followed instead"
        return _concluded(replace(incident, seen_head=result.head), AttemptOutcome.MOVED, at, reason=reason)
    if result.outcome is PushOutcome.REJECTED:
        return _concluded(incident, AttemptOutcome.REJECTED, at, reason=f"the remote refused the push: {result.reason}")
    if attempt.in_preview:
        return replace(_with(incident, replace(attempt, side_pushed_at=at)), waited=True)
    delivered = _with(incident, replace(attempt, delivered_at=at, deployment=None))
    return replace(delivered, head=attempt.commit or incident.head, seen_head=attempt.commit, waited=True)


def _seen(incident: Incident, sighting: Sighting, at: datetime) -> Incident:
    attempt = _shown(_current(incident), sighting.deployment, at)
    incident = replace(_with(incident, attempt), waited=False, seen_head=sighting.head)
    deployment = sighting.deployment
    if deployment is None or not deployment.state.final:
        return incident
    match deployment.state:
        case DeploymentState.READY if attempt.in_preview:
            passed = replace(attempt, previewed=True, deployment=None, appeared_at=None, ready_at=None)
            return replace(_with(incident, passed), waited=True)
        case DeploymentState.READY:
            return _concluded(incident, AttemptOutcome.GREEN, at) if deployment.live else incident
        case DeploymentState.ERROR:
            return _concluded(incident, AttemptOutcome.RED, at)
        case DeploymentState.CANCELED if sighting.head != incident.head:
            return _concluded(incident, AttemptOutcome.MOVED, at, reason="a newer push took over the branch")
    return _not_built(incident, deployment, at)


def _shown(attempt: Attempt, deployment: Deployment | None, at: datetime) -> Attempt:
    """With what was seen of its deployment. Ages count from our own looks: a platform's clock may differ."""
    if deployment is None:
        return attempt
    ready_at = (attempt.ready_at or at) if deployment.state is DeploymentState.READY else None
    return replace(attempt, deployment=deployment, appeared_at=attempt.appeared_at or at, ready_at=ready_at)


def _not_built(incident: Incident, deployment: Deployment, at: datetime) -> Incident:
    blocked = deployment.state is DeploymentState.BLOCKED
    why = (deployment.block_reason if blocked else deployment.error_message) or "the platform gives no reason"
    outcome = AttemptOutcome.BLOCKED if blocked else AttemptOutcome.CANCELED
    return _concluded(incident, outcome, at, reason=f"the platform {outcome} the build of our commit: {why}")


def _concluded(incident: Incident, outcome: AttemptOutcome, at: datetime, *, reason: str = "") -> Incident:
    attempt = replace(_current(incident), outcome=outcome, ended_at=at, reason=reason)
    incident = replace(_with(incident, attempt), rested_at=at, cooled=False, waited=True)
    if attempt.deployment is not None and attempt.deployment.state.final:
        incident = replace(incident, deployment=attempt.deployment)
    if outcome is AttemptOutcome.RED:
        incident = replace(incident, diagnosis=None, proposal=None)
    return incident
