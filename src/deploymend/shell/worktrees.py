"""Worktrees of a mirror, each with one owner. What a dead owner left is removed by the next who opens one."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from deploymend.shell.cache_lock import try_lock
from deploymend.shell.git import Git
from deploymend.shell.mirror import Mirror
from deploymend.shell.workspace import GitWorkspace


class Worktrees:
    """The worktrees of one mirror. Each has a lock file beside it that its owner holds while it lives."""

    def __init__(self, *, mirror: Mirror, folder: Path) -> None:
        self._mirror = mirror
        self._folder = folder / mirror.folder.stem

    @asynccontextmanager
    async def open(self, commit_sha: str) -> AsyncIterator[GitWorkspace]:
        """A worktree at a commit of the mirror, removed at the end."""
        root = self._folder / f"{os.getpid()}-{secrets.token_hex(6)}"
        owned = None
        try:
            async with self._mirror.lock():
                await self._prune()
                owned = try_lock(_lock_of(root))
            await self._mirror.healed(lambda: self._add(root, commit_sha))
            git_dir = self._mirror.folder / "worktrees" / root.name
            git = Git(folder=root, git_dir=git_dir, is_work_tree=True, secrets=self._mirror.git.secrets)
            workspace = GitWorkspace(git=git, root=root, commit_sha=commit_sha)
            await workspace.load()
            yield workspace
        finally:
            await self._remove(root)
            if owned is not None:
                owned.close()

    async def _add(self, root: Path, commit_sha: str) -> None:
        async with self._mirror.lock():
            await asyncio.to_thread(_remove_tree, root)
            await self._mirror.git.run("worktree", "add", "--quiet", "--detach", "--force", str(root), commit_sha)

    async def _prune(self) -> None:
        """Remove what dead owners left. The mirror's lock is held, so nobody is just making one."""
        for lock in self._folder.glob("*.lock"):
            if (ownerless := try_lock(lock)) is not None:
                await self._remove(lock.with_suffix(""))
                ownerless.close()

    async def _remove(self, root: Path) -> None:
        """Remove a worktree, git's record of it, and its lock file; what is gone already is fine.

        A build that outlived its killed deploymend may still write there. Then the lock file stays, for the next time.
        """
        await asyncio.to_thread(_remove_tree, root)
        await asyncio.to_thread(_remove_tree, self._mirror.folder / "worktrees" / root.name)
        await asyncio.to_thread(_remove_lock, root)


def _lock_of(root: Path) -> Path:
    return root.with_name(f"{root.name}.lock")


def _remove_lock(root: Path) -> None:
    if not root.exists():
        _lock_of(root).unlink(missing_ok=True)


def _remove_tree(folder: Path) -> None:
    """Remove a folder whatever its rights: a build may leave folders that nobody may enter."""

    def open_up_and_retry(remove: Callable[[str], object], path: str, _problem: object) -> None:
        try:
            Path(path).parent.chmod(0o700)
            if not Path(path).is_symlink():
                Path(path).chmod(0o700)
            remove(path)
        except OSError:
            return

    if folder.is_dir():
        shutil.rmtree(folder, onerror=open_up_and_retry)
        shutil.rmtree(folder, ignore_errors=True)
