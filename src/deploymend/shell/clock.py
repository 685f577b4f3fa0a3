"""The door to time."""

from __future__ import annotations

from datetime import UTC, datetime


class SystemClock:
    """Implements ports.Clock: the real time."""

    def now(self) -> datetime:
        """The current moment, aware UTC."""
        return datetime.now(UTC)
