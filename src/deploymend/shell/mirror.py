"""A bare clone of a remote in the cache folder, shared by every process on this machine, whatever becomes of them.

refs/remotes/origin/*     the remote's branches as last fetched
refs/deploymend/kept/*    commits deploymend made, so that git never throws them away
refs/deploymend/seen/*    commits asked for by id that no branch holds any more
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import secrets
import shutil
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from deploymend.errors import CheckoutError, DeploymendError, OperationFailedError
from deploymend.shell.cache_lock import cache_lock
from deploymend.shell.git import CLONE_SECONDS, NETWORK_SECONDS, Git, url_secrets
from deploymend.shell.git_errors import is_corruption

LOCK_SECONDS = CLONE_SECONDS + 60.0
STALE_REF_LOCK_SECONDS = 20.0
"""Git holds the lock of a ref for milliseconds. One that stands this long was left by a killed git."""
_BRANCHES = "+refs/heads/*:refs/remotes/origin/*"
# What builds leave behind. Projects without a .gitignore would have thousands of files committed otherwise.
_NEVER_COMMITTED = """node_modules/
.next/
.nuxt/
.output/
.svelte-kit/
.astro/
.vercel/
.turbo/
.parcel-cache/
.pnpm-store/
.eslintcache
*.tsbuildinfo
npm-debug.log*
.DS_Store
.deploymend-*.tmp
"""
_Result = TypeVar("_Result")


class Mirror:
    """The mirror of one remote. It comes into being whole: a clone that was cut short never gets the final name."""

    def __init__(self, *, remote: str, folder: Path) -> None:
        if not remote or remote.startswith("-"):
            raise CheckoutError(f"{remote!r} is not the address of a git remote.", next_step="See: git remote -v")
        self.remote = str(Path(remote).absolute()) if _is_path(remote) else remote
        self.folder = folder / mirror_name(self.remote)
        self.git = Git(folder=self.folder, git_dir=self.folder, secrets=url_secrets(remote))

    def lock(self) -> AbstractAsyncContextManager[None]:
        """Held while refs or worktrees of the mirror change."""
        return cache_lock(self.folder.with_suffix(".lock"), timeout_seconds=LOCK_SECONDS)

    async def ensure(self) -> None:
        """Make the mirror when there is none."""
        if not self._whole():
            async with self.lock():
                await self._create()

    async def fetch(self) -> None:
        """Bring it up to date; our own refs stay."""
        await self.ensure()
        await self.healed(self._fetch)

    async def fetch_commit(self, commit_sha: str) -> None:
        """Bring in one commit by id. Raises what git says when the remote does not hand it out."""
        async with self.lock():
            spec = f"+{commit_sha}:refs/deploymend/seen/{commit_sha}"
            await _fetch_into(self.git, self.remote, spec, timeout_seconds=NETWORK_SECONDS)

    async def keep(self, commit_sha: str) -> None:
        """Let a commit of ours live on although it is on no branch."""
        async with self.lock():
            await self.git.run("update-ref", f"refs/deploymend/kept/{commit_sha}", commit_sha)

    async def healed(self, work: Callable[[], Awaitable[_Result]]) -> _Result:
        """Do the work; when the mirror's own files turn out damaged (a power cut), rebuild and do it again."""
        try:
            return await work()
        except DeploymendError as error:
            if not await self._damaged(error):
                raise
        async with self.lock():
            await self._rebuild()
        return await work()

    async def _damaged(self, error: DeploymendError) -> bool:
        if isinstance(error, OperationFailedError) and is_corruption(error.message + error.output):
            return True
        return not self._whole() or not (await self.git.attempt("rev-parse", "--git-dir")).ok

    async def _fetch(self) -> None:
        async with self.lock():
            try:
                await _fetch_into(self.git, self.remote, _BRANCHES, timeout_seconds=NETWORK_SECONDS)
            except CheckoutError as error:
                if ".lock" not in error.message:
                    raise
                await self._wait_for_ref_locks()
                await _fetch_into(self.git, self.remote, _BRANCHES, timeout_seconds=NETWORK_SECONDS)

    async def _create(self, *, rescue_from: Path | None = None) -> None:
        """Clone into a folder of another name, then rename. Earlier unfinished ones are removed: we hold the lock."""
        if self._whole():
            return
        parent = self.folder.parent
        parent.mkdir(parents=True, exist_ok=True)
        for leftover in parent.glob(f"{self.folder.name}.new-*"):
            await asyncio.to_thread(shutil.rmtree, leftover, ignore_errors=True)
        new = parent / f"{self.folder.name}.new-{secrets.token_hex(4)}"
        try:
            await Git(folder=parent).run("init", "--quiet", "--bare", "--template=", str(new))
            git = Git(folder=new, git_dir=new, secrets=self.git.secrets)
            await _fetch_into(git, self.remote, _BRANCHES, timeout_seconds=CLONE_SECONDS)
            if rescue_from:
                await _rescue(git, rescue_from)
            (new / "info").mkdir(exist_ok=True)
            (new / "info" / "exclude").write_text(_NEVER_COMMITTED, encoding="ascii")
            if self.folder.exists():
                await asyncio.to_thread(shutil.rmtree, self.folder)
            new.rename(self.folder)
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise

    async def _rebuild(self) -> None:
        """Clone anew beside the damaged mirror, with what can be saved of our own commits. All or nothing."""
        broken = self.folder.with_name(f"{self.folder.name}.broken-{secrets.token_hex(4)}")
        if self.folder.exists():
            self.folder.rename(broken)
        try:
            await self._create(rescue_from=broken)
        except BaseException:
            if broken.exists() and not self.folder.exists():
                broken.rename(self.folder)
            raise
        await asyncio.to_thread(shutil.rmtree, broken, ignore_errors=True)

    def _whole(self) -> bool:
        """Whether the last file that `_create` writes and the first that git needs are there."""
        return (self.folder / "info" / "exclude").is_file() and (self.folder / "HEAD").is_file()

    async def _wait_for_ref_locks(self) -> None:
        """Remove locks that a killed git left. A git that lost its parent may still be at work, so wait a little."""
        deadline = time.monotonic() + STALE_REF_LOCK_SECONDS
        while locks := _ref_locks(self.folder):
            if time.monotonic() > deadline:
                for lock in locks:
                    lock.unlink(missing_ok=True)
                return
            await asyncio.sleep(0.2)


def _is_path(remote: str) -> bool:
    """Whether git takes a remote for a folder: no scheme, and no colon before the first slash (git-fetch, GIT URLS)."""
    return "://" not in remote and ":" not in remote.partition("/")[0]


def mirror_name(remote: str) -> str:
    """A folder name for a remote: readable, unique, and the same with other credentials in the address."""
    parts = urlsplit(remote) if "://" in remote else None
    address = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if parts else remote
    readable = re.sub(r"[^A-Za-z0-9]+", "-", address.rstrip("/").removesuffix(".git").rpartition("/")[2])[:40].strip(
        "-"
    )
    return f"{readable or 'remote'}-{hashlib.sha256(address.encode()).hexdigest()[:12]}.git"


async def _fetch_into(git: Git, remote: str, refspec: str, *, timeout_seconds: float) -> None:
    arguments = ("fetch", "--quiet", "--no-tags", "--force", "--prune", "--update-shallow", "--", remote, refspec)
    await git.run(*arguments, timeout_seconds=timeout_seconds)


def _ref_locks(folder: Path) -> list[Path]:
    """Lock files of refs and of the repository itself; those of worktrees belong to their owners."""
    return [*folder.glob("*.lock"), *(folder / "refs").glob("**/*.lock"), *(folder / "objects").glob("**/*.lock")]


async def _rescue(git: Git, broken: Path) -> None:
    """Take over our own commits from a damaged mirror, as far as it still gives them out."""
    try:
        await git.run("fetch", "--quiet", "--", str(broken), "+refs/deploymend/*:refs/deploymend/*")
    except DeploymendError:
        return
