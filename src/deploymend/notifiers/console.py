"""Prints messages where deploymend runs."""

from __future__ import annotations

from collections.abc import Callable

from deploymend.core.message import Message


class ConsoleNotifier:
    """Implements ports.Notifier over a function that prints."""

    name = "console"

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    async def send(self, message: Message) -> None:
        """Print the plain text."""
        self._write(message.text)
