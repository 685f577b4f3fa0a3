"""The faults that can be injected: the table that `docs/loopback.md` shows with the HTTP calls."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a fault strikes."""

    ANSWER = "answer"
    """Instead of, or on, an API answer."""
    EVENTS = "events"
    """In the events of a build log."""
    PUSH = "push"
    """When a push or a redeploy makes a deployment."""
    BUILD = "build"
    """While a deployment is built."""
    DOMAIN = "domain"
    """After a deployment is ready."""
    WEBHOOK = "webhook"
    """When a webhook is delivered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """A row of the table. `options` lists its own settings with their defaults, in words."""

    name: str
    stage: Stage
    does: str
    options: str


_TABLE = (
    ("rate-limited", Stage.ANSWER, "429 with Retry-After and `error.limit`", "retry_after_seconds=5"),
    ("internal-error", Stage.ANSWER, "500 with the error envelope", ""),
    ("bad-gateway", Stage.ANSWER, "502 with the error envelope", ""),
    ("unavailable", Stage.ANSWER, "503 with Retry-After", "retry_after_seconds=5"),
    ("html-body", Stage.ANSWER, "an HTML page where JSON was expected", "status=502"),
    ("cut-stream", Stage.ANSWER, "the connection breaks in the middle of the answer", ""),
    ("truncated-json", Stage.ANSWER, "a whole answer whose JSON ends in the middle", ""),
    ("null-body", Stage.ANSWER, "200 with the body `null`", ""),
    ("slow", Stage.ANSWER, "the answer comes late", "seconds=1"),
    ("lost-answer", Stage.ANSWER, "the call is carried out, then the connection breaks before the answer", ""),
    ("quota", Stage.ANSWER, "402 `api-deployments-free-per-day`, nothing created; give it `method: POST`", ""),
    ("events-shuffled", Stage.EVENTS, "events out of order; `created` and `serial` still tell it", ""),
    ("events-duplicated", Stage.EVENTS, "each event twice", ""),
    ("events-missing", Stage.EVENTS, "an empty log, however the build ended", ""),
    ("push-ignored", Stage.PUSH, "no deployment appears for the push", ""),
    ("author-blocked", Stage.PUSH, "BLOCKED with seatBlock, as for a commit author who is no member", ""),
    ("superseded", Stage.PUSH, "CANCELED while queued, as when a newer push arrives", ""),
    ("step-ignored", Stage.BUILD, "CANCELED by the ignored build step", ""),
    ("fails", Stage.BUILD, "ERROR: prints `lines`, then the command fails", "command, exit_code=1, lines"),
    ("fails-early", Stage.BUILD, "ERROR before anything runs: no log, only errorMessage", "message"),
    ("registry-down", Stage.BUILD, "ERROR: the install fails with a network error", ""),
    ("out-of-memory", Stage.BUILD, "ERROR: the build gets SIGKILL; the system report follows", ""),
    ("log-flood", Stage.BUILD, "over 4 MB of output before the real build: the log is cut at 4 MB", ""),
    ("secret-printed", Stage.BUILD, "the build prints its variables; long sensitive ones become [REDACTED]", ""),
    ("stuck", Stage.BUILD, "the build never ends; cancel it", ""),
    ("alias-error", Stage.DOMAIN, "READY, but the domain could not be assigned: aliasError", ""),
    ("webhook-duplicated", Stage.WEBHOOK, "the delivery arrives twice", ""),
    ("webhook-reordered", Stage.WEBHOOK, "the delivery arrives after the one that follows it", ""),
    ("webhook-lost", Stage.WEBHOOK, "the delivery never arrives", ""),
)

FAULT_KINDS = tuple(
    FaultKind(name=name, stage=stage, does=does, options=options) for name, stage, does, options in _TABLE
)
