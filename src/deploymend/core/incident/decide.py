"""What happens next to an incident, decided without doing anything.

`next_action` reads an incident and names the one action to take; `fold.after` folds the action's outcome back in.
Neither touches the clock, the disk or the network, so a workflow that only calls these two replays identically.
"""

from __future__ import annotations

from datetime import datetime

from deploymend.core.incident.actions import (
    Action,
    Conclude,
    Diagnose,
    Discard,
    End,
    Look,
    Mend,
    Push,
    Redeploy,
    Remember,
    Revert,
    Stop,
    Tell,
    Wait,
)
from deploymend.core.incident.model import Attempt, AttemptKind, AttemptOutcome, Incident, IncidentState, Trouble
from deploymend.core.model import Diagnosis, Proposal, Remedy
from deploymend.core.policy import Delivery, OnFailure, Policy, backoff_seconds, poll_pause_seconds

LIVE_GRACE_SECONDS = 60.0
"""How long a green deployment may stay without its domains before it is reported as green but not live."""


def next_action(incident: Incident, policy: Policy, now: datetime) -> Action:
    """The one thing to do next; `Stop` when nothing is left."""
    if incident.state is not IncidentState.OPEN:
        return _closing(incident, policy)
    if incident.trouble is not None:
        return _after_trouble(incident, incident.trouble, policy)
    if incident.current is not None:
        return _follow(incident, incident.current, policy, now)
    return _continue(incident, policy, now)


def _after_trouble(incident: Incident, trouble: Trouble, policy: Policy) -> Action:
    if trouble.retryable and incident.trouble_count <= policy.max_trouble:
        return Wait(seconds=_backoff(incident.trouble_count, policy), reason="service")
    return End(state=IncidentState.ESCALATED, reason=f"could not {trouble.during}: {trouble.message.rstrip('.')}")


def _backoff(failures: int, policy: Policy) -> float:
    return backoff_seconds(failures, first_seconds=policy.backoff_seconds)


def _continue(incident: Incident, policy: Policy, now: datetime) -> Action:
    """No attempt is in flight: end, understand, or start the next attempt."""
    last = incident.attempts[-1] if incident.attempts else None
    if last is not None and last.outcome is not AttemptOutcome.RED:
        return _ending_of(last)
    if incident.diagnosis is None:
        return Diagnose(deployment_id=incident.deployment.id)
    return _refusal(incident, incident.diagnosis, policy) or _attempt(incident, incident.diagnosis, policy, now)


def _ending_of(last: Attempt) -> End:
    if last.outcome is AttemptOutcome.GREEN:
        return End(state=IncidentState.RECOVERED, reason=last.reason or "the deployment is green")
    if last.outcome is AttemptOutcome.MOVED:
        return End(state=IncidentState.STOOD_DOWN, reason=last.reason)
    return End(state=IncidentState.ESCALATED, reason=last.reason)


def _refusal(incident: Incident, diagnosis: Diagnosis, policy: Policy) -> End | None:
    """Why this incident is not worked on (any further), if so."""
    if incident.seen_head != incident.head:
        return End(state=IncidentState.STOOD_DOWN, reason=_moved(incident))
    if incident.failing.from_fork:
        return End(state=IncidentState.STOOD_DOWN, reason="the commit comes from a fork: not repaired unattended")
    author = incident.commit.author_email if incident.commit else ""
    if policy.authors and author not in policy.authors:
        reason = f"the commit's author {author or 'is unknown and'} is not on the list of authors repaired unattended"
        return End(state=IncidentState.ESCALATED, reason=reason)
    if len(incident.attempts) >= incident.max_attempts:
        return End(
            state=IncidentState.ESCALATED, reason=f"{len(incident.attempts)} of {incident.max_attempts} attempts used"
        )
    if diagnosis.action is Remedy.REQUIRES_INTERVENTION and not _may_redeploy(incident, diagnosis):
        return End(state=IncidentState.ESCALATED, reason="no change to the repository can honestly cure this")
    return None


def _moved(incident: Incident) -> str:
    if incident.seen_head is None:
        return f"the branch {incident.branch} is gone"
    return (
        f"somebody pushed {incident.seen_head[:7]} to {incident.branch} meanwhile: their deployment is followed instead"
    )


def _may_redeploy(incident: Incident, diagnosis: Diagnosis) -> bool:
    """A transient failure is built again unchanged, once; so is a failure that does not happen here at all."""
    if any(attempt.kind is AttemptKind.REDEPLOY for attempt in incident.attempts):
        return False
    return diagnosis.retryable or (incident.proposal is not None and incident.proposal.already_green)


def _attempt(incident: Incident, diagnosis: Diagnosis, policy: Policy, now: datetime) -> Action:
    number = len(incident.attempts) + 1
    if _may_redeploy(incident, diagnosis):
        return _cooldown(incident, policy, now) or Redeploy(deployment_id=incident.deployment.id, attempt=number)
    if incident.proposal is None:
        side = f"deploymend/{incident.id}-{number}" if policy.delivery is Delivery.PREVIEW_FIRST else None
        return Mend(commit=_base(incident, diagnosis), attempt=number, side_branch=side)
    return End(state=IncidentState.ESCALATED, reason=_no_repair(incident.proposal))


def _no_repair(proposal: Proposal) -> str:
    if proposal.already_green:
        return "the build passes here unchanged, also after a redeploy: the cause lies in the platform's environment"
    if not proposal.trials:
        return "no fixer knows this failure"
    return "no repair passed the gate and the proof"


def _base(incident: Incident, diagnosis: Diagnosis) -> str:
    """Where the next repair starts: on the branch, or on the last try if that cured its fault and showed another."""
    last = incident.attempts[-1] if incident.attempts else None
    if last is None or last.commit is None or last.on_branch or last.proposal is None:
        return incident.head
    cured = last.proposal.diagnosis.fingerprint != diagnosis.fingerprint
    return last.commit if cured else incident.head


def _cooldown(incident: Incident, policy: Policy, now: datetime) -> Wait | None:
    """The rest of the pause between two attempts. It comes right before a delivery: repairs are found meanwhile."""
    if incident.cooled or incident.rested_at is None:
        return None
    left = policy.cooldown_seconds - (now - incident.rested_at).total_seconds()
    return Wait(seconds=left, reason="cooldown") if left > 0 else None


def _follow(incident: Incident, attempt: Attempt, policy: Policy, now: datetime) -> Action:
    """An attempt is in flight: deliver it, then watch what the platform makes of it."""
    if attempt.followed_since is None:
        return _cooldown(incident, policy, now) or _push(incident, attempt)
    if not policy.silent_recovery and not attempt.told:
        return Tell(kind=f"attempt-{attempt.number}")
    if not incident.waited:
        return _give_up(incident, attempt, policy, now) or _poll(attempt, policy, now)
    watched = attempt.deployment.id if attempt.kind is AttemptKind.REDEPLOY and attempt.deployment else None
    return Look(
        commit=attempt.commit or incident.head, branch=_watched_branch(incident, attempt), deployment_id=watched
    )


def _poll(attempt: Attempt, policy: Policy, now: datetime) -> Wait:
    since = attempt.deployment.created_at if attempt.deployment else attempt.followed_since
    return Wait(seconds=poll_pause_seconds(_age_seconds(since, now), policy), reason="poll")


def _watched_branch(incident: Incident, attempt: Attempt) -> str:
    return attempt.side_branch if attempt.in_preview and attempt.side_branch else incident.branch


def _push(incident: Incident, attempt: Attempt) -> Push:
    commit = attempt.commit or incident.head
    expected = None if attempt.in_preview else incident.head
    return Push(commit=commit, branch=_watched_branch(incident, attempt), expected=expected)


def _give_up(incident: Incident, attempt: Attempt, policy: Policy, now: datetime) -> Conclude | None:
    """The attempt will not end by itself any more, or not in time. Asked right after a look only: time may have passed
    while deploymend did not run, or while the platform did not answer.
    """
    if attempt.deployment is None:
        if incident.seen_head is not None and _overtaken(incident, attempt):
            return Conclude(outcome=AttemptOutcome.MOVED, reason=_moved(incident))
        if _age_seconds(attempt.followed_since, now) > policy.deployment_timeout_seconds:
            return Conclude(outcome=AttemptOutcome.NO_DEPLOYMENT, reason=_silence(attempt, policy))
        return None
    if attempt.ready_at is not None:
        if _age_seconds(attempt.ready_at, now) > LIVE_GRACE_SECONDS:
            return Conclude(outcome=AttemptOutcome.GREEN, reason="green, but its domains do not point at it (yet)")
        return None
    if _age_seconds(attempt.appeared_at, now) > policy.max_wait_seconds:
        reason = f"deployment {attempt.deployment.id} did not finish in {policy.max_wait_seconds:g} s"
        return Conclude(outcome=AttemptOutcome.TIMED_OUT, reason=reason)
    return None


def _age_seconds(since: datetime | None, now: datetime) -> float:
    return (now - since).total_seconds() if since else 0.0


def _overtaken(incident: Incident, attempt: Attempt) -> bool:
    """The branch left the commit we expect on it: the failing one while in preview, else ours."""
    expected = incident.head if attempt.in_preview or attempt.commit is None else attempt.commit
    return incident.seen_head != expected


def _silence(attempt: Attempt, policy: Policy) -> str:
    commit = (attempt.commit or "")[:7]
    return (
        f"no deployment appeared for commit {commit} within {policy.deployment_timeout_seconds:g} s. Usual reasons: "
        "the commit's author is not a member of the team, the ignored build step skipped it, or the plan's quota of "
        "deployments is used up"
    )


def _closing(incident: Incident, policy: Policy) -> Action:
    """The incident has ended: clean up, remember, tell, stop."""
    for attempt in incident.attempts:
        side = attempt.side_branch
        if side and attempt.side_pushed_at and attempt.commit and side not in incident.discarded:
            return Discard(branch=side, commit=attempt.commit)
    wants_revert = policy.on_failure is OnFailure.REVERT and incident.state is IncidentState.ESCALATED
    if wants_revert and incident.commits and not incident.revert_tried:
        return Revert(head=incident.head, like=incident.failing.commit_sha or incident.head)
    if not incident.remembered:
        return Remember()
    return _tell(incident, policy)


def _tell(incident: Incident, policy: Policy) -> Action:
    wanted = {
        IncidentState.RECOVERED: "success" if policy.notify_success else None,
        IncidentState.ESCALATED: "failure" if policy.notify_failure else None,
    }
    kind = wanted.get(incident.state)
    telling = incident.telling
    if kind is None or (telling and (not telling.undelivered or telling.tries >= policy.max_tellings)):
        return Stop()
    if telling and not incident.waited:
        return Wait(seconds=_backoff(telling.tries, policy), reason="message")
    return Tell(kind=kind)
