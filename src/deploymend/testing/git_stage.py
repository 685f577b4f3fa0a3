"""The stage of the repository contract with real git: a remote, a person, and a repository with a cache of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from deploymend.ports import Repository
from deploymend.shell.repository import GitRepository
from deploymend.testing.git_remote import GitRemote


class GitStage:
    """A `RepositoryStage`; `remote` and `cache` are there for tests that look or reach further."""

    def __init__(self, remote: GitRemote, cache: Path) -> None:
        self.remote = remote
        self.cache = cache
        self.repository: Repository = GitRepository(remote=str(remote.bare), cache_folder=cache)

    async def person_pushes(self, files: Mapping[str, str | None], *, branch: str = "main") -> str:
        """Somebody commits and pushes."""
        return await self.remote.push(files, branch=branch)

    async def tip(self, branch: str) -> str | None:
        """The remote's branch."""
        return await self.remote.tip(branch)

    async def history(self, branch: str) -> list[str]:
        """The commits of the remote's branch, newest first."""
        return await self.remote.history(branch)

    async def protect(self, *, words: str) -> None:
        """Refuse every push from now on, with these words."""
        await self.remote.protect(words=words)

    def mirror(self) -> Path:
        """The one mirror in the cache."""
        (mirror,) = self.cache.glob("mirrors/*.git")
        return mirror
