"""An incident: one failing chain, from the first red deployment until it is recovered, escalated or stood down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deploymend.core.model import CommitInfo, Deployment, Diagnosis, Proposal


class AttemptKind(StrEnum):
    """What was delivered."""

    REPAIR = "repair"
    REDEPLOY = "redeploy"


class AttemptOutcome(StrEnum):
    """How an attempt ended."""

    GREEN = "green"
    RED = "red"
    CANCELED = "canceled"
    BLOCKED = "blocked"
    NO_DEPLOYMENT = "no_deployment"
    """Pushed, but the platform built nothing for the commit."""
    TIMED_OUT = "timed_out"
    """Still not finished after the longest wait."""
    MOVED = "moved"
    """A person pushed meanwhile: nothing of ours was put over it."""
    REJECTED = "rejected"
    """The remote refused the push."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One delivered repair or redeploy and the deployment that came of it. Times are aware UTC."""

    number: int
    kind: AttemptKind
    started_at: datetime
    diagnosis: Diagnosis | None = None
    """What it meant to cure: the diagnosis of the deployment before it."""
    proposal: Proposal | None = None
    commit: str | None = None
    """What it put on the branch; for a redeploy the commit that was built again."""
    side_branch: str | None = None
    """Where a preview-first delivery goes first."""
    side_pushed_at: datetime | None = None
    previewed: bool = False
    """True once the preview of the side branch was green."""
    delivered_at: datetime | None = None
    """When the branch itself got the commit, or the redeploy was asked for."""
    told: bool = False
    """True once its delivery was told, where recovery is not silent."""
    deployment: Deployment | None = None
    appeared_at: datetime | None = None
    """When its deployment was first seen."""
    ready_at: datetime | None = None
    """Since when it is seen ready; None while it is not."""
    outcome: AttemptOutcome | None = None
    ended_at: datetime | None = None
    reason: str = ""
    """Why it ended so, where the outcome alone does not say."""

    @property
    def error_kind(self) -> str:
        """The kind of failure it meant to cure."""
        return self.diagnosis.kind if self.diagnosis else "unknown"

    @property
    def error_category(self) -> str:
        """Its category: the seed's `error_type`."""
        return self.diagnosis.category.value if self.diagnosis else "unknown"

    @property
    def on_branch(self) -> bool:
        """True when its commit is on the branch itself."""
        return self.kind is AttemptKind.REPAIR and self.delivered_at is not None

    @property
    def in_preview(self) -> bool:
        """True while a preview-first delivery has not been seen green on its side branch."""
        return self.side_branch is not None and not self.previewed

    @property
    def followed_since(self) -> datetime | None:
        """Since when its deployment is looked for; None before anything was pushed."""
        return self.side_pushed_at if self.in_preview else self.delivered_at


class IncidentState(StrEnum):
    """Where an incident stands. All but the first are final."""

    OPEN = "open"
    RECOVERED = "recovered"
    ESCALATED = "escalated"
    STOOD_DOWN = "stood_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """An action that an outside service failed. `retryable`: it may work later."""

    during: str
    message: str
    next_step: str = ""
    retryable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A message on its way: how often it was tried, who has it, who does not, and who may have it.

    `unsure` are channels where the program was killed while sending: they are not sent to again, so that nobody is told
    twice, and `incidents` shows them.
    """

    kind: str
    tries: int = 0
    delivered: tuple[str, ...] = ()
    undelivered: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """The whole state of one incident; everything the loop decides is decided from this and the policy."""

    id: str
    project: str
    branch: str
    failing: Deployment
    """The red deployment that opened it."""
    opened_at: datetime
    head: str
    """The commit the branch should hold: the failing one, then ours."""
    deployment: Deployment
    """The newest finished deployment of the chain: red ones, and at the end the green one."""
    max_attempts: int = 3
    """The policy's cap when it was opened."""
    seen_head: str | None = None
    """The branch's tip when last looked at; None before the first look."""
    commit: CommitInfo | None = None
    """The failing commit."""
    diagnosis: Diagnosis | None = None
    proposal: Proposal | None = None
    """The newest proposal; None until mended for the current diagnosis."""
    attempts: tuple[Attempt, ...] = ()
    history: tuple[Proposal, ...] = ()
    """Proposals that led to nothing deliverable, oldest first."""
    cooled: bool = True
    """False from the end of an attempt until the cooldown has passed."""
    rested_at: datetime | None = None
    """When the last attempt ended."""
    waited: bool = True
    """False right after a look, until the pause before the next one has passed."""
    trouble: Trouble | None = None
    """What the last action failed by; after the end only when that is why it ended."""
    trouble_count: int = 0
    state: IncidentState = IncidentState.OPEN
    reason: str = ""
    """Why it ended, a sentence."""
    ended_at: datetime | None = None
    revert_tried: bool = False
    reverted: str | None = None
    """The commit that took our commits back, when the policy asked for it."""
    remembered: bool = False
    telling: Telling | None = None
    discarded: tuple[str, ...] = ()
    """Side branches already deleted."""

    @property
    def current(self) -> Attempt | None:
        """The attempt in flight, if any."""
        return self.attempts[-1] if self.attempts and self.attempts[-1].outcome is None else None

    @property
    def commits(self) -> tuple[str, ...]:
        """Deploymend's own commits on the branch, oldest first."""
        return tuple(a.commit for a in self.attempts if a.on_branch and a.commit)

    @property
    def needs_person(self) -> bool:
        """True once a person is asked to help."""
        return self.state is IncidentState.ESCALATED
