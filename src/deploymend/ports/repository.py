"""Git: a tree to read, a workspace to change, a repository to deliver to."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from deploymend.core.model import CommitInfo, FileChange, PushResult, Repair


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

    def undisturbed(self) -> AbstractAsyncContextManager[None]:
        """Around anything that runs the project's own code: afterwards every file is as before, ignored ones excepted.

        Builds rewrite and leave files, some with intent: none of it may reach a repair.
        """
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

    async def files(self, commit_sha: str) -> tuple[str, ...]:
        """The paths of all files in a commit. Raises NotFoundError."""
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
