"""An outbox in memory: the fake of the port `Outbox`."""

from __future__ import annotations

from datetime import datetime

from deploymend.ports import Channel


class FakeOutbox:
    """`claims` holds every message and channel that was marked for sending, with the time, in order."""

    def __init__(self) -> None:
        self.claims: list[tuple[str, str, datetime]] = []
        self._states: dict[tuple[str, str], Channel] = {}

    async def claim(self, key: str, channel: str, *, at: datetime) -> Channel:
        """NEW marks the message as being sent."""
        state = self._states.get((key, channel), Channel.NEW)
        if state is Channel.NEW:
            self._states[key, channel] = Channel.UNSURE
            self.claims.append((key, channel, at))
        return state

    async def settle(self, key: str, channel: str, *, delivered: bool, reason: str = "") -> None:  # noqa: ARG002 - the port's
        """A message that was sent stays sent; one that was never claimed stays new."""
        if self._states.get((key, channel)) is Channel.UNSURE:
            self._states[key, channel] = Channel.SENT if delivered else Channel.NEW
