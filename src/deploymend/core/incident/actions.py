"""What the loop can be asked to do next, and what may come of it. Data only; `workflows.py` performs them."""

from __future__ import annotations

from dataclasses import dataclass

from deploymend.core.incident.model import AttemptOutcome, IncidentState, Telling, Trouble
from deploymend.core.model import CommitInfo, Deployment, Diagnosis, Proposal, PushResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnose:
    """Read the deployment's log and say why it failed; also ask where the branch stands. Ends in Findings."""

    deployment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """Find, prove and commit a repair on top of `commit`. Ends in Proposal."""

    commit: str
    attempt: int
    side_branch: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeploy:
    """Build the same commit again. Ends in Deployment."""

    deployment_id: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """Put `commit` on `branch` if its tip is `expected` (None: no such branch yet). Ends in PushResult."""

    commit: str
    branch: str
    expected: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """See what became of a commit on a branch, or of one deployment. Ends in Sighting."""

    commit: str
    branch: str
    deployment_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """Sleep durably: `cooldown`, `poll`, `service` or `message` says what for. Ends in None."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conclude:
    """End the attempt in flight without a final deployment. No effect outside. Ends in None."""

    outcome: AttemptOutcome
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Close the incident. No effect outside. Ends in None."""

    state: IncidentState
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discard:
    """Delete a side branch that still points at `commit`. Ends in None, also when it could not."""

    branch: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Revert:
    """Take deploymend's own commits back: a commit on `head` that holds what `like` held. Ends in PushResult."""

    head: str
    like: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remember:
    """Write the incident into the ledger and the memory files. Ends in None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Send a message to whom it has not reached yet: `success` or `failure` at the end, `attempt-N` before, where
    recovery is not silent. Ends in Telling.
    """

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Nothing is left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What Diagnose came to. `head` is the branch's tip at that moment, None when the branch is gone."""

    diagnosis: Diagnosis
    commit: CommitInfo
    head: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What Look saw: the newest deployment of the commit, if there is one, and the branch's tip."""

    deployment: Deployment | None
    head: str | None


Action = Diagnose | Mend | Redeploy | Push | Look | Wait | Conclude | End | Discard | Revert | Remember | Tell | Stop
Outcome = Findings | Proposal | Deployment | PushResult | Sighting | Telling | Trouble | None
