"""Databases for the ledger's tests: SQLite in a folder, and a Postgres server of our own where one is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from deploymend.ledger import Database, open_database


def _program(name: str) -> str | None:
    """On PATH, or where Debian puts it: servers of several versions stand side by side."""
    debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(debian[-1]) if debian else None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server of our own, without a database's name: `{}` stands for it. It listens on no port."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip("no Postgres server is installed here")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short: the socket's path may have 107 bytes
    user = "nobody" if os.geteuid() == 0 else None  # Postgres refuses to run as root
    if user:
        shutil.chown(folder, user)
    data, log = str(folder / "data"), str(folder / "log")
    _run(initdb, "-D", data, "-A", "trust", "-U", "tester", "--no-sync", user=user, cwd=folder)
    options = f"-k {folder} -c listen_addresses='' -c fsync=off"
    _run(pg_ctl, "-D", data, "-o", options, "-l", log, "-w", "start", user=user, cwd=folder)
    yield f"postgresql+psycopg://tester@/{{}}?host={folder}"
    _run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop", user=user, cwd=folder)
    shutil.rmtree(folder)


def _run(*argv: str, user: str | None, cwd: Path) -> None:
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, user=user, cwd=cwd)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    server: str = request.getfixturevalue("postgres")
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server.format("postgres").replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return server.format(name)


@pytest.fixture
def database(address: str, tmp_path: Path) -> Iterator[Database]:
    """It, opened and migrated."""
    opened = open_database(tmp_path, url=address)
    yield opened
    opened.close()
