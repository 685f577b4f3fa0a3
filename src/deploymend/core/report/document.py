"""The seed's state document of an incident: its names, with the whole truth beside them. Plain JSON data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from deploymend.core.incident import Attempt, AttemptOutcome, Incident
from deploymend.core.incident.model import Telling
from deploymend.core.model import Proposal

ERROR_PATTERNS = {
    "typescript_errors": "auto_fixable",
    "import_errors": "auto_fixable",
    "syntax_errors": "requires_analysis",
    "dependency_errors": "auto_fixable",
    "configuration_errors": "requires_analysis",
    "infrastructure_errors": "requires_intervention",
}
"""The seed's table, with one change: a guess at broken syntax changes meaning, so it is not for the rules alone."""


def state_document(incident: Incident, *, number: int) -> Mapping[str, object]:
    """`deployment_state` and `error_patterns` by the seed's names, then the incident in full."""
    last_error = incident.diagnosis.summary if incident.diagnosis else _last_error(incident)
    return {
        "incident": number,
        "id": incident.id,
        "project": incident.project,
        "branch": incident.branch,
        "state": incident.state.value,
        "reason": incident.reason,
        "deployment_state": {
            "current_deployment_id": incident.deployment.id,
            "attempt_count": len(incident.attempts),
            "max_attempts": incident.max_attempts,
            "last_error": last_error,
            "recovery_history": [_attempt(attempt) for attempt in incident.attempts],
            "auto_fix_enabled": incident.max_attempts > 0,
            "user_intervention_required": incident.needs_person,
        },
        "error_patterns": ERROR_PATTERNS,
        "failing_commit": incident.failing.commit_sha,
        "failing_deployment_id": incident.failing.id,
        "opened_at": incident.opened_at.isoformat(),
        "ended_at": _at(incident.ended_at),
        "own_commits": list(incident.commits),
        "reverted_by": incident.reverted,
        "undelivered_proposals": [_proposal(proposal) for proposal in incident.history],
        "notifications": _telling(incident.telling),
    }


def _last_error(incident: Incident) -> str | None:
    last = incident.attempts[-1].diagnosis if incident.attempts else None
    return last.summary if last else incident.failing.error_message


def _at(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _attempt(attempt: Attempt) -> Mapping[str, object]:
    return {
        "attempt": attempt.number,
        "kind": attempt.kind.value,
        "error_type": attempt.error_category,
        "error_kind": attempt.error_kind,
        "error": attempt.diagnosis.summary if attempt.diagnosis else None,
        "started_at": attempt.started_at.isoformat(),
        "delivered_at": _at(attempt.delivered_at),
        "ended_at": _at(attempt.ended_at),
        "commit": attempt.commit,
        "side_branch": attempt.side_branch,
        "deployment_id": attempt.deployment.id if attempt.deployment else None,
        "outcome": attempt.outcome.value if attempt.outcome else None,
        "success": attempt.outcome is AttemptOutcome.GREEN,
        "reason": attempt.reason,
        "repair": _proposal(attempt.proposal) if attempt.proposal else None,
    }


def _proposal(proposal: Proposal) -> Mapping[str, object]:
    return {
        "fixers": list(proposal.fixers),
        "summary": proposal.summary,
        "files": list(proposal.files),
        "proof": proposal.proof.value,
        "reproduced": proposal.reproduced,
        "note": proposal.note,
        "diff": proposal.diff,
        "seconds": round(proposal.seconds, 3),
        "cost_usd": proposal.cost_usd,
        "tokens": proposal.tokens,
        "trials": [
            {
                "fixer": trial.fixer,
                "outcome": trial.outcome.value,
                "summary": trial.summary,
                "reason": trial.reason,
                "proof": trial.proof.value,
            }
            for trial in proposal.trials
        ],
    }


def _telling(telling: Telling | None) -> Mapping[str, object] | None:
    if telling is None:
        return None
    return {
        "message": telling.kind,
        "tries": telling.tries,
        "delivered": list(telling.delivered),
        "undelivered": list(telling.undelivered),
        "unsure": list(telling.unsure),
        "reasons": list(telling.reasons),
    }
