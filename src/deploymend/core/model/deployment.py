"""A deployment, its project and its commit, as a platform and git know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class DeploymentState(StrEnum):
    """Where a deployment stands. The last four are final."""

    QUEUED = "queued"
    BUILDING = "building"
    READY = "ready"
    ERROR = "error"
    CANCELED = "canceled"
    BLOCKED = "blocked"

    @property
    def final(self) -> bool:
        """True when the platform will not change it any more."""
        return self not in (DeploymentState.QUEUED, DeploymentState.BUILDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One build of one commit on a platform. Times are aware UTC."""

    id: str
    project: str
    state: DeploymentState
    created_at: datetime
    target: str = "preview"
    """`production`, `preview`, or a custom environment's name."""
    url: str | None = None
    """Where it serves, with scheme; None until the platform has named it."""
    inspect_url: str | None = None
    commit_sha: str | None = None
    branch: str | None = None
    commit_message: str = ""
    author_name: str | None = None
    author_login: str | None = None
    from_fork: bool = False
    source: str | None = None
    """What started it, in the platform's word: `git`, `redeploy`, `cli` …"""
    key: str | None = None
    """The idempotency key deploymend gave a redeploy; None for all others."""
    building_at: datetime | None = None
    finished_at: datetime | None = None
    live: bool = False
    """True once the domains point at it: READY alone does not say so."""
    error_code: str | None = None
    error_message: str | None = None
    block_reason: str | None = None
    """Why a blocked deployment was not built, in words."""
    out_of_memory: bool = False

    @property
    def build_seconds(self) -> float | None:
        """Seconds from the start of the build to its end; None while unknown."""
        if self.building_at is None or self.finished_at is None:
            return None
        return max(0.0, (self.finished_at - self.building_at).total_seconds())


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectSettings:
    """What the platform knows about building a project; None where it leaves the choice to the repository."""

    id: str
    name: str
    framework: str | None = None
    root_directory: str = ""
    install_command: str | None = None
    build_command: str | None = None
    output_directory: str | None = None
    node_version: str | None = None
    production_branch: str | None = None
    created_at: datetime | None = None
    """Decides between pnpm 9 and 10 on Vercel."""
    environment_names: tuple[str, ...] = ()
    """Names only: values never enter this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitInfo:
    """A commit as the loop needs it. `trailers` are (name, value) pairs in order."""

    sha: str
    parents: tuple[str, ...]
    author_name: str
    author_email: str
    subject: str
    authored_at: datetime
    trailers: tuple[tuple[str, str], ...] = ()
