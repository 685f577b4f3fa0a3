"""Sends one message over all channels, to each at most once, and says who has it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence

from deploymend.core.incident import Telling
from deploymend.core.message import Message
from deploymend.core.redact import redact
from deploymend.errors import DeploymendError
from deploymend.ports import Channel, Clock, Notifier, Outbox

LONGEST_SECONDS = 15.0
"""How long a message on its way may hold up the end of the program."""


async def deliver(
    message: Message, notifiers: Sequence[Notifier], outbox: Outbox, *, told: Telling | None, clock: Clock
) -> Telling:
    """Try every channel that has not got the message yet. Never raises: what failed is in the answer.

    Right before sending, the channel is marked as being sent to; a mark without an end was left by a crash, and
    then the message may have arrived: it counts as `unsure` and is not sent again by itself.
    """
    delivered: list[str] = []
    undelivered: list[str] = []
    unsure: list[str] = []
    reasons: list[str] = []
    for notifier in notifiers:
        state = await outbox.claim(message.key, notifier.name, at=clock.now())
        if state is Channel.NEW:
            reason = await _to_the_end(_send(message, notifier, outbox))
            (undelivered if reason else delivered).append(notifier.name)
            reasons += [reason] if reason else []
        else:
            (delivered if state is Channel.SENT else unsure).append(notifier.name)
    return Telling(
        kind=message.kind,
        tries=(told.tries if told else 0) + 1,
        delivered=tuple(delivered),
        undelivered=tuple(undelivered),
        unsure=tuple(unsure),
        reasons=tuple(reasons),
    )


async def _to_the_end(sending: Coroutine[None, None, str]) -> str:
    """What is on its way is waited for also when Ctrl-C comes meanwhile: otherwise nobody knew whether it arrived."""
    task = asyncio.create_task(sending)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=LONGEST_SECONDS)
        raise


async def _send(message: Message, notifier: Notifier, outbox: Outbox) -> str:
    """Why it did not arrive; empty when it did."""
    try:
        await notifier.send(message)
    except DeploymendError as error:
        reason = redact(f"{notifier.name}: {error.message}")
        await outbox.settle(message.key, notifier.name, delivered=False, reason=reason)
        return reason
    await outbox.settle(message.key, notifier.name, delivered=True)
    return ""
