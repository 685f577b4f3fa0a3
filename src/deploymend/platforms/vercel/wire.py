"""A deployment as Vercel sends it, read into ours.

Lists call the same things differently from single deployments (`uid` and `id`, `created` and `createdAt`, `state`
and `status`); every field but the id may be missing.
"""

from __future__ import annotations

from datetime import UTC, datetime

from deploymend.core.model import Deployment, DeploymentState
from deploymend.errors import ServiceError
from deploymend.platforms.vercel.fields import Record, moment, record, text
from deploymend.platforms.vercel.states import block_reason, failure_after_build, is_live, state_of, state_word

KEY_META = "deploymendKey"
"""Where a redeploy carries its idempotency key; Vercel keeps `meta` as it was given."""

_GIT_PREFIXES = ("github", "gitlab", "bitbucket", "git")
_UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


def deployment_from(document: object, *, project: str) -> Deployment:
    """A deployment. `project` is used where the document does not name its own. Raises ServiceError without an id."""
    source = record(document)
    identity = text(source, "id", "uid")
    if identity is None:
        raise ServiceError(
            "Vercel sent a deployment without an id.", next_step="Check that the API address is Vercel's."
        )
    meta = record(source.get("meta"))
    state = state_of(state_word(source))
    error_code, error_message = _error(source, state)
    return Deployment(
        id=identity,
        project=text(source, "name") or project,
        state=state,
        created_at=moment(source, "createdAt", "created") or _UNDATED,
        target=_target(source),
        url=_with_scheme(text(source, "url")),
        inspect_url=_with_scheme(text(source, "inspectorUrl")),
        commit_sha=_git(meta, "CommitSha") or text(record(source.get("gitSource")), "sha"),
        branch=_git(meta, "CommitRef") or text(record(source.get("gitSource")), "ref"),
        commit_message=_git(meta, "CommitMessage") or "",
        author_name=_git(meta, "CommitAuthorName"),
        author_login=_git(meta, "CommitAuthorLogin"),
        from_fork=_from_fork(meta),
        source=text(source, "source"),
        key=text(meta, KEY_META),
        building_at=moment(source, "buildingAt"),
        finished_at=_finished_at(source, state),
        live=is_live(source, state),
        error_code=error_code,
        error_message=error_message,
        block_reason=block_reason(source, state),
        out_of_memory=text(source, "oomReport") == "out-of-memory",
    )


def _git(meta: Record, name: str) -> str | None:
    return text(meta, *(prefix + name for prefix in _GIT_PREFIXES))


def _from_fork(meta: Record) -> bool:
    """`githubCommitOrg/Repo` is where the commit lives, `githubOrg/Repo` the repository the project is linked to."""
    pairs = (("githubCommitOrg", "githubOrg"), ("githubCommitRepo", "githubRepo"))
    known = [(text(meta, head), text(meta, base)) for head, base in pairs]
    return any(head and base and head.lower() != base.lower() for head, base in known)


def _target(source: Record) -> str:
    custom = text(record(source.get("customEnvironment")), "slug")
    return custom or text(source, "target") or "preview"


def _with_scheme(address: str | None) -> str | None:
    """Vercel sends host names; the loopback Vercel may send whole addresses."""
    if address is None or "://" in address:
        return address
    return f"https://{address}"


def _finished_at(source: Record, state: DeploymentState) -> datetime | None:
    match state:
        case DeploymentState.READY:
            return moment(source, "ready")
        case DeploymentState.ERROR:
            return moment(source, "buildErrorAt", "buildContainerFinishedAt", "ready")
        case DeploymentState.CANCELED:
            return moment(source, "canceledAt")
        case _:
            return None


def _error(source: Record, state: DeploymentState) -> tuple[str | None, str | None]:
    after_build = failure_after_build(source)
    if state is DeploymentState.READY and after_build:
        return after_build
    return text(source, "errorCode"), text(source, "errorMessage", "readyStateReason")
