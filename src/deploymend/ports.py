"""The ports: what the loop needs from the outside world, a few methods each.

Every implementation and fake of a port passes the same suite in `deploymend.testing.contracts`, which makes each call
twice: every effect is a no-op when it is already there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from deploymend.core.message import Message
from deploymend.core.model import (
    BuildLog,
    Check,
    CommitInfo,
    Decline,
    Deployment,
    Diagnosis,
    FileChange,
    PackageOperation,
    ProjectSettings,
    Proof,
    Repair,
)
from deploymend.core.model import PushOutcome as PushOutcome  # noqa: PLC0414 - plug-in authors find it here
from deploymend.core.model import PushResult as PushResult  # noqa: PLC0414 - as above
from deploymend.core.plan import BuildPlan


class Clock(Protocol):
    """The only source of time in the loop."""

    def now(self) -> datetime:
        """The current moment, aware UTC."""
        ...


class Platform(Protocol):
    """One project on a platform that builds and serves commits."""

    async def list_deployments(
        self,
        *,
        branch: str | None = None,
        commit_sha: str | None = None,
        since: datetime | None = None,
        limit: int = 20,
    ) -> Sequence[Deployment]:
        """The newest deployments first, at most `limit`, all pages read. Filters are exact; `since` is inclusive."""
        ...

    async def get_deployment(self, deployment_id: str) -> Deployment:
        """One deployment. Raises NotFoundError when the platform does not know it (any more)."""
        ...

    async def read_log(self, deployment_id: str) -> BuildLog:
        """The whole build log, read until two reads agree or its last line is there; empty when nothing was built."""
        ...

    async def redeploy(self, deployment: Deployment, *, key: str) -> Deployment:
        """Build the same commit again without build cache. With the same `key` twice, the first one's deployment
        returns.

        Raises QuotaError when the platform will not build more for now.
        """
        ...

    async def settings(self) -> ProjectSettings:
        """What the platform knows about building this project, environment variable names included, values never."""
        ...


class Cancels(Protocol):
    """A platform that can stop a running build."""

    async def cancel(self, deployment_id: str) -> Deployment:
        """Stop it. A finished deployment is returned as it is."""
        ...


class Promotes(Protocol):
    """A platform that can point its production domains at another deployment."""

    async def promote(self, deployment_id: str) -> None:
        """Make this deployment production."""
        ...

    async def roll_back(self, deployment_id: str) -> None:
        """Serve this earlier production deployment again. New pushes then no longer go live by themselves on Vercel."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessFinding:
    """One thing looked at by `doctor`: `level` is `ok`, `warning`, `problem` or `off`; `cure` says what to do."""

    level: str
    subject: str
    text: str
    cure: str = ""


class Inspects(Protocol):
    """A plug-in that can say whether it is set up well, for `deploymend doctor`. It never raises for what it can
    report.
    """

    async def inspect(self) -> Sequence[AccessFinding]:
        """Findings, in the order a person should read them."""
        ...


class ReadsTree(Protocol):
    """A read view of a checked-out commit, with what has been applied so far. Paths are relative to the repository's
    root.
    """

    def files(self) -> tuple[str, ...]:
        """Every file git tracks or would track (ignored ones left out), sorted, in the case the index holds."""
        ...

    def read(self, path: str) -> str | None:
        """A file's text, line endings kept. None when missing, not UTF-8, over 2 MB, a link, or outside the tree."""
        ...


class Workspace(ReadsTree, Protocol):
    """A worktree of a mirror clone, at one commit; the user's checkout is never touched."""

    @property
    def root(self) -> Path:
        """The worktree's folder."""
        ...

    @property
    def commit_sha(self) -> str:
        """The commit it was opened at."""
        ...

    async def apply(self, repair: Repair) -> None:
        """Write a repair's edits. Raises OperationFailedError when a file is neither `before` nor `after`; all or
        nothing.
        """
        ...

    async def changes(self) -> tuple[FileChange, ...]:
        """The difference from the commit it was opened at, sorted by path; ignored files left out."""
        ...

    async def diff(self) -> str:
        """The same as a unified diff."""
        ...

    async def reset(self) -> None:
        """Back to the commit it was opened at; ignored files (installed packages, caches) stay."""
        ...


class Repository(Protocol):
    """A project's git repository: a mirror clone of its remote. Pushes are fast-forwards, never forced."""

    async def fetch(self) -> None:
        """Bring the mirror up to date with the remote."""
        ...

    async def head(self, branch: str) -> str | None:
        """The branch's tip, asked of the remote now; None when there is no such branch."""
        ...

    async def commit_info(self, commit_sha: str) -> CommitInfo:
        """A commit of the mirror (fetched when missing). Raises NotFoundError."""
        ...

    def open(self, commit_sha: str) -> AbstractAsyncContextManager[Workspace]:
        """A workspace at a commit, its own for as long as it is open; installed packages of earlier ones may be
        reused.
        """
        ...

    async def commit(self, workspace: Workspace, message: str, *, at: datetime) -> str:
        """Commit the workspace's changes on top of its commit, by the user's own git identity, at a given time.

        Same tree, message and time give the same id, so repeating is harmless. It is on no branch yet.
        Raises CheckoutError when git knows no identity.
        """
        ...

    async def restore(self, commit_sha: str, *, like: str, message: str, at: datetime) -> str:
        """Commit on top of `commit_sha` what `like` held: all that came between is undone. Repeating is harmless."""
        ...

    async def push(self, commit_sha: str, branch: str, *, expected: str | None) -> PushResult:
        """Put a commit on a branch if the remote's tip is `expected` (None: the branch does not exist)."""
        ...

    async def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete a branch that still points at `expected`; otherwise leave it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One rung tried: the check as recorded, and the log of what ran (empty for rungs that run nothing)."""

    check: Check
    log: BuildLog


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFacts:
    """What the registry says of a package. `versions` are all published ones, oldest first, as the registry lists
    them.
    """

    name: str
    latest: str
    versions: tuple[str, ...]
    peers: tuple[tuple[str, str], ...] = ()
    """Peer ranges of `latest`."""
    engines_node: str | None = None
    types_included: bool = False


class Builder(Protocol):
    """Builds a workspace as the platform would, in a sandbox."""

    async def plan(self, workspace: Workspace) -> BuildPlan:
        """What the platform would run. Raises CheckoutError when there is nothing to build."""
        ...

    async def check(self, workspace: Workspace, plan: BuildPlan, rung: Proof) -> CheckResult:
        """Try one rung of the ladder: LOCKED, TYPE_CHECKED, COMPILED or BUILT (install and build, whole).

        A rung that does not exist for this project passes with the note `not applicable`. Never raises for a failing
        build.
        """
        ...

    async def perform(self, workspace: Workspace, plan: BuildPlan, operation: PackageOperation) -> None:
        """Let the project's package manager change manifest and lock. Raises OperationFailedError with its output."""
        ...

    async def package_facts(self, workspace: Workspace, plan: BuildPlan, name: str) -> PackageFacts | None:
        """Ask the registry the project uses. None when it does not know the name. Raises TransientError."""
        ...


class Project(ReadsTree, Protocol):
    """What a fixer sees: the tree as it is now, how it is built, and the registry. It cannot write."""

    @property
    def plan(self) -> BuildPlan:
        """How the project is built."""
        ...

    async def package_facts(self, name: str) -> PackageFacts | None:
        """What the registry says of a package; None when it does not know the name."""
        ...


class Fixer(Protocol):
    """Proposes a repair for a diagnosis, or declines. It reads, never writes; the same input gives the same answer."""

    @property
    def name(self) -> str:
        """`rules/import-case`: stable, it is what the ledger remembers."""
        ...

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of cause it can work on; the loop asks it only about those. Empty: any kind."""
        ...

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """A repair for as many causes of its kinds as it is sure of. Causes' files are relative to the repository's
        root.
        """
        ...


class Notifier(Protocol):
    """Tells people, over one channel."""

    @property
    def name(self) -> str:
        """How the channel is called in `incidents`, without secrets: `console`, `slack`."""
        ...

    async def send(self, message: Message) -> None:
        """Deliver it. Raises TransientError when it may work later, ServiceError when it will not."""
        ...
