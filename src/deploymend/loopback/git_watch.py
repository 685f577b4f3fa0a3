"""Notices pushes: looks at every project's refs a few times a second and launches each new tip of each branch."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from deploymend.errors import DeploymendError
from deploymend.loopback import git_remote
from deploymend.loopback.account import Account
from deploymend.loopback.launching import Launcher
from deploymend.loopback.model import Deployment, Project

_Fingerprint = tuple[tuple[str, int, int], ...]


class GitWatch:
    """Polls; needs no hook in the repository. One look at a time, so that a push is seen once."""

    def __init__(self, account: Account, launcher: Launcher, *, interval_seconds: float) -> None:
        self._account = account
        self._launcher = launcher
        self._interval_seconds = interval_seconds
        self._seen: dict[str, _Fingerprint] = {}
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Look for ever."""
        while True:
            for project_id in list(self._account.projects):
                # A repository that is away for a moment (moved, unmounted) must not end the watch.
                with contextlib.suppress(DeploymendError, OSError):
                    await self.look(project_id)
            await asyncio.sleep(self._interval_seconds)

    async def look(self, project_id: str | None = None) -> list[Deployment]:
        """Launch what is new in one project (in all: None) and return it."""
        async with self._looking:
            launched: list[Deployment] = []
            for project in list(self._account.projects.values()):
                if project_id in (None, project.id):
                    launched += await self._look_at(project)
            return launched

    async def _look_at(self, project: Project) -> list[Deployment]:
        repository = Path(project.repository)
        # Taken before the tips are read: a push in between changes it again and is seen by the next look.
        fingerprint = git_remote.fingerprint(repository)
        if self._seen.get(project.id) == fingerprint:
            return []
        tips = await git_remote.tips(repository)
        launched = []
        for branch, sha in tips.items():
            if project.tips.get(branch) != sha:
                commit = await git_remote.read_commit(repository, sha=sha, ref=branch)
                launched.append(await self._launcher.pushed(project, commit))
        if tips != project.tips:
            self._account.change_project(project.id, tips=tips)
        self._seen[project.id] = fingerprint
        return [deployment for deployment in launched if deployment]
