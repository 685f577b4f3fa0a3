"""The read side: what is kept of incidents, for the command line. It needs no token and no engine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from deploymend.config import Config, resolve, state_folder
from deploymend.ledger import Database, Memory, SqlIncidentStore, SqlLedger, SqlOutbox, open_database


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Everything kept in our own tables and files."""

    database: Database
    store: SqlIncidentStore
    outbox: SqlOutbox
    ledger: SqlLedger


def database_address(config: Config, environment: Mapping[str, str]) -> str | None:
    """Where everything is kept, when not in the state folder; with the driver that deploymend brings."""
    if config.storage.database_url is None:
        return None
    address = resolve(config.storage.database_url, environment)
    return address.replace("postgresql://", "postgresql+psycopg://", 1)


def open_kept(config: Config, environment: Mapping[str, str]) -> History:
    """Open it; the caller closes `database`."""
    folder = state_folder(environment)
    database = open_database(folder, url=database_address(config, environment))
    memory = Memory(config.memory.folder or folder)
    return History(
        database=database,
        store=SqlIncidentStore(database),
        outbox=SqlOutbox(database),
        ledger=SqlLedger(database, memory),
    )


@asynccontextmanager
async def open_history(config: Config, environment: Mapping[str, str]) -> AsyncIterator[History]:
    """The same, closed at the end."""
    history = open_kept(config, environment)
    try:
        yield history
    finally:
        history.database.close()
