"""The nursery: deploymend's `watch` in processes that are killed at a chosen point."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from deploymend.workflows.engine import MAX_RECOVERIES

HERE = Path(__file__).parent
LONGEST_SECONDS = 120.0
KILLED = -9

Kill = tuple[str, str] | tuple[str, str, int]
"""When, what, and the how-manieth time if not the first."""


class Nursery:
    """Starts deploymend in processes that may die; see crash_child.py."""

    def __init__(self, trace: IO[bytes]) -> None:
        argv = [sys.executable, "-W", "ignore", str(HERE / "crash_child.py")]
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}
        self.max_recoveries = MAX_RECOVERIES
        self._program = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=trace, env=env)

    async def kill_around(self, stage: Any, action: str, *, nth: int = 1) -> None:
        """Kill one child before the n-th `action`, the next one inside it, the next one after it; then let one end."""
        assert await self.run(stage, kill=("before", action, nth)) == KILLED
        assert await self.run(stage, kill=("inside", action)) == KILLED
        assert await self.run(stage, kill=("after", action)) == KILLED
        assert await self.run(stage) == 0

    async def run(self, stage: Any, *, kill: Kill | None = None, incidents: int = 1) -> int:
        """Let a child watch until `incidents` have ended or it is killed at a point; its exit code."""
        point = {"when": kill[0], "what": kill[1], "nth": kill[2] if len(kill) == 3 else 1} if kill else None
        order = {
            "config": str(stage.config),
            "environment": stage.environment,
            "incidents": incidents,
            "max_recoveries": self.max_recoveries,
            "kill": point,
        }
        assert self._program.stdin is not None
        self._program.stdin.write(json.dumps(order).encode() + b"\n")
        self._program.stdin.flush()
        pid = (await self._answer())["pid"]
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return (await self._answer())["exit"]
        except TimeoutError:
            os.kill(pid, 9)
            raise

    async def _answer(self) -> dict[str, int]:
        assert self._program.stdout is not None
        line = await asyncio.to_thread(self._program.stdout.readline)
        answer: dict[str, int] = json.loads(line)
        return answer

    def close(self) -> None:
        """No more children."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.close()
        self._program.wait(timeout=60)
        self._program.stdout.close()


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """One for all tests of a run."""
    path = tmp_path_factory.mktemp("nursery") / "trace.log"
    with path.open("ab") as trace:
        nursery = Nursery(trace)
        yield nursery
        nursery.close()
