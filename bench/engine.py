"""A step of the durable loop

What the engine and the store add to each step: incidents of three failed attempts, in 17 steps, whose effects take no
time. The engine is DBOS on SQLite, as in a user's state folder.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import cast

from bench.figure import Figure
from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose
from deploymend.core.incident import (
    Action,
    Diagnose,
    Findings,
    Incident,
    Look,
    Mend,
    Outcome,
    Push,
    Sighting,
    Stop,
    Tell,
    after,
    next_action,
)
from deploymend.core.incident.model import IncidentState, Telling
from deploymend.core.model import CommitInfo, Deployment, DeploymentState, Proof, Proposal, PushOutcome, PushResult
from deploymend.core.policy import Policy
from deploymend.ledger import SqlIncidentStore, open_database
from deploymend.workflows import Engine, EngineSettings, Performer

INCIDENTS = 25
AT_ONCE = 8
POLICY = Policy(cooldown_seconds=0)
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
LOG = """\
> tsc --noEmit && vite build
src/Cart.tsx(3,22): error TS2307: Cannot find module './priceTag' or its corresponding type declarations.
src/Cart.tsx(9,7): error TS2552: Cannot find name 'formatPrise'. Did you mean 'formatPrice'?
Error: Command "npm run build" exited with 2
"""
DIAGNOSIS = diagnose(parse_log(LOG))
COMMIT = CommitInfo(
    sha="c0", parents=(), author_name="Ada", author_email="ada@shop.example", subject="Add prices", authored_at=NOW
)
RED = Deployment(
    id="dpl_0", project="shop", state=DeploymentState.ERROR, created_at=NOW, commit_sha="c0", branch="main"
)
DIFF = "".join(f"-  const price{line} = formatPrise();\n+  const price{line} = formatPrice();\n" for line in range(20))


def figures() -> Iterator[Figure]:
    """With engine and store, without the store, deciding and folding alone; then several incidents at once."""
    steps = _steps_alone()
    with tempfile.TemporaryDirectory(prefix="deploymend-bench-") as folder:
        kept, engine_alone, together = asyncio.run(_measure(Path(folder)))
    yield Figure(name="a step, with engine and store", value=kept / steps * 1e3, unit="ms", times=INCIDENTS)
    yield Figure(name="a step, without our own store", value=engine_alone / steps * 1e3, unit="ms", times=INCIDENTS)
    alone = median(_seconds_alone() for _ in range(INCIDENTS))
    yield Figure(name="deciding and folding alone", value=alone / steps * 1e3, unit="ms", times=INCIDENTS)
    each = together / (steps * AT_ONCE) * 1e3
    yield Figure(name=f"a step, with {AT_ONCE} incidents at once", value=each, unit="ms", times=3)


@dataclass(slots=True, kw_only=True)
class _Instant:
    """In place of a Performer: every effect is done at once, the platform stays red. `store` None keeps nothing."""

    store: SqlIncidentStore | None
    ended: dict[str, asyncio.Event]

    def now(self) -> datetime:
        return NOW

    async def save(self, incident: Incident, action: Action) -> int:
        number = await self.store.save(incident) if self.store else 1
        if isinstance(action, Stop):
            self.ended[incident.id].set()
        return number

    async def perform(self, incident: Incident, action: Action) -> Outcome:
        await self.save(incident, action)
        return _outcome(incident, action)


def _outcome(incident: Incident, action: Action) -> Outcome:
    number = len(incident.attempts)
    match action:
        case Diagnose():
            return Findings(diagnosis=DIAGNOSIS, commit=COMMIT, head=incident.head)
        case Mend():
            return Proposal(commit=f"c{number + 1}", diagnosis=DIAGNOSIS, reproduced=True, diff=DIFF, proof=Proof.BUILT)
        case Push():
            return PushResult(outcome=PushOutcome.PUSHED, head=action.commit)
        case Look():
            red = Deployment(
                id=f"dpl_{number}",
                project="shop",
                state=DeploymentState.ERROR,
                created_at=NOW,
                commit_sha=action.commit,
            )
            return Sighting(deployment=red, head=action.commit)
        case Tell():
            return Telling(kind=action.kind, tries=1, delivered=("console",))
    return None


def _incident(name: str) -> Incident:
    return Incident(id=name, project="shop", branch=name, failing=RED, opened_at=NOW, head="c0", deployment=RED)


def _follow_alone() -> tuple[Incident, int]:
    incident, steps = _incident("alone"), 1
    while not isinstance(action := next_action(incident, POLICY, NOW), Stop):
        incident = after(incident, action, _outcome(incident, action), NOW)
        steps += 1
    return incident, steps


def _steps_alone() -> int:
    """How many steps an incident takes, the last one included; the engine must take the same ones."""
    incident, steps = _follow_alone()
    assert incident.state is IncidentState.ESCALATED
    assert len(incident.attempts) == POLICY.max_attempts
    return steps


def _seconds_alone() -> float:
    started = time.perf_counter()
    _follow_alone()
    return time.perf_counter() - started


async def _measure(folder: Path) -> tuple[float, float, float]:
    """Seconds of one incident with the store, of one without, and of several at once with the store."""
    database = open_database(folder)
    performer = _Instant(store=SqlIncidentStore(database), ended={})
    # Not a Performer by its type, but all of one that the engine uses.
    engine = Engine(EngineSettings(folder=folder / "engine"), lambda _: cast("Performer", performer))
    await engine.open()
    try:
        await _one_by_one(engine, performer, "warm")
        kept = await _one_by_one(engine, performer, "kept")
        together = median([await _together(engine, performer, f"together{turn}") for turn in range(3)])
        performer.store = None
        return kept, await _one_by_one(engine, performer, "engine"), together
    finally:
        await engine.close()
        database.close()


async def _one_by_one(engine: Engine, performer: _Instant, name: str) -> float:
    return median([await _timed(_follow(engine, performer, f"{name}-{turn}")) for turn in range(INCIDENTS)])


async def _together(engine: Engine, performer: _Instant, name: str) -> float:
    all_of_them = (_follow(engine, performer, f"{name}-{turn}") for turn in range(AT_ONCE))
    return await _timed(asyncio.gather(*all_of_them))


async def _follow(engine: Engine, performer: _Instant, name: str) -> None:
    performer.ended[name] = asyncio.Event()
    await engine.start(_incident(name), POLICY)
    await performer.ended[name].wait()


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started
