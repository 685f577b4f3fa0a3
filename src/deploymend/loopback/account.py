"""The account: everything this Vercel knows, in memory and in the state folder. It decides nothing."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from deploymend.loopback.event_log import EventLog
from deploymend.loopback.ids import new_id
from deploymend.loopback.model import Deployment, Project, ReadyState, Webhook
from deploymend.loopback.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """Who the account belongs to. Its resources are the team's: calls must say `teamId` or `slug`."""

    token: str
    user_id: str
    username: str
    team_id: str
    team_slug: str


def wall_clock_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return int(time.time() * 1000)


class Account:
    """Projects, deployments, logs and webhooks; each change is on disk before it is seen."""

    def __init__(self, store: Store, *, now_ms: Callable[[], int] = wall_clock_ms, log_lag_reads: int = 2) -> None:
        self.store = store
        self.now_ms = now_ms
        self.host = "127.0.0.1"
        """Host and port of the server, for addresses; set when it listens."""
        self.owner = self._owner()
        self.projects = {project.id: project for project in store.load("projects", Project)}
        self.deployments = {deployment.id: deployment for deployment in store.load("deployments", Deployment)}
        self.webhooks = {webhook.id: webhook for webhook in store.load("webhooks", Webhook)}
        self._log_lag_reads = log_lag_reads
        self._logs: dict[str, EventLog] = {}

    def _owner(self) -> Owner:
        known = list(self.store.load("account", Owner))
        if known:
            return known[0]
        owner = Owner(
            token=secrets.token_urlsafe(24),
            user_id=new_id("", length=24),
            username="you",
            team_id=new_id("team_", length=24),
            team_slug="loopback",
        )
        self.store.save("account", "owner", owner)
        return owner

    def put_project(self, project: Project) -> Project:
        """Add a project or replace the one with its id."""
        self.store.save("projects", project.id, project)
        self.projects[project.id] = project
        return project

    def change_project(self, project_id: str, **changes: Any) -> Project:
        """Store a project with some fields changed."""
        return self.put_project(replace(self.projects[project_id], **changes))

    def project(self, id_or_name: str) -> Project | None:
        """A project by its id or its name."""
        if id_or_name in self.projects:
            return self.projects[id_or_name]
        return next((project for project in self.projects.values() if project.name == id_or_name), None)

    def put_deployment(self, deployment: Deployment) -> Deployment:
        """Add a deployment or replace the one with its id."""
        self.store.save("deployments", deployment.id, deployment)
        self.deployments[deployment.id] = deployment
        return deployment

    def change(self, deployment_id: str, **changes: Any) -> Deployment:
        """Store a deployment with some fields changed. A failed one's log lags from now on, as Vercel's does."""
        deployment = self.put_deployment(replace(self.deployments[deployment_id], **changes))
        if changes.get("state") is ReadyState.ERROR:
            self.log(deployment_id).lag(self._log_lag_reads)
        return deployment

    def deployment(self, id_or_url: str) -> Deployment | None:
        """A deployment by its id, its host name, or the address it serves at."""
        if id_or_url in self.deployments:
            return self.deployments[id_or_url]
        label = id_or_url.rstrip("/").rsplit("/", 1)[-1].split(".", 1)[0]
        return next((found for found in self.deployments.values() if found.slug == label), None)

    def newest_first(self, project_id: str | None = None) -> list[Deployment]:
        """The deployments of a project (of all: None), newest first."""
        found: Iterable[Deployment] = self.deployments.values()
        mine = [deployment for deployment in found if project_id in (None, deployment.project_id)]
        return sorted(mine, key=lambda deployment: deployment.created_ms, reverse=True)

    def next_created_ms(self) -> int:
        """Now, but later than every deployment there is: paging by time needs distinct ones."""
        last = max((deployment.created_ms for deployment in self.deployments.values()), default=0)
        return max(self.now_ms(), last + 1)

    def log(self, deployment_id: str) -> EventLog:
        """A deployment's build log, read from disk at first use."""
        if deployment_id not in self._logs:
            path = self.store.path("logs", f"{deployment_id}.jsonl")
            self._logs[deployment_id] = EventLog(path, now_ms=self.now_ms)
        return self._logs[deployment_id]

    def put_webhook(self, webhook: Webhook) -> Webhook:
        """Add a webhook."""
        self.store.save("webhooks", webhook.id, webhook)
        self.webhooks[webhook.id] = webhook
        return webhook

    def drop_webhook(self, webhook_id: str) -> bool:
        """Forget a webhook; False when there was none."""
        self.store.drop("webhooks", webhook_id)
        return self.webhooks.pop(webhook_id, None) is not None
