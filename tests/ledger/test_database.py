"""Opening the database: new, again, by two at once, newer than we are, broken, out of reach."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from deploymend.errors import BuildEnvironmentError, ConfigurationError
from deploymend.ledger import Database, SqlIncidentStore, open_database
from deploymend.ledger.database import REVISION
from deploymend.ledger.tables import METADATA
from deploymend.testing.samples import sample_incident

OPEN = """\
import sys
from pathlib import Path
from deploymend.ledger import open_database
sys.stdin.read(1)
open_database(Path(sys.argv[1]), url=sys.argv[2]).close()
"""


def test_a_new_database_has_the_tables_as_declared(database: Database) -> None:
    """What the migrations make is what the queries expect: names, types, keys and indexes."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        assert connection.execute(sa.text("select version_num from alembic_version")).scalars().all() == [REVISION]


async def test_opening_again_keeps_what_is_there(address: str, tmp_path: Path) -> None:
    """The second opening migrates nothing and loses nothing."""
    for _ in range(2):
        database = open_database(tmp_path, url=address)
        assert await SqlIncidentStore(database).save(sample_incident()) == 1
        database.close()


@pytest.mark.slow
def test_two_that_open_a_new_database_at_once_both_succeed(address: str, tmp_path: Path) -> None:
    """One migrates, the other waits for it."""
    argv = [sys.executable, "-c", OPEN, str(tmp_path), address]
    both = [subprocess.Popen(argv, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    said = [process.communicate("x", timeout=120)[1] for process in both]
    assert [process.returncode for process in both] == [0] * 4, said


def test_the_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    """Without an address the file lies in the state folder."""
    open_database(tmp_path / "a" / "b").close()
    assert (tmp_path / "a" / "b" / "ledger.sqlite").is_file()


def test_a_database_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    """An older deploymend does not write into what it does not know; the file stays as it is, byte for byte."""
    open_database(tmp_path).close()
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match=f"newer deploymend: revision 9999, not {REVISION}") as caught:
        open_database(tmp_path)
    assert "update deploymend" in caught.value.next_step
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database " * 400, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_broken_file_is_told_and_kept(tmp_path: Path, content: bytes) -> None:
    """The message names the folder and a way out; nobody's data is thrown away."""
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(BuildEnvironmentError, match="cannot be opened") as caught:
        open_database(tmp_path)
    assert str(tmp_path) in caught.value.message
    assert "move the file away" in caught.value.next_step
    assert path.read_bytes() == content


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    """What a full disk may have left: nothing is lost by beginning there."""
    (tmp_path / "ledger.sqlite").touch()
    open_database(tmp_path).close()
    assert (tmp_path / "ledger.sqlite").stat().st_size > 0


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "state").write_text("mine")
    with pytest.raises(BuildEnvironmentError, match="cannot be made") as caught:
        open_database(tmp_path / "state")
    assert caught.value.next_step
    assert (tmp_path / "state").read_text() == "mine"


@pytest.mark.parametrize(
    "url", ["nonsense", "mongo://host/db", "postgresql+psycopg://u:geheim@host:port/db", "postgresql+nodriver://h/db"]
)
def test_an_address_that_makes_no_sense(tmp_path: Path, url: str) -> None:
    """It is the user's to mend, and the message shows no password."""
    with pytest.raises(ConfigurationError, match="address cannot be used") as caught:
        open_database(tmp_path, url=url)
    assert "postgresql+psycopg://" in caught.value.next_step
    assert "geheim" not in caught.value.message


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """The address is named, its password is not."""
    url = f"postgresql+psycopg://user:geheim@/db?host={tmp_path}"
    with pytest.raises(BuildEnvironmentError, match="cannot be opened") as caught:
        open_database(tmp_path, url=url)
    assert "user:***@" in caught.value.message
    assert "geheim" not in caught.value.message


async def test_a_database_that_fails_later_is_told(tmp_path: Path) -> None:
    """The disk may go at any time: a clear error, not a driver's."""
    database = open_database(tmp_path)
    with pytest.raises(BuildEnvironmentError, match="database of incidents failed") as caught:
        await database.run(lambda connection: connection.execute(sa.text("select * from nowhere")))
    assert caught.value.next_step
    database.close()


async def test_a_row_of_a_newer_version_is_told_with_its_number(database: Database) -> None:
    """A record that this version cannot read names itself; the row stays."""
    store = SqlIncidentStore(database)
    await store.save(sample_incident())
    with database.engine.begin() as connection:
        connection.execute(sa.text('update deploymend_incidents set record = \'{"$": "incident2", "v": {}}\''))
    for reading in (store.load("1"), store.list(), store.on_branch("shop", "main")):
        with pytest.raises(ConfigurationError, match=r"incident 1 \(shop-1\) cannot be read") as caught:
            await reading
        assert "update deploymend" in caught.value.next_step
