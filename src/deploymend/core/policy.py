"""What the loop may do on its own: how often, how long, by which way, and what it must not touch."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Delivery(StrEnum):
    """How a repair reaches the branch."""

    PUSH = "push"
    """Straight to it."""
    PREVIEW_FIRST = "preview-first"
    """To a side branch that the platform builds as a preview; only when that is green, a fast-forward of the branch."""


class OnFailure(StrEnum):
    """What happens to deploymend's own commits after the last failed attempt."""

    LEAVE = "leave"
    REVERT = "revert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The bounds of one project's incidents. The defaults are the seed's."""

    max_attempts: int = 3
    """Delivered repairs and redeploys of one incident, together; 0 only diagnoses and tells."""
    cooldown_seconds: float = 120.0
    """Between the end of one attempt and the start of the next; 0 goes on at once."""
    check_interval_seconds: float = 30.0
    """The longest pause between two looks at a deployment; looks are closer together while it is young."""
    max_wait_seconds: float = 600.0
    """How long a deployment may take from the moment it appeared; later it counts as stuck."""
    deployment_timeout_seconds: float = 300.0
    """How long a pushed commit may stay without any deployment."""
    delivery: Delivery = Delivery.PUSH
    on_failure: OnFailure = OnFailure.LEAVE
    authors: tuple[str, ...] = ()
    """E-mail addresses whose commits may be repaired unattended; empty: everybody the platform itself builds for."""
    notify_success: bool = True
    notify_failure: bool = True
    silent_recovery: bool = True
    """False tells of each attempt when it was delivered."""
    max_trouble: int = 5
    """How many times in a row a service may fail an action before a person is called."""
    backoff_seconds: float = 30.0
    """The pause after a service's first failure, or a message's; it doubles with each further one in a row."""
    max_tellings: int = 5
    """How many times an undelivered message is tried, with growing pauses, before it is only kept."""


POLL_CADENCE: tuple[tuple[float, float], ...] = ((15.0, 1.0), (60.0, 5.0), (300.0, 15.0))
"""(age below which, pause), in seconds: the cadence Vercel's own CLI polls one deployment with
(github.com/vercel/vercel, packages/client/src/utils/get-polling-delay.ts); older ones wait 30 s."""


def poll_pause_seconds(age_seconds: float, policy: Policy) -> float:
    """How long to wait before the next look at a deployment of this age, never longer than the check interval."""
    pause = next((pause for limit, pause in POLL_CADENCE if age_seconds < limit), 30.0)
    return min(pause, policy.check_interval_seconds)


def backoff_seconds(failures: int, *, first_seconds: float = 30.0) -> float:
    """How long to wait after the n-th failure in a row: `first_seconds`, doubling, at most 15 minutes."""
    return min(first_seconds * 2.0 ** max(0, failures - 1), 900.0)
