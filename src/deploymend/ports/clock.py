"""Time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The only source of time in the loop."""

    def now(self) -> datetime:
        """The current moment, aware UTC."""
        ...
