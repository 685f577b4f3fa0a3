"""Vercel behind the ports: each method is one call into the file that knows how."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime

from deploymend.core.model import BuildLog, Deployment, ProjectSettings
from deploymend.platforms.vercel import deployments, inspection, logs, production, projects, redeploys
from deploymend.platforms.vercel.api import Api, project_segment
from deploymend.ports import AccessFinding
from deploymend.shell.http import Http


class Vercel:
    """One project on Vercel: `Platform`, `Cancels`, `Promotes` and `Inspects`.

    `project` is its id or name, `team` the id (`team_…`) or slug of the team that owns it; None for a token that is
    bound to a team or project, and for a personal account. `http` comes from `connect()`. Raises ConfigurationError
    for a project that can be neither id nor name.
    """

    def __init__(
        self,
        *,
        http: Http,
        project: str,
        team: str | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = Api(http=http, team=team)
        self._project = project_segment(project)
        self._pause = pause

    async def list_deployments(
        self,
        *,
        branch: str | None = None,
        commit_sha: str | None = None,
        since: datetime | None = None,
        limit: int = 20,
        target: str | None = None,
    ) -> Sequence[Deployment]:
        """As the port says; `target` also takes `preview`, which Vercel itself cannot be asked for."""
        wanted = deployments.Wanted(branch=branch, commit_sha=commit_sha, since=since, target=target)
        found: list[Deployment] = []
        if limit <= 0:
            return found
        pages = deployments.deployments(self._api, self._project, wanted, page_size=limit, pause=self._pause)
        async with aclosing(pages):
            async for item in pages:
                found.append(item)
                if len(found) >= limit:
                    break
        return found

    async def get_deployment(self, deployment_id: str) -> Deployment:
        """As the port says; takes an id, a host name, or either address of a deployment."""
        return await deployments.get_deployment(self._api, self._project, deployment_id)

    async def read_log(self, deployment_id: str) -> BuildLog:
        """As the port says; asks again for at most 18 seconds."""
        return await logs.read_log(self._api, deployment_id, pause=self._pause)

    async def redeploy(self, deployment: Deployment, *, key: str) -> Deployment:
        """As the port says; the key travels in the new deployment's `meta`."""
        return await redeploys.redeploy(self._api, self._project, deployment, key=key, pause=self._pause)

    async def settings(self) -> ProjectSettings:
        """As the port says."""
        facts = await projects.read_project(self._api, self._project)
        names = await projects.environment_names(self._api, self._project)
        return replace(facts.settings, environment_names=names)

    async def cancel(self, deployment_id: str) -> Deployment:
        """As the port says."""
        return await deployments.cancel(self._api, self._project, deployment_id)

    async def promote(self, deployment_id: str) -> None:
        """As the port says; a preview is built again for production."""
        await production.promote(self._api, self._project, deployment_id, pause=self._pause)

    async def roll_back(self, deployment_id: str) -> None:
        """As the port says."""
        await production.roll_back(self._api, self._project, deployment_id)

    async def inspect(self) -> Sequence[AccessFinding]:
        """As the port says."""
        return await inspection.inspect(self._api, self._project, pause=self._pause)
