"""A project's repository: a mirror of its remote, worktrees to repair in, commits on no branch, fast-forward pushes."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import stamina

from deploymend.core.model import CommitInfo
from deploymend.errors import NotFoundError, OperationFailedError, TransientError
from deploymend.ports import PushResult, Workspace
from deploymend.shell.git import Git, require_git
from deploymend.shell.identity import Identity, authorship, read_identity
from deploymend.shell.mirror import Mirror
from deploymend.shell.remote import Remote
from deploymend.shell.workspace import GitWorkspace
from deploymend.shell.worktrees import Worktrees

NETWORK_ATTEMPTS = 3
_COMMIT_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FIELDS = "%H%x00%P%x00%an%x00%ae%x00%at%x00%s%x00%(trailers:only=yes,unfold=yes)"
_Result = TypeVar("_Result")


class GitRepository:
    """Implements `ports.Repository` for one remote; `identity` None means the one of the user's git configuration.

    Several processes may share one `cache_folder`. Network failures are tried three times before they are told.
    """

    def __init__(self, *, remote: str, cache_folder: Path, identity: Identity | None = None) -> None:
        self._identity = identity
        self._mirror = Mirror(remote=remote, folder=cache_folder / "mirrors")
        self._worktrees = Worktrees(mirror=self._mirror, folder=cache_folder / "worktrees")
        self._remote = Remote(self._mirror)

    @property
    def mirror_folder(self) -> Path:
        """Where the mirror is: a checkout on this machine takes commits from it by path."""
        return self._mirror.folder

    async def fetch(self) -> None:
        """Bring the mirror up to date with the remote; the first time, clone it."""
        await require_git(Path("/"))
        await _with_retries(self._mirror.fetch)

    async def head(self, branch: str) -> str | None:
        """The branch's tip, asked of the remote now; None when there is no such branch."""
        return await _with_retries(lambda: self._remote.tip(branch))

    async def commit_info(self, commit_sha: str) -> CommitInfo:
        """A commit of the mirror, fetched when missing. Raises NotFoundError when the remote does not have it."""
        await self._require(commit_sha)
        return _commit_info(await self._git.run("show", "-s", "--no-show-signature", f"--format={_FIELDS}", commit_sha))

    async def files(self, commit_sha: str) -> tuple[str, ...]:
        """The paths of all files in a commit. Raises NotFoundError when the remote does not have it."""
        await self._require(commit_sha)
        listing = await self._git.check("ls-tree", "-r", "-z", "--name-only", commit_sha)
        return tuple(name.decode("utf-8", "replace") for name in listing.stdout_bytes.split(b"\0") if name)

    @asynccontextmanager
    async def open(self, commit_sha: str) -> AsyncIterator[Workspace]:
        """A workspace at a commit, its own for as long as it is open. Raises NotFoundError as `commit_info` does."""
        await self._require(commit_sha)
        async with self._worktrees.open(commit_sha) as workspace:
            yield workspace

    async def commit(self, workspace: Workspace, message: str, *, at: datetime) -> str:
        """Commit what the workspace's `changes` last showed on top of its commit, at a given time.

        The id depends on nothing but tree, parent, identity, message and time. Raises OperationFailedError when there
        is nothing to commit, and CheckoutError when git knows no identity.
        """
        if not isinstance(workspace, GitWorkspace):
            raise TypeError("a GitRepository commits its own workspaces")
        return await self._commit_tree(await workspace.tree(), workspace.commit_sha, message, at=at)

    async def restore(self, commit_sha: str, *, like: str, message: str, at: datetime) -> str:
        """Commit on top of `commit_sha` what `like` held: all that came between is undone. Repeating is harmless."""
        await self._require(commit_sha)
        await self._require(like)
        return await self._commit_tree(await self._tree_of(like), commit_sha, message, at=at)

    async def push(self, commit_sha: str, branch: str, *, expected: str | None) -> PushResult:
        """Put a commit on a branch if the remote's tip is `expected` (None: the branch does not exist).

        Only ever a fast-forward: raises OperationFailedError when the commit does not descend from `expected`. A
        commit that somebody else pushes between the look and the push is never overwritten: the outcome is `moved`.
        """
        await self._require(commit_sha)
        if expected is not None and not await self._descends(commit_sha, expected):
            raise OperationFailedError(
                f"{commit_sha} does not descend from {expected}: pushing it to {branch} would take commits away.",
                next_step="Nothing was pushed. Repair the branch's newest commit instead.",
            )
        return await _with_retries(lambda: self._remote.push(commit_sha, branch, expected=expected))

    async def delete_branch(self, branch: str, *, expected: str) -> None:
        """Delete a branch that still points at `expected`; otherwise leave it. Raises when the remote refuses."""
        await self._mirror.ensure()
        await _with_retries(lambda: self._remote.delete(branch, expected=expected))

    @property
    def _git(self) -> Git:
        return self._mirror.git

    async def _require(self, commit_sha: str) -> None:
        """See to it that the mirror has a commit."""
        if not _COMMIT_ID.fullmatch(commit_sha):
            raise NotFoundError(f"{commit_sha!r} is not the id of a commit.", next_step="Give the full id.")
        await _with_retries(self._mirror.ensure)
        if not await self._has(commit_sha):
            await self.fetch()
        if not await self._has(commit_sha):
            await self._fetch_commit(commit_sha)

    async def _fetch_commit(self, commit_sha: str) -> None:
        """Ask for a commit that no branch holds: most hosts still hand it out after a forced push."""
        try:
            await _with_retries(lambda: self._mirror.fetch_commit(commit_sha))
        except (OperationFailedError, NotFoundError) as error:
            raise NotFoundError(
                f"The remote has no commit {commit_sha}.",
                next_step="It was never pushed, or was removed by a forced push: follow the branch's newest commit.",
            ) from error

    async def _commit_tree(self, tree: str, parent: str, message: str, *, at: datetime) -> str:
        if tree == await self._tree_of(parent):
            raise OperationFailedError(f"There is nothing to commit on top of {parent}: no file differs.")
        env = authorship(self._identity or await read_identity(self._git), at)
        text = (message.rstrip("\n") + "\n").encode()
        made = (await self._git.run("commit-tree", tree, "-p", parent, env=env, stdin=text)).strip()
        await self._mirror.keep(made)
        return made

    async def _tree_of(self, commit_sha: str) -> str:
        return (await self._git.run("rev-parse", f"{commit_sha}^{{tree}}")).strip()

    async def _has(self, commit_sha: str) -> bool:
        return (await self._git.attempt("cat-file", "-e", f"{commit_sha}^{{commit}}")).ok

    async def _descends(self, commit_sha: str, ancestor: str) -> bool:
        await self._require(ancestor)
        return (await self._git.attempt("merge-base", "--is-ancestor", ancestor, commit_sha)).ok


async def _with_retries(work: Callable[[], Awaitable[_Result]]) -> _Result:
    # Its log line for each retry would land on the user's screen; what is left in the end is told by the error.
    logging.getLogger("stamina").setLevel(logging.CRITICAL)
    caller = stamina.AsyncRetryingCaller(attempts=NETWORK_ATTEMPTS, wait_initial=1.0, wait_max=10.0, timeout=None)
    return await caller(TransientError, work)


def _commit_info(fields: str) -> CommitInfo:
    sha, parents, name, email, seconds, subject, trailers = fields.rstrip("\n").split("\0")
    return CommitInfo(
        sha=sha,
        parents=tuple(parents.split()),
        author_name=name,
        author_email=email,
        subject=subject,
        authored_at=_moment(seconds),
        trailers=tuple(_trailer(line) for line in trailers.splitlines() if ":" in line),
    )


def _trailer(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def _moment(seconds: str) -> datetime:
    """An author's date. A made-up one that no calendar holds is the start of 1970."""
    try:
        return datetime.fromtimestamp(int(seconds), tz=UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, tz=UTC)
