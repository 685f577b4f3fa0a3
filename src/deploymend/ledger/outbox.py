"""Remembers what was sent to whom, so that nobody is told twice."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from deploymend.ledger.database import Database, insert_if_new
from deploymend.ledger.tables import MESSAGES
from deploymend.ports import Channel


class SqlOutbox:
    """Implements ports.Outbox."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, key: str, channel: str, *, at: datetime) -> Channel:
        """Ask right before sending; NEW marks the message as being sent."""

        def work(connection: sa.Connection) -> Channel:
            here = sa.and_(MESSAGES.c.key == key, MESSAGES.c.channel == channel)
            mark = {"state": "sending", "claimed_at": at.isoformat(), "reason": ""}
            if insert_if_new(connection, sa.insert(MESSAGES).values(key=key, channel=channel, tries=1, **mark)):
                return Channel.NEW
            # One statement finds and marks, so that of two processes only one is told NEW.
            again = sa.update(MESSAGES).where(here, MESSAGES.c.state == "failed")
            if connection.execute(again.values(tries=MESSAGES.c.tries + 1, **mark)).rowcount:
                return Channel.NEW
            state = connection.execute(sa.select(MESSAGES.c.state).where(here)).scalar_one()
            return Channel.SENT if state == "sent" else Channel.UNSURE

        return await self._database.run(work)

    async def settle(self, key: str, channel: str, *, delivered: bool, reason: str = "") -> None:
        """Say how sending ended. A message that was sent stays sent."""
        here = sa.and_(MESSAGES.c.key == key, MESSAGES.c.channel == channel, MESSAGES.c.state != "sent")
        values = {"state": "sent" if delivered else "failed", "reason": reason}
        await self._database.run(lambda connection: connection.execute(sa.update(MESSAGES).where(here).values(values)))
