"""`sync`, the Repo Sync Agent: commit and push what is here, follow that commit to green, recover silently."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deploymend.app.wiring import App, Watching, Wired
from deploymend.core.incident import Incident, IncidentState
from deploymend.core.model import Deployment, DeploymentState
from deploymend.core.policy import poll_pause_seconds
from deploymend.core.report import deployed_message
from deploymend.errors import BusyError, NotFoundError, ServiceError
from deploymend.shell.checkout import Checkout
from deploymend.workflows.telling import deliver
from deploymend.workflows.watcher import incident_for

STORE_PAUSE_SECONDS = 1.0
"""How often the store is asked while another deploymend works on the incident."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncResult:
    """What came of the commit. `incident` is there when the deployment was red."""

    commit: str
    committed: bool
    deployment: Deployment
    incident: Incident | None = None
    number: int | None = None

    @property
    def green(self) -> bool:
        """True when the branch is green in the end."""
        if self.incident is not None:
            return self.incident.state is IncidentState.RECOVERED
        return self.deployment.state is DeploymentState.READY


async def sync(
    app: App, project: Wired, *, path: Path, message: str | None, redeploy: bool, watching: Watching
) -> SyncResult:
    """Commit everything not ignored, push, and follow. Nothing to commit: what HEAD holds is pushed and followed.

    The platform is asked first, so that a wrong token or an outage leaves everything as it is.

    Raises CheckoutError for a checkout that cannot be pushed, ServiceError when no deployment appears or ends in time.
    """
    checkout = Checkout(path)
    state = await checkout.describe(allow_dirty=True)
    state.require_branch()
    await app.reach(project.config.name)
    committed = False
    if state.dirty:
        watching.activity("committing")
        await checkout.commit_all(message or "Update")
        committed = True
    elif message is not None:
        watching.say("nothing to commit: following what is there")
    watching.activity("pushing")
    await checkout.push()
    state = await checkout.describe(allow_dirty=True)
    branch = state.require_branch()
    deployment = await _deployment(app, project, state.head, branch, redeploy=redeploy, watching=watching)
    if deployment.state is DeploymentState.READY:
        notifiers = app.notifiers() if project.policy.notify_success else ()
        await deliver(deployed_message(deployment), notifiers, app.history.outbox, told=None, clock=app.clock)
        return SyncResult(commit=state.head, committed=committed, deployment=deployment)
    if deployment.state is DeploymentState.CANCELED:
        reason = deployment.error_message or "a newer push took over, or the ignored build step skipped it"
        raise ServiceError(f"the platform canceled deployment {deployment.id}: {reason}", next_step="look at it there")
    number, incident = await _heal(app, project, deployment)
    return SyncResult(commit=state.head, committed=committed, deployment=deployment, incident=incident, number=number)


async def _deployment(
    app: App, project: Wired, commit: str, branch: str, *, redeploy: bool, watching: Watching
) -> Deployment:
    """The final deployment of a commit; with `redeploy` a new one, built without cache."""
    policy, since = project.policy, app.clock.now()
    if redeploy:
        listed = await project.platform.list_deployments(branch=branch, commit_sha=commit, limit=1)
        if listed:
            new = await project.platform.redeploy(listed[0], key=f"sync-{since.timestamp():.0f}")
            return await _final(app, project, new, since, watching)
    while True:
        listed = await project.platform.list_deployments(branch=branch, commit_sha=commit, limit=1)
        if listed:
            return await _final(app, project, listed[0], since, watching)
        age = (app.clock.now() - since).total_seconds()
        if age > policy.deployment_timeout_seconds:
            cure = (
                "check that the commit's author is a member of the team, the ignored build step, and the plan's quota"
            )
            raise ServiceError(f"no deployment appeared for commit {commit[:7]} within {age:.0f} s", next_step=cure)
        watching.activity(f"waiting for a deployment of {commit[:7]}")
        await asyncio.sleep(poll_pause_seconds(age, policy))


async def _final(app: App, project: Wired, deployment: Deployment, since: datetime, watching: Watching) -> Deployment:
    while not deployment.state.final or (deployment.state is DeploymentState.READY and not deployment.live):
        age = (app.clock.now() - since).total_seconds()
        if age > project.policy.max_wait_seconds:
            if deployment.state is DeploymentState.READY:
                return deployment
            cure = "look at it on the platform, then `deploymend sync` again"
            raise ServiceError(f"deployment {deployment.id} did not finish within {age:.0f} s", next_step=cure)
        watching.activity(f"deployment {deployment.id} is {deployment.state.value}")
        await asyncio.sleep(poll_pause_seconds(age, project.policy))
        deployment = await project.platform.get_deployment(deployment.id)
    if deployment.state is DeploymentState.ERROR:
        return await project.platform.get_deployment(deployment.id)
    return deployment


async def _heal(app: App, project: Wired, deployment: Deployment) -> tuple[int, Incident]:
    """Run the incident here, or follow the deploymend that already does."""
    incident = incident_for(project.config.name, deployment, policy=project.policy, at=app.clock.now())
    try:
        await app.engine.open()
    except BusyError:
        return await _follow_other(app, project, incident)
    try:
        await app.engine.start(incident, project.policy)
        ended = await app.engine.ended(incident.id)
        return await app.history.store.save(ended), ended
    finally:
        await app.engine.close()


async def _follow_other(app: App, project: Wired, incident: Incident) -> tuple[int, Incident]:
    """A `watch` of the same configuration heals it; its progress is in the store.

    Raises BusyError when the other one does not take it up, within the time a deployment may take to appear.
    """
    since = app.clock.now()
    while True:
        try:
            number, seen = await app.history.store.load(incident.id)
        except NotFoundError:
            age = (app.clock.now() - since).total_seconds()
            if age > project.policy.deployment_timeout_seconds:
                msg = f"another deploymend works on this configuration, but does not take up {incident.deployment.id}"
                raise BusyError(msg, next_step="stop the other one, and `deploymend sync` again") from None
        else:
            if seen.state is not IncidentState.OPEN:
                return number, seen
        await asyncio.sleep(STORE_PAUSE_SECONDS)
