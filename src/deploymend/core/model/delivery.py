"""How a delivery to a branch ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class PushOutcome(StrEnum):
    """How a push ended. `pushed` also when the branch already held the commit, as its tip or below a newer one."""

    PUSHED = "pushed"
    MOVED = "moved"
    """Somebody else's commit is on the branch: nothing was changed."""
    REJECTED = "rejected"
    """The remote refused (protected branch, hook, no right): nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushResult:
    """The outcome, the branch's tip as the remote has it now, and the remote's words when it refused."""

    outcome: PushOutcome
    head: str | None
    reason: str = ""
