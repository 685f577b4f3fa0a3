"""A platform in memory: the fake of the ports `Platform`, `Cancels`, `Promotes` and `Inspects`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from deploymend.core.buildlog import clean_log
from deploymend.core.model import BuildLog, Deployment, DeploymentState, ProjectSettings
from deploymend.errors import DeploymendError, NotFoundError, QuotaError
from deploymend.ports import AccessFinding

_START = datetime(2026, 1, 1, tzinfo=UTC)
_BLOCK = "The commit's author is not a member of the team. Invite the author, then push again."


@dataclass(slots=True, kw_only=True)
class _Log:
    text: str = ""
    lag_reads: int = 0

    def read(self) -> BuildLog:
        """The log as far as it shows now: its first half until the lag is over."""
        lines = self.text.split("\n") if self.text else []
        if self.lag_reads > 0:
            self.lag_reads -= 1
            return clean_log(lines[: len(lines) // 2], complete=False)
        return clean_log(lines, complete=True)


@dataclass(slots=True, kw_only=True)
class FakePlatform:
    """One project in memory. It is its own `PlatformStage`: arrange with `add`, `change` and the plain attributes.

    Time stands still but for one second per deployment, unless `now` tells it. Redeploys start queued, or as
    `redeployed_state` says; `trouble` is raised by every call while it is set; `calls` records each effect that
    really happened, as (what, deployment id).
    """

    project: str = "shop"
    now: Callable[[], datetime] | None = None
    redeployed_state: DeploymentState = DeploymentState.QUEUED
    project_settings: ProjectSettings = field(default_factory=lambda: ProjectSettings(id="prj_fake", name="shop"))
    trouble: DeploymendError | None = None
    quota_used_up: bool = False
    production_id: str | None = None
    calls: list[tuple[str, str]] = field(default_factory=list)
    _deployments: dict[str, Deployment] = field(default_factory=dict)
    _logs: dict[str, _Log] = field(default_factory=dict)

    @property
    def platform(self) -> FakePlatform:
        """Itself, for `PlatformStage`."""
        return self

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
        **more: Any,
    ) -> str:
        """One more deployment, newer than those before; its id. `more` are further fields of `Deployment`."""
        ready = state is DeploymentState.READY
        fields: dict[str, Any] = {
            "commit_sha": commit_sha,
            "branch": branch,
            "target": target,
            "error_message": error_message,
            "live": live and ready,
            "block_reason": _BLOCK if state is DeploymentState.BLOCKED else None,
        }
        added = self._put(state, **(fields | more))
        self._logs[added.id] = _Log(text=log, lag_reads=log_lag_reads)
        if added.live and target == "production":
            self.production_id = added.id
        return added.id

    def change(self, deployment_id: str, *, log: str | None = None, **changes: Any) -> Deployment:
        """Change fields of a deployment, and its log: a build that ends, a deployment that goes live."""
        self._deployments[deployment_id] = replace(self._known(deployment_id), **changes)
        if log is not None:
            self._logs[deployment_id] = _Log(text=log)
        return self._deployments[deployment_id]

    async def define_environment(self, values: Mapping[str, str]) -> None:
        """The project's environment variables; the values go nowhere."""
        self.project_settings = replace(self.project_settings, environment_names=tuple(sorted(values)))

    async def use_up_quota(self) -> None:
        """From now on nothing more is built."""
        self.quota_used_up = True

    async def production(self) -> str | None:
        """The id of the deployment that production serves."""
        return self.production_id

    async def list_deployments(
        self,
        *,
        branch: str | None = None,
        commit_sha: str | None = None,
        since: datetime | None = None,
        limit: int = 20,
    ) -> Sequence[Deployment]:
        """As the port says."""
        self._fail_in_trouble()
        found = [
            item
            for item in reversed(self._deployments.values())
            if branch in (None, item.branch)
            and commit_sha in (None, item.commit_sha)
            and (since is None or item.created_at >= since)
        ]
        return found[: max(0, limit)]

    async def get_deployment(self, deployment_id: str) -> Deployment:
        """As the port says."""
        self._fail_in_trouble()
        return self._known(deployment_id)

    async def read_log(self, deployment_id: str) -> BuildLog:
        """As the port says: it shows a lagging log only when that is whole."""
        self._fail_in_trouble()
        self._known(deployment_id)
        log = self._logs.get(deployment_id, _Log()).read()
        while not log.complete:
            log = self._logs[deployment_id].read()
        return log

    async def redeploy(self, deployment: Deployment, *, key: str) -> Deployment:
        """As the port says."""
        self._fail_in_trouble()
        self._known(deployment.id)
        for item in self._deployments.values():
            if item.key == key:
                return item
        if self.quota_used_up:
            raise QuotaError("The platform builds no more today.", next_step="Wait until tomorrow.")
        same = {name: getattr(deployment, name) for name in ("commit_sha", "branch", "target", "commit_message")}
        made = self._put(self.redeployed_state, key=key, source="redeploy", **same)
        self.calls.append(("redeploy", made.id))
        return made

    async def settings(self) -> ProjectSettings:
        """As the port says."""
        self._fail_in_trouble()
        return self.project_settings

    async def cancel(self, deployment_id: str) -> Deployment:
        """As the port says."""
        self._fail_in_trouble()
        found = self._known(deployment_id)
        if found.state.final:
            return found
        self.calls.append(("cancel", deployment_id))
        return self.change(deployment_id, state=DeploymentState.CANCELED)

    async def promote(self, deployment_id: str) -> None:
        """As the port says."""
        self._serve("promote", deployment_id)

    async def roll_back(self, deployment_id: str) -> None:
        """As the port says."""
        self._serve("roll_back", deployment_id)

    async def inspect(self) -> Sequence[AccessFinding]:
        """As the port says."""
        if self.trouble:
            cure = self.trouble.next_step
            return [AccessFinding(level="problem", subject="fake", text=self.trouble.message, cure=cure)]
        return [AccessFinding(level="ok", subject="fake", text=f"The project {self.project} is in memory.")]

    def _serve(self, what: str, deployment_id: str) -> None:
        self._fail_in_trouble()
        self._known(deployment_id)
        if self.production_id != deployment_id:
            self.calls.append((what, deployment_id))
        self.production_id = deployment_id

    def _put(self, state: DeploymentState, **fields: Any) -> Deployment:
        number = len(self._deployments) + 1
        created_at = self.now() if self.now else _START + timedelta(seconds=number)
        values: dict[str, Any] = {"id": f"dpl_fake{number}", "project": self.project, "created_at": created_at} | fields
        made = Deployment(state=state, **values)
        self._deployments[made.id] = made
        return made

    def _known(self, deployment_id: str) -> Deployment:
        if deployment_id not in self._deployments:
            raise NotFoundError(f"There is no deployment {deployment_id}.")
        return self._deployments[deployment_id]

    def _fail_in_trouble(self) -> None:
        if self.trouble:
            raise self.trouble
