"""Opens the database of our own tables and brings it to this version's shape."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from deploymend.errors import BuildEnvironmentError, ConfigurationError

REVISION = "0001"
"""The newest migration; `migrations/versions` holds them all."""

T = TypeVar("T")


class Database:
    """A connection pool with one habit: work is done in a short transaction on a thread, never on the event loop."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    async def run(self, work: Callable[[sa.Connection], T]) -> T:
        """Do `work` in one transaction. Raises BuildEnvironmentError when the database cannot do it (disk full,
        gone).
        """

        def transact() -> T:
            with self.engine.begin() as connection:
                return work(connection)

        try:
            return await asyncio.to_thread(transact)
        except sa.exc.DBAPIError as error:
            msg = f"the database of incidents failed: {error.orig}"
            raise BuildEnvironmentError(msg, next_step="check the disk, or the database server") from error

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def open_database(folder: Path, *, url: str | None = None) -> Database:
    """The database in `folder`, or at `url` (Postgres or SQLite), created and migrated where needed.

    Raises ConfigurationError for an address it cannot use or a database written by a newer version, which is left as it
    is; BuildEnvironmentError when it cannot be opened.
    """
    if url is None:
        folder.mkdir(parents=True, exist_ok=True)
    try:
        engine = sa.create_engine(url or f"sqlite:///{folder / 'ledger.sqlite'}")
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        msg = f"the database address cannot be used: {error}"
        raise ConfigurationError(msg, next_step="write postgresql+psycopg://… or sqlite:///…") from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _tune)
    try:
        with engine.begin() as connection:
            _migrate(connection)
    except sa.exc.DBAPIError as error:
        where = folder if url is None else engine.url.render_as_string(hide_password=True)
        msg = f"the database of incidents in {where} cannot be opened: {error.orig}"
        cure = "move the file away to begin anew, or check the disk, the folder's rights or the server"
        raise BuildEnvironmentError(msg, next_step=cure) from error
    return Database(engine)


def _tune(connection: Any, _record: Any) -> None:
    for pragma in ("journal_mode=wal", "synchronous=normal", "busy_timeout=30000"):
        connection.execute(f"pragma {pragma}")


def _migrate(connection: sa.Connection) -> None:
    current = _revision(connection)
    if current == REVISION:
        return
    if current is not None and current > REVISION:
        msg = f"the database of incidents was written by a newer deploymend: revision {current}, not {REVISION}"
        raise ConfigurationError(msg, next_step="update deploymend; nothing was changed")
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("select version_num from alembic_version")).scalar()
