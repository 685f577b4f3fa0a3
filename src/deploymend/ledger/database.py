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

_MIGRATION_LOCK = 4_273_365
"""Any number that no other program is likely to lock by in the same database."""

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
    engine = _engine(url or _in_folder(folder))
    try:
        with engine.begin() as connection:
            _migrate(connection)
    except sa.exc.DBAPIError as error:
        engine.dispose()
        where = folder if url is None else engine.url.render_as_string(hide_password=True)
        msg = f"the database of incidents in {where} cannot be opened: {error.orig}"
        cure = "move the file away to begin anew, or check the disk, the folder's rights or the server"
        raise BuildEnvironmentError(msg, next_step=cure) from error
    except ConfigurationError:
        engine.dispose()
        raise
    return Database(engine)


def _in_folder(folder: Path) -> str:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"the folder for the database of incidents cannot be made: {folder}: {error.strerror}"
        raise BuildEnvironmentError(msg, next_step="check the folder's rights, or name another one") from error
    return f"sqlite:///{folder / 'ledger.sqlite'}"


def _engine(url: str) -> sa.Engine:
    try:
        engine = sa.create_engine(url)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        msg = f"the database address cannot be used: {error}"
        raise ConfigurationError(msg, next_step="write postgresql+psycopg://… or sqlite:///…") from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _tune)
        sa.event.listen(engine, "begin", _begin)
    return engine


def _tune(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin in _begin, not where Python's driver guesses
    for pragma in ("busy_timeout=30000", "journal_mode=wal", "synchronous=normal"):
        connection.execute(f"pragma {pragma}")


def _begin(connection: sa.Connection) -> None:
    """Take the write lock at once: what is read first may then decide what is written, with two processes at work."""
    connection.exec_driver_sql("begin immediate")


def insert_if_new(connection: sa.Connection, insert: sa.Insert) -> bool:
    """False when the row is already there, also when another process makes it at this moment."""
    try:
        with connection.begin_nested():
            connection.execute(insert)
    except sa.exc.IntegrityError:
        return False
    return True


def _migrate(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":  # two that start at once take turns; SQLite's transactions do so anyway
        connection.exec_driver_sql(f"select pg_advisory_xact_lock({_MIGRATION_LOCK})")
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
