"""The remote's branches, asked and changed. A branch only ever moves forward, and only from where it was expected."""

from __future__ import annotations

from deploymend.core.model import PushOutcome, PushResult
from deploymend.errors import DeploymendError, OperationFailedError, TransientError
from deploymend.shell.git import Git
from deploymend.shell.git_errors import FORBIDDEN, remote_words
from deploymend.shell.mirror import Mirror
from deploymend.shell.process import Completed

ASK_SECONDS = 60.0
PUSH_SECONDS = 300.0


class Remote:
    """The remote of a mirror. Nothing is tried twice here: the caller does that with TransientError."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror

    async def tip(self, branch: str) -> str | None:
        """The commit a branch points at now; None when there is no such branch."""
        reference = _reference(branch)
        self._mirror.folder.parent.mkdir(parents=True, exist_ok=True)
        git = Git(folder=self._mirror.folder.parent, secrets=self._mirror.git.secrets)
        listing = await git.run("ls-remote", "--", self._mirror.remote, reference, timeout_seconds=ASK_SECONDS)
        # The remote matches the end of a name too: refs/heads/x also finds refs/other/refs/heads/x.
        tips = dict(line.split("\t", 1)[::-1] for line in listing.splitlines() if "\t" in line)
        return tips.get(reference)

    async def push(self, commit_sha: str, branch: str, *, expected: str | None) -> PushResult:
        """Move a branch from `expected` to a descendant of it, or say why not. See `ports.Repository.push`."""
        tip = await self.tip(branch)
        if early := await self._settled(commit_sha, tip, expected):
            return early
        done = await self._send(f"{commit_sha}:{_reference(branch)}", branch, expected)
        if done.ok:
            return PushResult(outcome=PushOutcome.PUSHED, head=commit_sha)
        # The answer may have been lost on its way, or somebody was faster: what the branch holds now decides.
        tip = await self.tip(branch)
        return await self._settled(commit_sha, tip, expected) or self._refused(done, tip)

    async def delete(self, branch: str, *, expected: str) -> None:
        """Delete a branch that points at `expected`; leave any other. Raises OperationFailedError when refused."""
        if await self.tip(branch) != expected:
            return
        done = await self._send(f":{_reference(branch)}", branch, expected)
        if done.ok or await self.tip(branch) != expected:
            return
        reason = self._refused(done, expected).reason
        raise OperationFailedError(
            f"The remote did not delete the branch {branch}: {reason}",
            next_step=f"Delete it by hand when it is not wanted: git push REMOTE --delete {branch}",
        )

    async def _settled(self, commit_sha: str, tip: str | None, expected: str | None) -> PushResult | None:
        """The outcome, where the branch's tip alone tells it; None while the branch is still at `expected`."""
        if tip is not None and (tip == commit_sha or (tip != expected and await self._contains(tip, commit_sha))):
            return PushResult(outcome=PushOutcome.PUSHED, head=tip)
        if tip != expected:
            return PushResult(outcome=PushOutcome.MOVED, head=tip)
        return None

    async def _contains(self, tip: str, commit_sha: str) -> bool:
        """Whether a commit is the tip or below it, with the tip fetched when the mirror does not have it."""
        if not (await self._mirror.git.attempt("cat-file", "-e", f"{tip}^{{commit}}")).ok:
            await self._mirror.fetch()
        return (await self._mirror.git.attempt("merge-base", "--is-ancestor", commit_sha, tip)).ok

    async def _send(self, refspec: str, branch: str, expected: str | None) -> Completed:
        """One push. The lease makes it conditional on `expected`; that the new tip descends from it was checked."""
        lease = f"--force-with-lease={_reference(branch)}:{expected or ''}"
        arguments = ("push", "--porcelain", "--no-verify", lease, "--", self._mirror.remote, refspec)
        return await self._mirror.git.attempt(*arguments, timeout_seconds=PUSH_SECONDS)

    def _refused(self, done: Completed, tip: str | None) -> PushResult:
        """What a failed push means while the branch stands where it stood. Raises for what is no refusal."""
        status = next((line for line in done.stdout.splitlines() if line.startswith("!")), "")
        error = self._mirror.git.error(("push",), done)
        if "cannot lock ref" in done.output or "failed to update ref" in status or "stale info" in status:
            raise TransientError("The branch was being changed by somebody else during the push.") from error
        forbidden = any(phrase in done.output.lower() for phrase in FORBIDDEN)
        if "[remote rejected]" not in status and not forbidden:
            raise error
        words = remote_words(done.output, secrets=self._mirror.git.secrets)
        short = status.rpartition("\t")[2].removeprefix("[remote rejected]").strip()
        reason = "\n".join(part for part in (words, short) if part) or _message(error)
        return PushResult(outcome=PushOutcome.REJECTED, head=tip, reason=reason)


def _reference(branch: str) -> str:
    """The full name of a branch. Raises OperationFailedError for what git would read as something else."""
    parts = branch.split("/")
    odd = any(character in branch for character in ' ~^:?*[\\"') or any(
        ord(character) < ord(" ") for character in branch
    )
    if odd or ".." in branch or "@{" in branch or any(not part or part.startswith(".") for part in parts):
        raise OperationFailedError(f"{branch!r} is not a branch name that git accepts.")
    return f"refs/heads/{branch}"


def _message(error: Exception) -> str:
    return error.message if isinstance(error, DeploymendError) else str(error)
