"""The build queue: QUEUED → INITIALIZING → BUILDING → READY or ERROR, a few builds at a time, each can be cancelled."""

from __future__ import annotations

import asyncio
from typing import Any

from deploymend.loopback.account import Account
from deploymend.loopback.build_faults import early_failure, under
from deploymend.loopback.fault_table import Stage
from deploymend.loopback.faults import Facts, FaultBook
from deploymend.loopback.ignored_step import LINK, MESSAGE
from deploymend.loopback.job import Builder, BuildFailure, BuildOutcome
from deploymend.loopback.model import Deployment, ReadyState
from deploymend.loopback.one_build import OneBuild
from deploymend.loopback.webhook_sender import WebhookSender

_UNEXPECTED = "An unexpected error happened when running this build."


class Builds:
    """Runs builds in the background. `tick_seconds` is how long the states between last at least."""

    def __init__(
        self,
        account: Account,
        builder: Builder,
        faults: FaultBook,
        webhooks: WebhookSender,
        *,
        concurrent_builds: int,
        tick_seconds: float,
    ) -> None:
        self._account = account
        self._builder = builder
        self._faults = faults
        self._webhooks = webhooks
        self._slots = asyncio.Semaphore(concurrent_builds)
        self._tick_seconds = tick_seconds
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, deployment_id: str) -> None:
        """Queue a deployment."""
        task = asyncio.create_task(self._drive(deployment_id))
        self._tasks[deployment_id] = task
        task.add_done_callback(lambda _: self._tasks.pop(deployment_id, None))

    def resume(self) -> None:
        """Queue again what a stop of the server left unfinished, oldest first."""
        for deployment in reversed(self._account.newest_first()):
            if not deployment.state.final:
                self._account.change(deployment.id, state=ReadyState.QUEUED, building_ms=None)
                self.start(deployment.id)

    async def cancel(self, deployment_id: str, *, reason: str | None = None) -> Deployment:
        """Stop a build, its processes included. A finished deployment is returned as it is."""
        deployment = self._account.deployments[deployment_id]
        if deployment.state.final:
            return deployment
        canceled_ms = self._account.now_ms()
        deployment = self._account.change(
            deployment_id, state=ReadyState.CANCELED, canceled_ms=canceled_ms, state_reason=reason
        )
        await self._end([task] if (task := self._tasks.get(deployment_id)) else [])
        self._webhooks.tell("deployment.canceled", deployment)
        return deployment

    async def stop(self) -> None:
        """End all builds; what was unfinished stays so, for the next start."""
        await self._end(list(self._tasks.values()))

    async def idle(self) -> None:
        """Wait until nothing is queued or built."""
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drive(self, deployment_id: str) -> None:
        async with self._slots:
            deployment = self._account.change(deployment_id, state=ReadyState.INITIALIZING)
            await asyncio.sleep(self._tick_seconds)
            outcome = await self._work(deployment)
        if outcome.ignored:
            self._ignore(deployment_id)
        elif outcome.failure:
            self._fail(deployment_id, outcome.failure)
        else:
            await self._go_live(deployment_id)

    async def _work(self, deployment: Deployment) -> BuildOutcome:
        project = self._account.projects[deployment.project_id]
        fault = self._faults.strike(Stage.BUILD, _facts(deployment))
        if failure := early_failure(fault):
            return BuildOutcome(failure=failure)
        deployment = self._account.change(deployment.id, state=ReadyState.BUILDING, building_ms=self._account.now_ms())
        try:
            return await OneBuild(self._account, project, deployment).run(
                self._builder, under(fault, self._builder.build)
            )
        except Exception as error:  # noqa: BLE001 - a builder's bug must end as ERROR, not as a build that never ends
            self._account.log(deployment.id).add(f"{type(error).__name__}: {error}", type="stderr")
            return BuildOutcome(failure=BuildFailure(message=_UNEXPECTED, code="UNEXPECTED_ERROR"))

    def _ignore(self, deployment_id: str) -> None:
        self._finish(
            deployment_id,
            "deployment.canceled",
            ReadyState.CANCELED,
            "canceled_ms",
            error_message=MESSAGE,
            error_link=LINK,
        )

    def _fail(self, deployment_id: str, failure: BuildFailure) -> None:
        self._finish(
            deployment_id,
            "deployment.error",
            ReadyState.ERROR,
            "error_ms",
            error_code=failure.code,
            error_message=failure.message,
            error_step=failure.step,
            error_link=failure.link,
            out_of_memory=failure.out_of_memory,
        )

    async def _go_live(self, deployment_id: str) -> None:
        production = self._account.deployments[deployment_id].target == "production"
        pinned = self._account.projects[self._account.deployments[deployment_id].project_id].pinned
        substate = ("STAGED" if pinned else "PROMOTED") if production else None
        deployment = self._finish(deployment_id, "deployment.ready", ReadyState.READY, "ready_ms", substate=substate)
        await asyncio.sleep(self._tick_seconds)
        if self._faults.strike(Stage.DOMAIN, _facts(deployment)):
            error = {"code": "alias_failed", "message": f"The domain {deployment.aliases[0]} could not be assigned."}
            self._account.change(deployment_id, alias_error=error)
        elif substate != "STAGED":
            self._assign(deployment)

    def _assign(self, deployment: Deployment) -> None:
        if deployment.target == "production":
            self._account.change_project(deployment.project_id, production_id=deployment.id)
        live = self._account.change(deployment.id, alias_assigned_ms=self._account.now_ms())
        self._webhooks.tell("deployment.succeeded", live)
        if deployment.target == "production":
            self._webhooks.tell("deployment.promoted", live)

    def _finish(self, deployment_id: str, event: str, state: ReadyState, time_field: str, **changes: Any) -> Deployment:
        changes[time_field] = self._account.now_ms()
        deployment = self._account.change(deployment_id, state=state, **changes)
        self._webhooks.tell(event, deployment)
        return deployment


def _facts(deployment: Deployment) -> Facts:
    return Facts(
        deployment=deployment.id,
        project=(deployment.project_id, deployment.name),
        branch=deployment.commit.ref,
        sha=deployment.commit.sha,
    )
