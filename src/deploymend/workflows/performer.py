"""Performs the actions of one project's incidents, each through a port. What a service fails comes back as Trouble.

Every effect is keyed by incident and attempt, and is a no-op when it is already there: a step that was cut off by a
crash is performed again from its start.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Protocol

from deploymend.core.commit_message import ATTEMPT, INCIDENT, revert_message
from deploymend.core.diagnosis import diagnose
from deploymend.core.incident import (
    Action,
    Conclude,
    Diagnose,
    Discard,
    End,
    Findings,
    Incident,
    Look,
    Mend,
    Outcome,
    Push,
    Redeploy,
    Remember,
    Revert,
    Sighting,
    Stop,
    Tell,
    Trouble,
    Wait,
)
from deploymend.core.locate import locate_causes
from deploymend.core.model import Deployment, DeploymentState, Proposal, PushOutcome, PushResult
from deploymend.core.report import incident_message
from deploymend.errors import DeploymendError, TransientError
from deploymend.mend import Mender
from deploymend.ports import Clock, IncidentStore, Ledger, Notifier, Outbox, Platform, Repository
from deploymend.workflows.telling import deliver


class Observer(Protocol):
    """Hears what goes on, for people who watch. It must not raise and must not take long."""

    def turned(self, number: int, incident: Incident, action: Action) -> None:
        """The incident stands so, and this comes next."""
        ...


DOING: dict[type[Action], str] = {
    Diagnose: "read the build log",
    Mend: "repair the build",
    Redeploy: "redeploy",
    Push: "push the repair",
    Look: "look at the deployment",
    Discard: "delete the side branch",
    Revert: "take the commits back",
    Remember: "write the record",
    Tell: "send the message",
}
"""What an action is called in messages: "could not …"."""


def doing(action: Action) -> str:
    """The words for an action that failed."""
    return DOING.get(type(action), "go on")


class Performer:
    """Everything one project's incidents need from the outside."""

    def __init__(
        self,
        *,
        platform: Platform,
        repository: Repository,
        mender: Mender,
        notifiers: Sequence[Notifier],
        outbox: Outbox,
        store: IncidentStore,
        ledger: Ledger,
        clock: Clock,
        observer: Observer,
    ) -> None:
        self._platform = platform
        self._repository = repository
        self._mender = mender
        self._notifiers = tuple(notifiers)
        self._outbox = outbox
        self._store = store
        self._ledger = ledger
        self._clock = clock
        self._observer = observer

    def now(self) -> datetime:
        """The current moment, for the loop to record."""
        return self._clock.now()

    async def save(self, incident: Incident, action: Action) -> int:
        """Keep the incident for people to see, and tell who watches what comes next."""
        number = await self._store.save(incident)
        self._observer.turned(number, incident, action)
        return number

    async def perform(self, incident: Incident, action: Action) -> Outcome:
        """Do it. A service that fails is an outcome; only a bug of ours raises."""
        try:
            number = await self.save(incident, action)
            return await self._perform(incident, action, number)
        except DeploymendError as error:
            return Trouble(
                during=doing(action),
                message=error.message,
                next_step=error.next_step,
                retryable=isinstance(error, TransientError),
            )

    async def _perform(self, incident: Incident, action: Action, number: int) -> Outcome:
        match action:
            case Diagnose():
                return await self._diagnose(incident, action)
            case Mend():
                return await self._mend(incident, action)
            case Redeploy():
                key = f"{incident.id}-{action.attempt}"
                return await self._platform.redeploy(incident.deployment, key=key)
            case Push():
                return await self._repository.push(action.commit, action.branch, expected=action.expected)
            case Look():
                return await self._look(incident, action)
            case Conclude() | End() | Wait() | Stop():
                return None
        return await self._close(incident, action, number)

    async def _close(self, incident: Incident, action: Action, number: int) -> Outcome:
        """The actions after the end: they never hold an incident open."""
        match action:
            case Revert():
                return await self._revert(incident, action)
            case Tell():
                message = incident_message(incident, kind=action.kind, number=number)
                told = incident.telling
                return await deliver(message, self._notifiers, self._outbox, told=told, clock=self._clock)
            case Discard():
                await self._quietly(self._repository.delete_branch(action.branch, expected=action.commit))
            case Remember():
                await self._quietly(self._ledger.remember(incident))
        return None

    @staticmethod
    async def _quietly(effect: Awaitable[None]) -> None:
        """Tidying that fails leaves something behind, but a repair is not less done for it."""
        with contextlib.suppress(DeploymendError):
            await effect

    async def _diagnose(self, incident: Incident, action: Diagnose) -> Findings:
        deployment = await self._platform.get_deployment(action.deployment_id)
        log = await self._platform.read_log(action.deployment_id)
        await self._repository.fetch()
        commit = await self._repository.commit_info(incident.failing.commit_sha or incident.head)
        head = await self._repository.head(incident.branch)
        root = (await self._platform.settings()).root_directory
        files = await self._repository.files(deployment.commit_sha or incident.head)
        below = [path.removeprefix(f"{root}/") for path in files if path.startswith(f"{root}/")] if root else files
        diagnosis = locate_causes(diagnose(log, deployment=deployment, known_files=below), files, root)
        return Findings(diagnosis=diagnosis, commit=commit, head=head)

    async def _mend(self, incident: Incident, action: Mend) -> Proposal:
        trailers = ((INCIDENT, incident.id), (ATTEMPT, str(action.attempt)))
        tried = frozenset(attempt.proposal.diff for attempt in incident.attempts if attempt.proposal)
        # The commit is dated by the incident, not by the clock: mending again after a crash gives the same commit.
        at = incident.rested_at or incident.opened_at
        return await self._mender.mend(
            action.commit,
            diagnosis=incident.diagnosis,
            at=at,
            branch=incident.branch,
            production=incident.failing.target == "production",
            trailers=trailers,
            avoid=tried,
        )

    async def _look(self, incident: Incident, action: Look) -> Sighting:
        if action.deployment_id is not None:
            seen: Deployment | None = await self._platform.get_deployment(action.deployment_id)
        else:
            listed = await self._platform.list_deployments(branch=action.branch, commit_sha=action.commit, limit=5)
            seen = next((one for one in listed if one.id != incident.failing.id), None)
        if seen is not None and seen.state is DeploymentState.ERROR:
            seen = await self._platform.get_deployment(seen.id)
        return Sighting(deployment=seen, head=await self._repository.head(incident.branch))

    async def _revert(self, incident: Incident, action: Revert) -> PushResult:
        message = revert_message(count=len(incident.commits), incident=incident.id)
        at = incident.ended_at or incident.opened_at
        try:
            commit = await self._repository.restore(action.head, like=action.like, message=message, at=at)
            result = await self._repository.push(commit, incident.branch, expected=action.head)
        except DeploymendError as error:
            return PushResult(outcome=PushOutcome.REJECTED, head=None, reason=error.message)
        return PushResult(outcome=result.outcome, head=commit, reason=result.reason)
