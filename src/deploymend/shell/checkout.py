"""The user's own checkout: taking a repair into it, and committing and pushing what is in it when they ask for it.

Everything else happens in worktrees of the mirror. What is done here is done only where nothing of the user's can be
lost: fast-forwards on a clean tree that has not moved since it was looked at.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import CheckoutError, OperationFailedError
from deploymend.shell.checkout_state import CheckoutState, read_state
from deploymend.shell.git import NETWORK_SECONDS, Git, url_secrets
from deploymend.shell.git_errors import remote_words
from deploymend.shell.identity import read_identity

HOOKS_SECONDS = 900.0
"""For the user's own commit and push hooks, which may run their tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push of the user's branch put where. `remote_url` can hold a password: redact before showing."""

    commit_sha: str
    remote_url: str
    branch: str


class Checkout:
    """The checkout that a path is in. It remembers how `describe` found it, and takes nothing in once that changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: CheckoutState | None = None

    async def describe(self, *, allow_dirty: bool = False) -> CheckoutState:
        """Its state now, changing nothing.

        Raises CheckoutError when it is no checkout, a bare repository, or has no commit yet; and, unless `allow_dirty`,
        when changes to files git keeps are not committed, or a merge or the like is under way. A detached HEAD is fine:
        `branch` is None.
        """
        self._seen = state = await read_state(self._path)
        if not allow_dirty:
            state.require_settled()
            state.require_clean()
        return state

    async def adopt(self, mirror: Path, commit_sha: str) -> None:
        """Fast-forward branch and files to a child of the commit that is checked out; again is a no-op.

        Raises CheckoutError, with nothing changed, when HEAD is detached or the checkout has moved or is not clean.
        """
        state = await read_state(self._path)
        state.require_branch()
        if state.head == commit_sha:
            return
        git = await self._ready_to_take(state, mirror, commit_sha)
        done = await git.attempt("merge", "--quiet", "--ff-only", commit_sha)
        if not done.ok:
            raise CheckoutError(
                f"The repair could not be taken into {state.root}: {done.output.strip()}",
                next_step=f"It is kept: git -C {state.root} merge --ff-only {commit_sha}",
            )

    async def take_files(self, mirror: Path, commit_sha: str) -> None:
        """Bring only the files of such a commit, uncommitted and unstaged. Refuses what `adopt` refuses."""
        state = await read_state(self._path)
        git = await self._ready_to_take(state, mirror, commit_sha)
        try:
            await git.run("read-tree", "-m", "-u", "HEAD", commit_sha)
        except OperationFailedError as error:
            raise CheckoutError(
                f"The repaired files would overwrite files in {state.root}: {error.output}",
                next_step="Move those files away and try again. Nothing was changed.",
            ) from error
        await git.run("read-tree", "HEAD")
        await git.attempt("update-index", "-q", "--refresh")

    async def _ready_to_take(self, state: CheckoutState, mirror: Path, commit_sha: str) -> Git:
        """Fetch the commit; see to it that it belongs on top of what is checked out and nothing stands in its way."""
        state.require_settled()
        state.require_clean()
        git = Git(folder=state.root, user_rules=True)
        await git.run("fetch", "--quiet", "--no-tags", "--", str(mirror), commit_sha)
        parent = (await git.run("rev-parse", f"{commit_sha}^")).strip()
        moved = self._seen is not None and self._seen.branch != state.branch
        if parent != state.head or moved:
            raise CheckoutError(
                f"{state.root} is not where it was when the repair began (at {parent[:12]}).",
                next_step="Nothing was changed. Run it again for the commit that is checked out now.",
            )
        await _require_room(git, commit_sha)
        return git

    async def commit_all(self, message: str) -> str | None:
        """Commit everything that is not ignored as the user, with their hooks, and return the commit.

        None when there is nothing to commit. Raises CheckoutError on a detached HEAD, in the middle of a merge or
        without an identity, and OperationFailedError with their words when a hook refuses.
        """
        state = await read_state(self._path)
        state.require_settled()
        state.require_branch()
        if not state.dirty:
            return None
        if state.identity is None:
            await read_identity(Git(folder=state.root, user_rules=True))
        git = Git(folder=state.root, user_rules=True, hooks=True)
        await git.run("add", "--all")
        staged = await git.attempt("diff", "--cached", "--quiet", "--no-ext-diff")
        if staged.ok:
            return None
        text = (message.strip() or "Update").encode()
        await git.run("commit", "--quiet", "--file=-", stdin=text, timeout_seconds=HOOKS_SECONDS)
        return (await git.run("rev-parse", "HEAD")).strip()

    async def push(self) -> Pushed:
        """Push the branch to its upstream, else to the same name at `origin`, with the user's hooks; never forced.

        Raises CheckoutError when there is no remote or it has commits that are missing here.
        """
        state = await read_state(self._path)
        branch = state.require_branch()
        name, url = state.require_remote()
        target = state.remote_branch or branch
        secrets = url_secrets(url)
        git = Git(folder=state.root, user_rules=True, hooks=True, secrets=secrets)
        arguments = ("push", "--porcelain", "--", name, f"{state.head}:refs/heads/{target}")
        done = await git.attempt(*arguments, timeout_seconds=HOOKS_SECONDS + NETWORK_SECONDS)
        if done.ok:
            return Pushed(commit_sha=state.head, remote_url=url, branch=target)
        if "[rejected]" in done.output:
            raise CheckoutError(
                f"{name}/{target} has commits that this checkout does not have.",
                next_step="Get them first: git pull --rebase",
            )
        if "[remote rejected]" in done.output:
            words = remote_words(done.output, secrets=secrets) or "it gave no reason"
            raise OperationFailedError(
                f"{name} refused the push to {target}: {words}",
                next_step="Push to a branch that is not protected, or ask who may push to this one.",
                output=words,
            )
        raise git.error(arguments, done)


async def _require_room(git: Git, commit_sha: str) -> None:
    """Raises CheckoutError when a file that the commit adds is there already: git overwrites those that it ignores,
    and what it says of untracked ones is no help.
    """
    arguments = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=A", "HEAD", commit_sha)
    added = (await git.check(*arguments)).stdout_bytes.split(b"\0")
    taken = [path for path in map(os.fsdecode, added) if path and _is_there(git.folder / path)]
    if taken:
        raise CheckoutError(
            f"The repair adds {', '.join(taken)}, and {git.folder} has files of that name which are not in git.",
            next_step="Move them away and try again. Nothing was changed.",
        )


def _is_there(place: Path) -> bool:
    """Whether the folder lists this very name: where case is ignored, a case-only rename is no collision."""
    return place.parent.is_dir() and any(entry.name == place.name for entry in place.parent.iterdir())
