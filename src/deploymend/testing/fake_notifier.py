"""A channel in memory: the fake of the port `Notifier`."""

from __future__ import annotations

from deploymend.core.message import Message
from deploymend.errors import ServiceError


class FakeNotifier:
    """`sent` holds what arrived. While `trouble` is set, each sending raises it instead."""

    def __init__(self, name: str = "fake", *, trouble: ServiceError | None = None) -> None:
        self.name = name
        self.trouble = trouble
        self.sent: list[Message] = []

    async def send(self, message: Message) -> None:
        """Take the message."""
        if self.trouble is not None:
            raise self.trouble
        self.sent.append(message)
