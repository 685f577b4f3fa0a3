"""Watches what a job uses and ends it when it is too much.

Memory, the number of processes and the free disk have no limit that an ordinary user can set for a whole group of
processes without control groups, so they are looked at a few times a second. Reads Linux's /proc (man 5 proc); where
there is none (macOS) only the disk is watched.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploymend.shell.process import Limits, run
from deploymend.shell.sandbox import Job, JobEnd, JobLimits

INTERVAL_SECONDS = 0.25
_PROC = Path("/proc")
_PAGE_FIELDS = (b"RssAnon:", b"RssShmem:")
_DIGITS = frozenset("0123456789")


class Watch:
    """Looks after one job; `stopped` says which limit ended it."""

    def __init__(self, limits: JobLimits, disk: Path) -> None:
        self.stopped: str | None = None
        self._limits = limits
        self._disk = disk
        self._task: asyncio.Task[None] | None = None

    def begin(self, pid: int) -> None:
        """Start looking; `pid` is the job's first process and its group."""
        self._task = asyncio.get_running_loop().create_task(self._look(pid))

    async def end(self) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _look(self, pid: int) -> None:
        while self.stopped is None:
            await asyncio.sleep(INTERVAL_SECONDS)
            self.stopped = await asyncio.to_thread(self._over, pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)

    def _over(self, pid: int) -> str | None:
        family = descendants(pid)
        if len(family) > self._limits.processes:
            return "processes"
        if sum(map(memory_bytes, family)) > self._limits.memory_bytes:
            return "memory"
        return "disk" if shutil.disk_usage(self._disk).free < self._limits.disk_reserve_bytes else None


async def run_watched(job: Job, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str]) -> JobEnd:
    """Run what a sandbox makes of a job, within the job's limits. Raises BuildEnvironmentError: it cannot start."""
    watch = Watch(job.limits, job.disk)
    try:
        completed = await run(
            argv,
            cwd=cwd,
            env=env,
            timeout_seconds=job.limits.timeout_seconds,
            on_line=job.on_line,
            on_start=watch.begin,
            limits=Limits(file_size_bytes=job.limits.file_size_bytes),
            separate_stderr=job.separate_stderr,
        )
    finally:
        await watch.end()
    return JobEnd(completed=completed, stopped=watch.stopped or ("time" if completed.timed_out else None))


def descendants(pid: int) -> list[int]:
    """The process and all that came of it and still have a parent among them."""
    children: dict[int, list[int]] = {}
    for child, parent in _parents():
        children.setdefault(parent, []).append(child)
    found = [pid]
    for known in found:
        found += children.get(known, [])
    return found


def memory_bytes(pid: int) -> int:
    """The memory a process has for itself or shares through /tmp; 0 when it is gone."""
    try:
        status = (_PROC / str(pid) / "status").read_bytes()
    except OSError:
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith(_PAGE_FIELDS)]
    return sum(int(line[1]) * 1024 for line in lines if len(line) > 1)


def kill_marked(mark: str) -> None:
    """End every process that carries this text in its environment: those that left their group and their parent."""
    for name in _process_names():
        with contextlib.suppress(OSError):
            if mark.encode() in (_PROC / name / "environ").read_bytes() and int(name) != os.getpid():
                os.kill(int(name), signal.SIGKILL)


def _process_names() -> list[str]:
    try:
        return [name for name in os.listdir(_PROC) if _DIGITS.issuperset(name)]  # noqa: PTH208 - names, thousands
    except OSError:
        return []


def _parents() -> list[tuple[int, int]]:
    """(process, parent) of all processes. The name in field 2 may hold anything, so read after its last bracket."""
    pairs = []
    for name in _process_names():
        try:
            fields = (_PROC / name / "stat").read_bytes().rpartition(b")")[2].split()
        except OSError:
            continue
        pairs.append((int(name), int(fields[1])))
    return pairs
