"""Reading JSON that somebody else shaped: every reader takes any value and never raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

Record = Mapping[str, object]


def record(value: object) -> Record:
    """The value when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def records(value: object) -> list[Record]:
    """The objects of an array; anything else in it is left out, and anything but an array has none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(source: Record, *keys: str) -> str | None:
    """The first of these keys that holds a text that is not empty."""
    for key in keys:
        value = source.get(key)
        if isinstance(value, str) and value.strip():
            return value
    return None


def moment(source: Record, *keys: str) -> datetime | None:
    """The first of these keys that holds a time in milliseconds since 1970, as aware UTC."""
    for key in keys:
        value = source.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            try:
                return datetime.fromtimestamp(value / 1000, UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def milliseconds(at: datetime) -> int:
    """A moment as the API writes it; rounded, because a float of seconds may lie just below its millisecond."""
    return round(at.timestamp() * 1000)
