"""Telling people, each message once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from deploymend.core.message import Message


class Notifier(Protocol):
    """Tells people, over one channel."""

    @property
    def name(self) -> str:
        """How the channel is called in `incidents`, without secrets: `console`, `slack`."""
        ...

    async def send(self, message: Message) -> None:
        """Deliver it. Raises TransientError when it may work later, ServiceError when it will not."""
        ...


class Channel(StrEnum):
    """Where a message stands on one channel."""

    NEW = "new"
    """Never tried, or tried and known not to have arrived: it may be sent."""
    SENT = "sent"
    UNSURE = "unsure"
    """The program ended while sending: it may have arrived, so it is not sent again by itself."""


class Outbox(Protocol):
    """Remembers what was sent to whom, so that nobody is told twice."""

    async def claim(self, key: str, channel: str, *, at: datetime) -> Channel:
        """Ask right before sending. NEW: the message is now marked as being sent; call `settle` when that ended."""
        ...

    async def settle(self, key: str, channel: str, *, delivered: bool, reason: str = "") -> None:
        """Say how sending ended: `delivered` makes it SENT for good, otherwise it may be tried again."""
        ...
