"""Vercel's words for where a deployment stands, in ours."""

from __future__ import annotations

from deploymend.core.model import DeploymentState
from deploymend.platforms.vercel.fields import Record, record, text

DELETED = "DELETED"

_STATES = {
    "QUEUED": DeploymentState.QUEUED,
    "INITIALIZING": DeploymentState.QUEUED,
    "ANALYZING": DeploymentState.BUILDING,  # older deployments, still known to Vercel's command line
    "BUILDING": DeploymentState.BUILDING,
    "DEPLOYING": DeploymentState.BUILDING,  # as above
    "READY": DeploymentState.READY,
    "ERROR": DeploymentState.ERROR,
    "CANCELED": DeploymentState.CANCELED,
    "BLOCKED": DeploymentState.BLOCKED,
    DELETED: DeploymentState.CANCELED,
}

_BLOCKS = {
    "COMMIT_AUTHOR_REQUIRED": (
        "Vercel did not build this commit because it cannot tell which of its users wrote it. Commit with an e-mail "
        "address that belongs to a Git account linked to a member of the team, and push again."
    ),
    "TEAM_ACCESS_REQUIRED": (
        "Vercel did not build this commit because its author is not a member of the team. Invite the author to the "
        "team on Vercel, or let a member commit, and push again."
    ),
}
_BLOCKED = (
    "Vercel did not build this commit: it waits for somebody to allow it. Open the deployment on Vercel to see why."
)


def state_word(source: Record) -> str:
    """Vercel's own word, upper case: lists call it `state`, single deployments `status`, both `readyState`."""
    return (text(source, "readyState", "status", "state") or "").upper()


def state_of(word: str) -> DeploymentState:
    """The state behind a word. One that does not exist yet counts as building: not final, so it is asked for again."""
    if word.endswith("_ERROR"):
        return DeploymentState.ERROR
    return _STATES.get(word, DeploymentState.BUILDING)


def is_live(source: Record, state: DeploymentState) -> bool:
    """True once the domains point at it. READY only says that it is built: domains are assigned after that, and
    neither a failed check, a domain error, nor a production pinned by a rollback (`STAGED`) lets them move.
    """
    return (
        state is DeploymentState.READY
        and bool(source.get("aliasAssigned"))
        and text(source, "readySubstate") != "STAGED"
        and failure_after_build(source) is None
    )


def failure_after_build(source: Record) -> tuple[str, str] | None:
    """Code and words of what kept a built deployment from going live; None when nothing did."""
    alias_error = record(source.get("aliasError"))
    if alias_error:
        code = text(alias_error, "code") or "alias_error"
        return code, text(alias_error, "message") or "Vercel could not point the domains at it."
    checks = record(source.get("checks"))
    alias_check = record(checks.get("deployment-alias") or checks.get("deploymentAlias"))
    if text(source, "checksConclusion") == "failed" or text(alias_check, "state") == "failed":
        return "checks_failed", "It was built, but a deployment check failed, so the domains were not moved to it."
    return None


def block_reason(source: Record, state: DeploymentState) -> str | None:
    """Why a blocked deployment was not built and what a person does about it; None for all others."""
    if state is not DeploymentState.BLOCKED:
        return None
    code = text(record(source.get("seatBlock")), "blockCode") or ""
    return _BLOCKS.get(code) or text(source, "errorMessage", "readyStateReason") or _BLOCKED
