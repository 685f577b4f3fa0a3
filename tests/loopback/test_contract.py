"""The platform contract: deploymend's own Vercel client over real HTTP against the loopback Vercel."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from deploymend.core.model import DeploymentState
from deploymend.loopback import DeploymentWish, Fault, ProjectWish, ReadyState
from deploymend.platforms.vercel import Vercel, connect
from deploymend.ports import Platform
from deploymend.testing.contracts.platform import CancelContract, PlatformContract, PlatformStage, PromoteContract

STATES = {
    DeploymentState.QUEUED: ReadyState.QUEUED,
    DeploymentState.BUILDING: ReadyState.BUILDING,
    DeploymentState.READY: ReadyState.READY,
    DeploymentState.ERROR: ReadyState.ERROR,
    DeploymentState.CANCELED: ReadyState.CANCELED,
    DeploymentState.BLOCKED: ReadyState.BLOCKED,
}


class LoopbackStage:
    """Arranges deployments through the control of a running loopback Vercel."""

    def __init__(self, server: Any, repository: str, platform: Platform) -> None:
        self._server = server
        self._repository = repository
        self._platform = platform

    @property
    def platform(self) -> Platform:
        """The client under test."""
        return self._platform

    async def add(
        self,
        *,
        commit_sha: str,
        state: DeploymentState = DeploymentState.READY,
        branch: str = "main",
        target: str = "production",
        log: str = "",
        error_message: str | None = None,
        live: bool = True,
        log_lag_reads: int = 0,
    ) -> str:
        """One more deployment."""
        wish = DeploymentWish(
            project="shop",
            state=STATES[state],
            sha=commit_sha,
            branch=branch,
            target=target,
            log=log,
            error_message=error_message,
            live=live,
            log_lag_reads=log_lag_reads,
        )
        return str(self._server.control.add_deployment(wish).id)

    async def define_environment(self, values: Mapping[str, str]) -> None:
        """The project's variables."""
        await self._server.control.add_project(
            ProjectWish(name="shop", repo=self._repository, environment=dict(values))
        )

    async def use_up_quota(self) -> None:
        """Every further POST of a deployment is a 402."""
        self._server.faults.add(Fault(name="quota", method="POST", path="/deployments", count=None))

    async def production(self) -> str | None:
        """What the production domain serves."""
        project = self._server.parts.account.project("shop")
        return str(project.production_id) if project.production_id else None


@pytest.fixture
async def stage(api: Any, clone: Any) -> AsyncIterator[PlatformStage]:
    """The client, over HTTP, without waits between its calls."""

    async def no_pause(_: float) -> None:
        return None

    http = connect(api.server.token, api_url=api.server.url)
    async with http:
        platform = Vercel(http=http, project="shop", team=api.server.team, pause=no_pause)
        yield LoopbackStage(api.server, str(clone.remote), platform)


class TestLoopbackIsAPlatform(PlatformContract):
    """Every promise of the port."""


class TestLoopbackCancels(CancelContract):
    """Every promise of `Cancels`."""


class TestLoopbackPromotes(PromoteContract):
    """Every promise of `Promotes`."""
