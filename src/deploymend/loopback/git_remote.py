"""The bare repository of a project, read as Vercel reads GitHub: tips, a commit's facts, a checkout."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from deploymend.errors import CheckoutError, OperationFailedError
from deploymend.loopback.model import Commit
from deploymend.shell import process

CLONE_DEPTH = 10
"""Vercel clones this deep: a build that digs in the history fails there too (vercel.com/docs/git)."""
_GIT_SECONDS = 120.0
_FIELDS = "%H%x00%an%x00%ae%x00%B"


async def git(*arguments: str, cwd: Path) -> str:
    """Run git without hooks or prompts and return what it printed. Raises OperationFailedError with its words."""
    argv = ["git", "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", *arguments]
    completed = await process.run(argv, cwd=cwd, env=_environment(), timeout_seconds=_GIT_SECONDS, separate_stderr=True)
    if not completed.ok:
        raise OperationFailedError(
            f"git {arguments[0]} failed in {cwd}", next_step="Read git's words below.", output=completed.output
        )
    return completed.stdout


def _environment() -> Mapping[str, str]:
    # A caller inside a git hook would hand its own repository to our git: none of its GIT_ variables go along.
    return {
        **process.minimal_environment(),
        "LC_ALL": "C.UTF-8",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
    }


async def require_bare(repository: Path) -> Path:
    """The absolute path of a bare repository. Raises CheckoutError when it is none."""
    if not repository.is_dir():  # noqa: ASYNC240 - one look at a local folder
        raise CheckoutError(f"{repository} is not a folder", next_step="Name a bare git repository.")
    try:
        answer = await git("rev-parse", "--is-bare-repository", cwd=repository)
    except OperationFailedError as error:
        raise CheckoutError(
            f"{repository} is not a git repository", next_step=f"Make one: git init --bare {repository}"
        ) from error
    if answer.strip() != "true":
        raise CheckoutError(
            f"{repository} is a checkout, not a bare repository",
            next_step="Give it to `deploymend loopback --repo`, which makes a bare remote of it.",
        )
    return repository.absolute()  # noqa: ASYNC240 - asks for the working folder, no more


async def tips(repository: Path) -> dict[str, str]:
    """Branch -> commit, for every branch."""
    listing = await git("for-each-ref", "--format=%(objectname) %(refname:lstrip=2)", "refs/heads", cwd=repository)
    return {branch: sha for sha, branch in (line.split(" ", 1) for line in listing.splitlines())}


async def read_commit(repository: Path, *, sha: str, ref: str) -> Commit:
    """A commit's message and author. Raises OperationFailedError when the repository does not hold it."""
    text = await git("log", "-1", f"--format={_FIELDS}", "--end-of-options", sha, "--", cwd=repository)
    found, name, email, message = text.split("\x00", 3)
    return Commit(sha=found, ref=ref, message=message.strip(), author_name=name, author_email=email)


async def check_out(repository: Path, *, sha: str, folder: Path) -> None:
    """A shallow checkout of one commit in a new folder, as the build machine gets it."""
    await git("init", "--quiet", str(folder), cwd=repository)
    await git("fetch", "--quiet", f"--depth={CLONE_DEPTH}", repository.as_uri(), sha, cwd=folder)
    await git("checkout", "--quiet", "--detach", "FETCH_HEAD", cwd=folder)


def fingerprint(repository: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a branch does, without starting git: names, times and sizes of the files that hold the refs."""
    places = [repository / "refs" / "heads", repository / "reftable"]
    found = [_stat(repository / "packed-refs"), *map(_stat, places)]
    for place in places:
        for folder, _, names in os.walk(place):
            found += [_stat(Path(folder, name)) for name in names]
    return tuple(sorted(found))


def _stat(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), status.st_mtime_ns, status.st_ino)
