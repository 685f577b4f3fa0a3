"""The silent loop: looks at every watched branch, opens an incident for a new red deployment, tells of new green ones.

Incidents run by themselves in the engine; the watcher only begins them. What it has begun or told is known to the store
and the outbox, so it can be stopped and started at any time.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from deploymend.core.commit_message import is_ours
from deploymend.core.incident import Incident
from deploymend.core.model import Deployment, DeploymentState
from deploymend.core.policy import Policy
from deploymend.core.report import deployed_message
from deploymend.errors import DeploymendError, NotFoundError
from deploymend.ports import Clock, IncidentStore, Notifier, Outbox, Platform, Repository
from deploymend.workflows.telling import deliver

FRESH = timedelta(minutes=15)
"""How old a green deployment may be, when the watcher starts, to be told still."""

RECENT = 20
"""Among how many of a project's newest incidents the one is looked for that a deployment belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One project under watch. `branches` empty: the platform's production branch."""

    name: str
    platform: Platform
    repository: Repository
    policy: Policy
    branches: tuple[str, ...]
    notifiers: tuple[Notifier, ...]


def incident_for(project: str, deployment: Deployment, *, policy: Policy, at: datetime) -> Incident:
    """The incident that a red deployment opens; the same deployment always gives the same id."""
    short = re.sub(r"[^A-Za-z0-9]", "", deployment.id.removeprefix("dpl_"))[:16]
    name = re.sub(r"[^a-z0-9-]+", "-", project.lower()).strip("-") or "project"
    return Incident(
        id=f"{name}-{short}",
        project=project,
        branch=deployment.branch or "",
        failing=deployment,
        opened_at=at,
        head=deployment.commit_sha or "",
        deployment=deployment,
        max_attempts=policy.max_attempts,
    )


class Watcher:
    """Watches projects until told to stop. `begin` starts an incident; `say` hears what people should know
    meanwhile.
    """

    def __init__(
        self,
        projects: Sequence[Watched],
        *,
        begin: Callable[[Incident, Policy], Awaitable[None]],
        store: IncidentStore,
        outbox: Outbox,
        clock: Clock,
        say: Callable[[str], None],
    ) -> None:
        self._projects = tuple(projects)
        self._begin = begin
        self._store = store
        self._outbox = outbox
        self._clock = clock
        self._say = say
        self._said: dict[str, str] = {}
        self._started_at = clock.now()

    async def run(self, stop: asyncio.Event) -> None:
        """Look at all projects, each at its own pace, until `stop` is set."""
        self._started_at = self._clock.now()
        await asyncio.gather(*(self._watch(project, stop) for project in self._projects))

    async def _watch(self, project: Watched, stop: asyncio.Event) -> None:
        branches = project.branches
        while not stop.is_set():
            try:
                branches = branches or await self._production(project)
                for branch in branches:
                    await self._look(project, branch)
                self._once(project.name, "")
            except DeploymendError as error:
                self._once(project.name, f"{project.name}: {error.message}. {error.next_step}".rstrip(". ") + ".")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), timeout=project.policy.check_interval_seconds)

    def _once(self, project: str, what: str) -> None:
        """Say a standing trouble once, not at every look."""
        if what and self._said.get(project) != what:
            self._say(what)
        self._said[project] = what

    @staticmethod
    async def _production(project: Watched) -> tuple[str, ...]:
        settings = await project.platform.settings()
        return (settings.production_branch or "main",)

    async def _look(self, project: Watched, branch: str) -> None:
        deployments = await project.platform.list_deployments(branch=branch, limit=5)
        if not deployments:
            self._once(f"{project.name}/{branch}", f"{project.name}: no deployment of {branch} yet; is the name right?")
            return
        newest = deployments[0]
        match newest.state:
            case DeploymentState.ERROR | DeploymentState.BLOCKED:
                await self._red(project, newest)
            case DeploymentState.READY:
                await self._green(project, newest)

    async def _red(self, project: Watched, deployment: Deployment) -> None:
        branch, sha = deployment.branch or "", deployment.commit_sha
        if sha is None or await self._store.on_branch(project.name, branch) is not None:
            return
        if deployment.key is not None and await self._known(deployment.key.rpartition("-")[0]):
            return  # a redeploy that an incident asked for, and knows of
        incident = incident_for(project.name, deployment, policy=project.policy, at=self._clock.now())
        if await self._known(incident.id):
            return
        await project.repository.fetch()
        if await project.repository.head(branch) != sha:
            return  # an older commit: whatever is newer gets its own deployment
        if is_ours((await project.repository.commit_info(sha)).trailers):
            return  # it belongs to the incident that made it
        await self._begin(incident, project.policy)

    async def _known(self, incident_id: str) -> bool:
        try:
            _, found = await self._store.load(incident_id)
        except NotFoundError:
            return False
        return found.id == incident_id

    async def _is_an_incidents(self, project: Watched, deployment: Deployment) -> bool:
        """Whether an incident is under way on the branch, or came to its end with this very deployment."""
        if await self._store.on_branch(project.name, deployment.branch or "") is not None:
            return True
        newest = await self._store.list(project=project.name, limit=RECENT)
        return any(incident.deployment.id == deployment.id for _, incident in newest)

    async def _green(self, project: Watched, deployment: Deployment) -> None:
        finished = deployment.finished_at or deployment.created_at
        if not (project.policy.notify_success and deployment.live and deployment.target == "production"):
            return
        if finished < self._started_at - FRESH:
            return
        if await self._is_an_incidents(project, deployment):
            return  # it tells of its end itself
        await deliver(deployed_message(deployment), project.notifiers, self._outbox, told=None, clock=self._clock)
