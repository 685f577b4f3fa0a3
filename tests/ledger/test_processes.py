"""Several processes on one database, and processes that are killed in the middle of a write."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from deploymend.ledger import SqlIncidentStore, open_database

pytestmark = pytest.mark.slow

PROCESSES = 3
MESSAGES = 30

CLAIM = """\
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from deploymend.ledger import SqlOutbox, open_database

async def claim(folder, url, count):
    outbox = SqlOutbox(open_database(Path(folder), url=url))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(count)):
        state = await outbox.claim(f"message {number}", "chat", at=datetime.now(UTC))
        print(number, state.value, flush=True)
        if state.value == "new" and number % 2:
            await outbox.settle(f"message {number}", "chat", delivered=True)

asyncio.run(claim(*sys.argv[1:]))
"""

SAVE = """\
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from deploymend.ledger import SqlIncidentStore, open_database
from deploymend.testing.samples import sample_incident

async def save(folder, name):
    store = SqlIncidentStore(open_database(Path(folder)))
    print("ready", flush=True)
    sys.stdin.readline()
    turn = 0
    while True:
        turn += 1
        await store.save(replace(sample_incident(id=name), reason=f"{turn} " + "x" * 200_000))
        print(turn, flush=True)

asyncio.run(save(*sys.argv[1:]))
"""


def started(script: str, *arguments: str) -> subprocess.Popen[str]:
    """A process that has opened the database and waits for a line."""
    argv = [sys.executable, "-c", script, *arguments]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_of_several_processes_one_may_send_each_message(address: str, tmp_path: Path) -> None:
    """They claim the same messages as fast as they can: each message is new to exactly one of them."""
    processes = [started(CLAIM, str(tmp_path), address, str(MESSAGES)) for _ in range(PROCESSES)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[0].splitlines() for process in processes]
    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert [len(lines) for lines in said] == [MESSAGES] * PROCESSES
    new = Counter(line.split()[0] for lines in said for line in lines if line.endswith(" new"))
    assert new == {str(number): 1 for number in range(MESSAGES)}


async def test_a_process_killed_while_it_writes_leaves_the_store_readable(tmp_path: Path) -> None:
    """Killed again and again at any moment: what was saved is there, whole, and others read and write on."""
    for round_ in range(4):
        process = started(SAVE, str(tmp_path), f"shop-{round_}")
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        turns = [int(process.stdout.readline()) for _ in range(3 + round_)]
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
        database = open_database(tmp_path)
        number, incident = await SqlIncidentStore(database).load(f"shop-{round_}")
        turn, _, padding = incident.reason.partition(" ")
        assert number == round_ + 1
        assert int(turn) >= turns[-1]
        assert padding == "x" * 200_000
        assert len(await SqlIncidentStore(database).list()) == round_ + 1
        database.close()


async def test_two_processes_save_side_by_side(tmp_path: Path) -> None:
    """Each keeps its own incident; neither fails because the other writes, and a reader sees both."""
    processes = [started(SAVE, str(tmp_path), name) for name in ("shop-1", "site-1")]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(10)] == [f"{turn}\n" for turn in range(1, 11)]
    database = open_database(tmp_path)
    assert {incident.id for _, incident in await SqlIncidentStore(database).list()} == {"shop-1", "site-1"}
    database.close()
    for process in processes:
        process.kill()
        process.communicate(timeout=60)
