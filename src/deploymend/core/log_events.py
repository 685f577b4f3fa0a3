"""A build log from the events of Vercel's API (vercel.com/docs/rest-api, "Get deployment events").

The same log comes as a JSON array, as `{"events": […]}` or as a JSON object a line; an event carries its text flat or
under `payload`, or it only tells that a name was assigned. Follow mode adds keep-alive objects without a date.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deploymend.core.buildlog import clean_log
from deploymend.core.encoding import split_lines
from deploymend.core.model import BuildLog
from deploymend.core.sections import ends_build

_DEBUG_MARK = "[now-builder-debug] "
_FINAL_STATES = frozenset({"READY", "ERROR", "CANCELED", "BLOCKED", "DELETED"})
_TEXT_TYPES = frozenset({"command", "stdout", "stderr", "fatal", "report", "exit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEvent:
    """One event of a build. `text` may hold several lines; it is empty for events that only tell a state."""

    type: str
    created_ms: int
    text: str = ""
    id: str = ""
    """Empty when the platform gave none."""
    serial: str = ""
    level: str = ""
    """`error`, `warning` or empty. stderr alone is no error: npm and vite print progress there."""
    state: str = ""
    """The deployment's state that the event reports, upper case; empty for most."""

    @property
    def final(self) -> bool:
        """True when nothing comes after the lines around this event: the build's last line, or a final state."""
        return self.state in _FINAL_STATES or any(ends_build(line) for line in self.text.split("\n"))


def parse_events(body: str) -> tuple[LogEvent, ...]:
    """The events of an answer in any of its shapes, in the order they happened, each once.

    A truncated last line, keep-alive objects and what is no event are left out. Never raises.
    """
    unique: dict[object, LogEvent] = {}
    for index, event in enumerate(_events(body)):
        unique.setdefault(event.id or index, event)
    return tuple(sorted(unique.values(), key=lambda event: (event.created_ms, event.serial)))


def log_from_events(events: Iterable[LogEvent]) -> BuildLog:
    """The build log that the events hold; `complete` once one of them is final."""
    ordered = tuple(events)
    lines = [
        line.removeprefix(_DEBUG_MARK)
        for event in ordered
        if event.type in _TEXT_TYPES
        for line in split_lines(event.text.removesuffix("\n"))
    ]
    return clean_log(lines, complete=any(event.final for event in ordered))


def _events(body: str) -> Iterator[LogEvent]:
    for value in _values(body):
        if isinstance(value, dict) and (event := _event(value)):
            yield event


def _values(body: str) -> Iterator[object]:
    """The JSON values in an answer: those of its one array, or one a line."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        for line in body.split("\n"):
            yield from _line_value(line)
        return
    if isinstance(whole, dict) and isinstance(whole.get("events"), list):
        whole = whole["events"]
    yield from whole if isinstance(whole, list) else (whole,)


def _line_value(line: str) -> Iterator[object]:
    trimmed = line.strip().strip(",[]")
    if trimmed.startswith("{"):
        try:
            yield json.loads(trimmed)
        except (ValueError, RecursionError):
            return


def _event(value: dict[object, object]) -> LogEvent | None:
    payload = value.get("payload")
    inner = payload if isinstance(payload, dict) else {}
    created = _first_number(value.get("created"), value.get("date"), inner.get("date"), inner.get("created"))
    if value.get("event") == "state":  # the oldest shape: {"event": "state", "payload": {"value": "READY"}}
        return LogEvent(type="deployment-state", created_ms=created or 0, state=_text(inner.get("value")).upper())
    if created is None:
        return None
    info = value.get("info") or inner.get("info")
    return LogEvent(
        type=_text(value.get("type")) or "stdout",
        created_ms=created,
        text=_text(value.get("text")) or _text(inner.get("text")),
        id=_text(value.get("id")) or _text(inner.get("id")),
        serial=_text(value.get("serial")) or _text(inner.get("serial")),
        level=_text(value.get("level")) or _text(inner.get("level")),
        state=_text(info.get("readyState")).upper() if isinstance(info, dict) else "",
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _first_number(*values: object) -> int | None:
    for value in values:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 2**63:
            return int(value)
    return None
