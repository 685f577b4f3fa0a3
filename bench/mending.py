"""Repairing a checkout

`deploymend fix` of the demo's broken app, against one plain `npm install && npm run build` of the same app when it is
healthy, in the same sandbox. A repair builds twice (to see the failure and to prove the cure) and type checks twice.
The first time nothing is installed; after that, node_modules is kept for both sides.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from statistics import median

from bench.child import cold_cache, deploymend, environment, run
from bench.figure import Figure
from deploymend.core.model import ProjectSettings, Proof
from deploymend.demo import SCENARIOS
from deploymend.demo.stage import Stage
from deploymend.mend import Mender
from deploymend.plugins import fixers
from deploymend.ports import Builder
from deploymend.shell.builder import SandboxedBuilder
from deploymend.shell.clock import SystemClock
from deploymend.shell.identity import Identity
from deploymend.shell.repository import GitRepository
from deploymend.shell.sandbox import Job, JobEnd, Sandbox, SandboxReport
from deploymend.shell.sandbox_detect import detect_sandbox

TIMES = 3


def figures() -> Iterator[Figure]:
    """The first time, then again; then where the time of a repair goes."""
    with tempfile.TemporaryDirectory(prefix="deploymend-bench-") as folder:
        first, *again = asyncio.run(_measure(Path(folder)))
    yield from _against_plain("first", [first])
    yield from _against_plain("again", again)
    yield Figure(
        name="one repair, again, inside the program", value=median(turn.mend for turn in again), unit="s", times=TIMES
    )
    yield Figure(
        name="of which the project's own tools", value=median(turn.mend_tools for turn in again), unit="s", times=TIMES
    )
    own = median(turn.mend - turn.mend_tools for turn in again)
    yield Figure(name="of which deploymend's own share", value=own, unit="s", times=TIMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """Seconds of each side, one after the other in the same minute. `…_tools`: inside the sandbox."""

    plain: float
    fix: float
    mend: float
    mend_tools: float


def _against_plain(when: str, turns: list[_Turn]) -> Iterator[Figure]:
    times = len(turns)
    yield Figure(
        name=f"one plain install and build, {when}", value=median(turn.plain for turn in turns), unit="s", times=times
    )
    yield Figure(name=f"`deploymend fix`, {when}", value=median(turn.fix for turn in turns), unit="s", times=times)
    ratio = median(turn.fix / turn.plain for turn in turns)
    yield Figure(name=f"`fix` against the plain build, {when}", value=ratio, unit="×", times=times)


class _TimedSandbox:
    """A sandbox that adds up what runs in it: the project's own tools and nothing of ours."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.seconds = 0.0

    @property
    def report(self) -> SandboxReport:
        return self._sandbox.report

    @property
    def wants_socket(self) -> bool:
        return self._sandbox.wants_socket

    def inside(self, disk: Path) -> PurePosixPath:
        return self._sandbox.inside(disk)

    async def run(self, job: Job) -> JobEnd:
        started = time.perf_counter()
        try:
            return await self._sandbox.run(job)
        finally:
            self.seconds += time.perf_counter() - started


async def _measure(folder: Path) -> list[_Turn]:
    stage = Stage(folder)
    healthy = await stage.build()
    broken = await stage.break_it(SCENARIOS["heal"])
    cache = cold_cache(folder / "cache")
    repository = GitRepository(
        remote=str(stage.remote), cache_folder=cache, identity=Identity(name="Ada", email="ada@shop.example")
    )
    await repository.fetch()
    sandbox = await detect_sandbox()
    turns = []
    for _ in range(1 + TIMES):
        plain = await _plain(repository, healthy, cache, sandbox)
        fix = await asyncio.to_thread(_fix, stage.remote, cache, folder / "checkout")
        mend, tools = await _mend(repository, broken, cache, sandbox)
        turns.append(_Turn(plain=plain, fix=fix, mend=mend, mend_tools=tools))
    return turns


async def _plain(repository: GitRepository, commit: str, cache: Path, sandbox: Sandbox) -> float:
    """What a person would wait for: install and build, and nothing else counts."""
    timed = _TimedSandbox(sandbox)
    builder = SandboxedBuilder(
        cache_folder=cache, project="plain", sandbox=timed, install="npm install", build="npm run build"
    )
    async with repository.open(commit) as workspace:
        result = await builder.check(workspace, await builder.plan(workspace), Proof.BUILT)
    if not result.check.passed:
        msg = f"the healthy app did not build: {result.check.note} {result.log.lines[-10:]}"
        raise RuntimeError(msg)
    return timed.seconds


def _fix(remote: Path, cache: Path, checkout: Path) -> float:
    """The command as it is typed, in a fresh clone at the same place."""
    shutil.rmtree(checkout, ignore_errors=True)
    who = ["-c", "user.name=Ada", "-c", "user.email=ada@shop.example"]
    run(["git", "clone", "--quiet", *who, str(remote), str(checkout)])
    command = deploymend("fix", "--no-model", "--format", "json", str(checkout))
    started = time.perf_counter()
    said = run(command, environment(cache, DEPLOYMEND_STATE=str(checkout.parent / "state")), codes=(0, 1))
    seconds = time.perf_counter() - started
    if json.loads(said)["outcome"] != "repaired":
        msg = f"the broken app was not repaired: {said[-500:]}"
        raise RuntimeError(msg)
    return seconds


async def _mend(repository: GitRepository, commit: str, cache: Path, sandbox: Sandbox) -> tuple[float, float]:
    """The core of `fix` and of the loop, wired as both wire it, with the sandbox under a stopwatch."""
    timed = _TimedSandbox(sandbox)

    async def builders(branch: str, production: bool) -> Builder:  # noqa: FBT001 - the mender's own signature
        settings = ProjectSettings(id="mended", name="mended")
        return SandboxedBuilder(
            cache_folder=cache, settings=settings, sandbox=timed, branch=branch, production=production
        )

    async def as_given(_diagnosis: object, names: Sequence[str]) -> Sequence[str]:
        return names

    mender = Mender(repository=repository, builders=builders, fixers=fixers(model=False), order=as_given)
    started = time.perf_counter()
    proposal = await mender.mend(commit, diagnosis=None, at=SystemClock().now().replace(microsecond=0))
    seconds = time.perf_counter() - started
    if proposal.proof is not Proof.BUILT:
        msg = f"the broken app was not repaired: {proposal.note} {proposal.diagnosis.summary}"
        raise RuntimeError(msg)
    return seconds, timed.seconds
