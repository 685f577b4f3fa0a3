"""The user's own checkout: taking a repair into it, and committing and pushing what is in it when they ask for it.

Everything else happens in worktrees of the mirror. What is done here is done only where nothing of the user's can be
lost: fast-forwards on a clean tree that has not moved since it was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import CheckoutError, OperationFailedError
from deploymend.shell.checkout_state import CheckoutState, identity_of, read_state
from deploymend.shell.git import NETWORK_SECONDS, Git, url_secrets
from deploymend.shell.git_errors import remote_words
from deploymend.shell.identity import Identity

HOOKS_SECONDS = 900.0
"""For the user's own commit and push hooks, which may run their tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push of the user's branch put where. `remote_url` can hold a password: redact before showing."""

    commit_sha: str
    remote_url: str
    branch: str


class Checkout:
    """The checkout that a path is in."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def describe(self, *, allow_dirty: bool = False) -> CheckoutState:
        """Its state now, changing nothing.

        Raises CheckoutError when it is no checkout, a bare repository, or has no commit yet; and, unless `allow_dirty`,
        when something is not committed or a merge or the like is under way. A detached HEAD is fine: `branch` is None.
        """
        state = await read_state(self._path)
        if not allow_dirty:
            state.require_settled()
            state.require_clean()
        return state

    async def identity(self) -> Identity:
        """Who commits here, by the checkout's own configuration. Raises CheckoutError when git does not know."""
        return await identity_of((await read_state(self._path)).root)

    async def adopt(self, mirror: Path, commit_sha: str, *, since: CheckoutState) -> None:
        """Fast-forward branch and files to a commit of the mirror; again is a no-op.

        Raises CheckoutError, with nothing changed, when the checkout is not as it was at `since`.
        """
        now = await read_state(since.root)
        if now.head == commit_sha and now.branch == since.branch:
            return
        _require_unchanged(now, since)
        now.require_branch()
        git = Git(folder=now.root, user_rules=True)
        await git.run("fetch", "--quiet", "--no-tags", "--", str(mirror), commit_sha)
        done = await git.attempt("merge", "--quiet", "--ff-only", commit_sha)
        if not done.ok:
            raise CheckoutError(
                f"The repair could not be taken into {now.root}: {done.output.strip()}",
                next_step=f"It is kept: git -C {now.root} merge --ff-only {commit_sha}",
            )

    async def take_files(self, mirror: Path, commit_sha: str, *, since: CheckoutState) -> None:
        """Bring only the files of a commit of the mirror, uncommitted and unstaged. Same refusals as `adopt`."""
        now = await read_state(since.root)
        _require_unchanged(now, since)
        git = Git(folder=now.root, user_rules=True)
        await git.run("fetch", "--quiet", "--no-tags", "--", str(mirror), commit_sha)
        try:
            await git.run("read-tree", "-m", "-u", "HEAD", commit_sha)
        except OperationFailedError as error:
            raise CheckoutError(
                f"The repaired files would overwrite files in {now.root}: {error.output}",
                next_step="Move those files away and try again. Nothing was changed.",
            ) from error
        await git.run("read-tree", "HEAD")
        await git.attempt("update-index", "-q", "--refresh")

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
        await identity_of(state.root)
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
        if state.remote_name is None or state.remote_url is None:
            raise CheckoutError(
                f"{state.root} has no remote to push to.", next_step="Add one: git remote add origin ADDRESS"
            )
        target = state.remote_branch or branch
        secrets = url_secrets(state.remote_url)
        git = Git(folder=state.root, user_rules=True, hooks=True, secrets=secrets)
        arguments = ("push", "--porcelain", "--", state.remote_name, f"{state.head}:refs/heads/{target}")
        done = await git.attempt(*arguments, timeout_seconds=HOOKS_SECONDS + NETWORK_SECONDS)
        if done.ok:
            return Pushed(commit_sha=state.head, remote_url=state.remote_url, branch=target)
        if "[rejected]" in done.output:
            raise CheckoutError(
                f"{state.remote_name}/{target} has commits that this checkout does not have.",
                next_step="Get them first: git pull --rebase",
            )
        if "[remote rejected]" in done.output:
            words = remote_words(done.output, secrets=secrets) or "it gave no reason"
            raise OperationFailedError(
                f"{state.remote_name} refused the push to {target}: {words}",
                next_step="Push to a branch that is not protected, or ask who may push to this one.",
                output=words,
            )
        raise git.error(arguments, done)


def _require_unchanged(now: CheckoutState, since: CheckoutState) -> None:
    if (now.head, now.branch) != (since.head, since.branch):
        raise CheckoutError(
            f"{now.root} was at {since.head[:12]} on {since.branch} when the repair began, and is not any more.",
            next_step="Nothing was changed. Run it again for the commit that is checked out now.",
        )
    now.require_settled()
    now.require_clean()
