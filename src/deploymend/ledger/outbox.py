"""Remembers what was sent to whom, so that nobody is told twice."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from deploymend.ledger.database import Database
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
            row = connection.execute(sa.select(MESSAGES.c.state).where(here).with_for_update()).first()
            mark = {"state": "sending", "claimed_at": at.isoformat(), "reason": ""}
            if row is None:
                connection.execute(sa.insert(MESSAGES).values(key=key, channel=channel, tries=1, **mark))
                return Channel.NEW
            if row.state == "sent":
                return Channel.SENT
            if row.state == "sending":
                return Channel.UNSURE
            connection.execute(sa.update(MESSAGES).where(here).values(tries=MESSAGES.c.tries + 1, **mark))
            return Channel.NEW

        return await self._database.run(work)

    async def settle(self, key: str, channel: str, *, delivered: bool, reason: str = "") -> None:
        """Say how sending ended. A message that was sent stays sent."""
        here = sa.and_(MESSAGES.c.key == key, MESSAGES.c.channel == channel, MESSAGES.c.state != "sent")
        values = {"state": "sent" if delivered else "failed", "reason": reason}
        await self._database.run(lambda connection: connection.execute(sa.update(MESSAGES).where(here).values(values)))
