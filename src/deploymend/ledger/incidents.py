"""Keeps incidents for people to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from deploymend import records
from deploymend.core.incident import Incident, IncidentState
from deploymend.errors import ConfigurationError, NotFoundError
from deploymend.ledger.database import Database, insert_if_new
from deploymend.ledger.tables import INCIDENTS

MAX_NUMBER = 2**31 - 1


class SqlIncidentStore:
    """Implements ports.IncidentStore."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, incident: Incident) -> int:
        """Keep its newest state. Returns its number, counted from 1."""
        values = {
            "project": incident.project,
            "branch": incident.branch,
            "state": incident.state.value,
            "opened_at": incident.opened_at.isoformat(),
            "record": records.dumps(incident),
        }

        def work(connection: sa.Connection) -> int:
            update = sa.update(INCIDENTS).where(INCIDENTS.c.id == incident.id).values(values)
            insert = sa.insert(INCIDENTS).values(id=incident.id, **values)
            if not connection.execute(update).rowcount and not insert_if_new(connection, insert):
                connection.execute(update)  # another process made the row between the two
            number = connection.execute(sa.select(INCIDENTS.c.number).where(INCIDENTS.c.id == incident.id)).scalar_one()
            return int(number)

        return await self._database.run(work)

    async def load(self, reference: str) -> tuple[int, Incident]:
        """By number, id, or the unambiguous beginning of an id. Raises NotFoundError, saying which there are."""
        number = int(reference) if reference.isdecimal() and int(reference) <= MAX_NUMBER else -1
        prefix = INCIDENTS.c.id.startswith(reference, autoescape=True)
        query = sa.select(INCIDENTS).where(sa.or_(INCIDENTS.c.number == number, prefix)).order_by(INCIDENTS.c.number)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        exact = [row for row in rows if row.number == number or row.id == reference]
        if (found := exact or (rows if len(rows) == 1 else [])) and reference:
            return _read(found[0])
        if rows:
            names = ", ".join(row.id for row in rows[:5])
            raise NotFoundError(
                f"more than one incident begins with {reference!r}: {names}", next_step="write more of it"
            )
        raise NotFoundError(f"there is no incident {reference!r}", next_step="list them with `deploymend incidents`")

    async def list(self, *, project: str | None = None, limit: int = 50) -> Sequence[tuple[int, Incident]]:
        """The newest first."""
        query = sa.select(INCIDENTS).order_by(INCIDENTS.c.number.desc()).limit(limit)
        if project is not None:
            query = query.where(INCIDENTS.c.project == project)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [_read(row) for row in rows]

    async def on_branch(self, project: str, branch: str) -> tuple[int, Incident] | None:
        """The open incident of a branch, if there is one."""
        query = (
            sa.select(INCIDENTS)
            .where(INCIDENTS.c.project == project, INCIDENTS.c.branch == branch)
            .where(INCIDENTS.c.state == IncidentState.OPEN.value)
            .order_by(INCIDENTS.c.number.desc())
        )
        row = await self._database.run(lambda connection: connection.execute(query).first())
        return _read(row) if row is not None else None


def _read(row: sa.Row[Any]) -> tuple[int, Incident]:
    try:
        return row.number, records.loads(row.record)
    except ValueError as error:
        msg = f"incident {row.number} ({row.id}) cannot be read: it was written by a newer deploymend, or is damaged"
        raise ConfigurationError(msg, next_step="update deploymend; nothing was changed") from error
