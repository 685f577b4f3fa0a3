"""How patiently an HTTP call is repeated. Waiting and chance come from outside, so that tests take no time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


def spread(limit_seconds: float) -> float:
    """A random time from 0 to the limit, so that many clients do not come back at the same moment."""
    return random.uniform(0.0, limit_seconds)  # noqa: S311 - spreads load, guards nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """The manners of Vercel's own command line (`check-deployment-status.ts` in github.com/vercel/vercel).

    `tries` counts the first one too; 1 never repeats. A wait is what the service asked for, kept between
    `shortest_wait_seconds` and `longest_wait_seconds`, or the shortest where it asked for none; then up to
    `skew_seconds` more by chance.
    """

    tries: int = 5
    shortest_wait_seconds: float = 5.0
    longest_wait_seconds: float = 60.0
    skew_seconds: float = 30.0
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    skew: Callable[[float], float] = spread

    async def wait(self, asked_seconds: float | None) -> None:
        """Sleep before the next try; `asked_seconds` is the service's own wish, None when it has none."""
        asked = self.shortest_wait_seconds if asked_seconds is None else asked_seconds
        kept = min(max(asked, self.shortest_wait_seconds), self.longest_wait_seconds)
        await self.pause(kept + self.skew(self.skew_seconds))


WHILE_SOMEBODY_WAITS = Retries(tries=3, shortest_wait_seconds=1.0, longest_wait_seconds=5.0, skew_seconds=1.0)
"""For a command's first question, with a person looking on: a service that is away is told within seconds."""
