"""A deployment's build log as a list of events, kept in a JSON-lines file.

Three manners of Vercel's logs are kept: a log ends at 4 MB (vercel.com/docs/deployments/logs), its last lines can be
missing from the first reads after a build failed, and secrets of 32 characters or more are masked.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path

MAX_LOG_BYTES = 4_000_000
LAG_LINES = 4
MASK = "[REDACTED]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One piece of output. `serial` orders events of the same millisecond and is unique in the log."""

    serial: str
    created_ms: int
    text: str
    type: str = "stdout"
    level: str | None = None
    ready_state: str | None = None


class EventLog:
    """Grows while a build runs. A half-written last line of the file, from a crash, is left out."""

    def __init__(self, path: Path, *, now_ms: Callable[[], int]) -> None:
        self._path = path
        self._now_ms = now_ms
        self._events = _load(path)
        self._bytes = sum(len(event.text) for event in self._events)
        self._lag_reads = 0

    def clear(self) -> None:
        """Forget everything: the build starts again."""
        self._path.unlink(missing_ok=True)
        self._events, self._bytes, self._lag_reads = [], 0, 0

    def add(
        self,
        text: str,
        *,
        type: str = "stdout",  # noqa: A002 - the field's name on the wire
        level: str | None = None,
        ready_state: str | None = None,
        secrets: Collection[str] = (),
    ) -> None:
        """Append a line of output; nothing is kept beyond 4 MB."""
        for secret in secrets:
            text = text.replace(secret, MASK)
        self._bytes += len(text.encode(errors="replace"))
        if self._bytes > MAX_LOG_BYTES:
            return
        last_ms = self._events[-1].created_ms if self._events else 0
        created_ms = max(self._now_ms(), last_ms)
        serial = f"{created_ms:014d}{len(self._events):016d}"
        event = Event(serial=serial, created_ms=created_ms, text=text, type=type, level=level, ready_state=ready_state)
        self._events.append(event)
        with self._path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(json.dumps(asdict(event)) + "\n")

    def lag(self, reads: int) -> None:
        """Hold the last lines back from that many reads, fewer each time."""
        self._lag_reads = reads

    def all(self) -> list[Event]:
        """Every event so far."""
        return list(self._events)

    def read(self) -> list[Event]:
        """What a client sees now; reading a lagging log brings it nearer to whole."""
        held_back = self._lag_reads * LAG_LINES
        self._lag_reads = max(0, self._lag_reads - 1)
        return self._events[: max(0, len(self._events) - held_back)]


def _load(path: Path) -> list[Event]:
    if not path.exists():
        return []
    events = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            events.append(Event(**json.loads(line)))
        except (ValueError, TypeError):
            break
    return events
