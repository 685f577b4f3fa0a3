"""`deploymend watch` as a user runs it: one at a time, and Ctrl-C in the middle of a build."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from deploymend.core.incident import IncidentState

pytestmark = pytest.mark.slow
LONGEST_SECONDS = 120.0
LONG_BUILD = {
    "build.js": (
        'const { mkdirSync, writeFileSync } = require("node:fs");\n'
        "// Only the platform knows a deployment: anywhere else this takes long.\n"
        "if (!process.env.VERCEL_DEPLOYMENT_ID) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);\n"
        'const { label } = require("./src/main");\n'
        'mkdirSync("dist", { recursive: true });\n'
        'writeFileSync("dist/index.html", label);\n'
    )
}


class Watch:
    """A running `deploymend watch`."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def output(self) -> str:
        """What it printed so far."""
        return self._log.read_text(encoding="utf-8")

    async def until(self, good: Callable[[], bool]) -> None:
        """Wait until something is so, as long as it runs."""
        async with asyncio.timeout(LONGEST_SECONDS):
            while not good():
                assert self.process.returncode is None, self.output
                await asyncio.sleep(0.05)

    async def ended(self) -> int:
        """Its exit code."""
        async with asyncio.timeout(LONGEST_SECONDS):
            return await self.process.wait()

    def descendants(self) -> dict[int, str]:
        """The processes below it, with their command lines."""
        children: dict[int, list[int]] = {}
        lines = {}
        for pid, parent, line in _processes():
            children.setdefault(parent, []).append(pid)
            lines[pid] = line
        found: list[int] = []
        new = [self.process.pid]
        while new:
            new = [child for pid in new for child in children.get(pid, [])]
            found += new
        return {pid: lines[pid] for pid in found}


def _processes() -> list[tuple[int, int, str]]:
    listing = subprocess.run(["ps", "-axo", "pid=,ppid=,args="], check=True, capture_output=True, text=True).stdout
    rows = [line.split(None, 2) for line in listing.splitlines()]
    return [(int(row[0]), int(row[1]), row[2]) for row in rows if len(row) == 3]


@asynccontextmanager
async def watching(stage: Any, name: str = "watch") -> AsyncIterator[Watch]:
    """Start one; whatever a failing test leaves is ended."""
    log = stage.folder / f"{name}.log"
    argv = (sys.executable, "-m", "deploymend", "watch", "--no-model", "--config", str(stage.config))
    env = {**stage.environment, "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *argv, env=env, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
        )
    try:
        yield Watch(process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_only_one_watches_a_configuration(stage: Any) -> None:
    """The second one ends at once with exit code 2 and says who is at work; the first one is not disturbed."""
    await stage.project()
    stage.configure()
    async with watching(stage) as first:
        await first.until(lambda: any((stage.folder / "state").glob("engines/*/engine.sqlite")))
        async with watching(stage, "second") as second:
            assert await second.ended() == 2
        assert f"another deploymend (process {first.process.pid}) already works on" in second.output
        assert "deploymend incidents" in second.output
        first.process.send_signal(signal.SIGINT)
        assert await first.ended() == 0


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
async def test_an_interrupted_build_leaves_nothing_running_and_goes_on_later(
    stage: Any, wrong_case: Any, sign: signal.Signals
) -> None:
    """Ctrl-C while a build runs here: exit code 0, no process left behind; the next start finishes the incident."""
    remote = await stage.project()
    stage.configure()
    broken = await remote.push({**LONG_BUILD, **wrong_case})
    async with watching(stage) as watch:
        await watch.until(lambda: any("node" in line and "build.js" in line for line in watch.descendants().values()))
        below = watch.descendants()
        watch.process.send_signal(sign)
        assert await watch.ended() == 0
    assert [row for row in _processes() if (row[0], row[2]) in below.items()] == []
    assert "what was under way goes on at the next start" in watch.output
    assert (await stage.incidents())[0].state is IncidentState.OPEN
    async with watching(stage, "again") as watch:
        await watch.until(lambda: bool(stage.inbox.kinds))
        watch.process.send_signal(sign)
        assert await watch.ended() == 0
    incident = await stage.told_once("success")
    (ours,) = await stage.ours()
    assert (await remote.history("main"))[:2] == [ours, broken]
    assert [attempt.number for attempt in incident.attempts] == [1]
