"""One session of repairing a workspace: rounds of proposals, each judged by the gate and taken up the ladder.

In a round every fixer that knows one of the causes proposes on the tree as the others left it, and the ladder is
climbed once for all of them, so that independent problems are cured by one repair with one build. Only when that
brings nothing is each fixer tried alone. A round that does not end green is kept if what it meant to cure is gone
and something else has come to light; then the next round goes on from there.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from deploymend.core.gate import GateFacts, judge
from deploymend.core.model import Decline, Diagnosis, FileEdit, Proof, Refusal, Repair, Trial, TrialOutcome
from deploymend.core.plan import BuildPlan
from deploymend.errors import OperationFailedError
from deploymend.mend.causes import cured, key, keys
from deploymend.mend.ladder import Climb, Ladder, Older
from deploymend.ports import Builder, Fixer, Project, Workspace

Order = Callable[[Diagnosis, Sequence[str]], Awaitable[Sequence[str]]]
"""Puts fixer names into the order of their record for a diagnosis; names it leaves out are not asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a session works with."""

    workspace: Workspace
    builder: Builder
    plan: BuildPlan
    project: Project
    ladder: Ladder
    fixers: tuple[Fixer, ...]
    order: Order
    facts: GateFacts
    opened: frozenset[str]
    activity: Callable[[str], None]
    max_proposals: int
    max_rounds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Applied:
    """A proposal that passed the gate and stands in the tree, not proved yet. `by` is the fixer that was asked."""

    by: str
    repair: Repair
    trial: Trial
    opened: tuple[Refusal, ...]


class Session:
    """Repairs one workspace. After `run`, `accepted` holds what stands in the tree and was proved together."""

    def __init__(self, bench: Bench, *, older: Older) -> None:
        self._bench = bench
        self._older = older
        self._proposals = 0
        self._kept: tuple[FileEdit, ...] = ()
        self.trials: list[Trial] = []
        self.accepted: list[Repair] = []
        self.opened: list[Refusal] = []
        self.climb: Climb | None = None

    async def run(self, diagnosis: Diagnosis) -> bool:
        """Work until the ladder holds (True), or nobody has anything more to propose (False)."""
        for _ in range(self._bench.max_rounds):
            found = await self._round(diagnosis)
            if found is None:
                return False
            if found.held:
                return True
            diagnosis = found.diagnosis or diagnosis
        return False

    async def _round(self, diagnosis: Diagnosis) -> Climb | None:
        """A climb that held or led on to other causes; None when nothing helped."""
        fixers = await self._fixers(diagnosis)
        together = await self._gather(diagnosis, fixers)
        if not together:
            return None
        if (climb := await self._prove(diagnosis, together)) is not None:
            return climb
        for fixer in _not_seen_alone(fixers, together):
            alone = await self._gather(diagnosis, [fixer])
            if alone and (climb := await self._prove(diagnosis, alone)) is not None:
                return climb
        return None

    async def _fixers(self, diagnosis: Diagnosis) -> list[Fixer]:
        kinds = {cause.kind for cause in diagnosis.causes} | {diagnosis.kind}
        able = {fixer.name: fixer for fixer in self._bench.fixers if not fixer.kinds or fixer.kinds & kinds}
        return [able[name] for name in await self._bench.order(diagnosis, tuple(able)) if name in able]

    async def _gather(self, diagnosis: Diagnosis, fixers: Sequence[Fixer]) -> list[_Applied]:
        """Let each fixer propose on the tree as the ones before left it; what passes the gate stays in the tree."""
        applied: list[_Applied] = []
        for fixer in fixers:
            if self._proposals >= self._bench.max_proposals:
                break
            if applied and not fixer.kinds:
                break  # a model is asked only about what the rules leave
            result = await self._propose(fixer, diagnosis)
            if isinstance(result, _Applied):
                applied.append(result)
            else:
                self.trials.append(result)
        return applied

    async def _propose(self, fixer: Fixer, diagnosis: Diagnosis) -> _Applied | Trial:
        started = time.perf_counter()
        self._bench.activity(f"asking {fixer.name}")
        answer = await fixer.propose(diagnosis, self._bench.project)
        if isinstance(answer, Decline):
            return _trial(fixer.name, TrialOutcome.DECLINED, started, reason=answer.reason)
        self._proposals += 1
        before = await self._snapshot()
        try:
            await self._apply(answer)
        except OperationFailedError as error:
            await self._restore(before)
            return _trial(answer, TrialOutcome.FAILED, started, reason=error.message)
        verdict = judge(await self._bench.workspace.changes(), facts=self._bench.facts, opened=self._bench.opened)
        if verdict.refusals:
            await self._restore(before)
            first = verdict.refusals[0]
            trial = _trial(answer, TrialOutcome.REFUSED, started, reason=f"{first.rule}: {first.reason}")
            return replace(trial, refusals=verdict.refusals)
        return _Applied(
            by=fixer.name, repair=answer, trial=_trial(answer, TrialOutcome.FAILED, started), opened=verdict.opened
        )

    async def _apply(self, repair: Repair) -> None:
        await self._bench.workspace.apply(repair)
        for operation in repair.operations:
            self._bench.activity(f"{self._bench.plan.manager}: {operation.kind} {' '.join(operation.packages)}".strip())
            await self._bench.builder.perform(self._bench.workspace, self._bench.plan, operation)

    async def _prove(self, diagnosis: Diagnosis, applied: Sequence[_Applied]) -> Climb | None:
        """Climb for all that stands in the tree. What did not help is taken out again."""
        climb = await self._bench.ladder.climb(older=self._older)
        further = climb.diagnosis is not None and _leads_on(applied, diagnosis, climb.diagnosis)
        outcome = TrialOutcome.PROVED if climb.held else TrialOutcome.FAILED
        for one in applied:
            reason = "" if climb.held else _why(climb, kept=further)
            trial = replace(one.trial, outcome=outcome, proof=climb.proof, checks=climb.checks, reason=reason)
            self.trials.append(trial)
        if not climb.held and not further:
            await self._restore(self._kept)
            return None
        self._kept = await self._snapshot()
        self.accepted += [one.repair for one in applied]
        self.opened = [refusal for one in applied for refusal in one.opened]
        self.climb = climb
        return climb

    async def _snapshot(self) -> tuple[FileEdit, ...]:
        changes = await self._bench.workspace.changes()
        return tuple(FileEdit(path=c.path, before=c.before, after=c.after) for c in changes)

    async def _restore(self, edits: tuple[FileEdit, ...]) -> None:
        await self._bench.workspace.reset()
        if edits:
            await self._bench.workspace.apply(Repair(fixer="deploymend", summary="what is kept so far", edits=edits))


def _not_seen_alone(fixers: Sequence[Fixer], together: Sequence[_Applied]) -> Sequence[Fixer]:
    """Those whose answer to the tree as it was is not known or not proved yet. Who came after a proposal that failed
    saw its changes, or was not asked at all.
    """
    first = next(place for place, fixer in enumerate(fixers) if fixer.name == together[0].by)
    return fixers[first if len(together) > 1 else first + 1 :]


def _leads_on(applied: Sequence[_Applied], before: Diagnosis, now: Diagnosis) -> bool:
    """True when every claimed cause is gone and the build now fails for something else.

    A new failure of the same kind at the same place is the same failure: the repair only gave it another name.
    """
    claimed = [cause for one in applied for cause in one.repair.causes]
    if not claimed or not now.causes or not cured(claimed, now) or keys(now) == keys(before):
        return False
    places = {(cause.kind, cause.file, cause.line) for cause in claimed if cause.line is not None}
    known = keys(before)
    return not any((c.kind, c.file, c.line) in places and key(c) not in known for c in now.causes)


def _why(climb: Climb, *, kept: bool) -> str:
    rung = climb.checks[-1].rung
    said = climb.diagnosis.summary if climb.diagnosis else ""
    return f"cured its part; {rung} then showed: {said}" if kept else f"{rung} still fails: {said}"


def _trial(what: Repair | str, outcome: TrialOutcome, started: float, *, reason: str = "") -> Trial:
    seconds = time.perf_counter() - started
    if isinstance(what, str):
        return Trial(fixer=what, outcome=outcome, reason=reason, seconds=seconds)
    return Trial(
        fixer=what.fixer,
        outcome=outcome,
        summary=what.summary,
        files=tuple(sorted({edit.path for edit in what.edits})),
        proof=Proof.NONE,
        reason=reason,
        seconds=seconds,
        cost_usd=what.cost_usd,
        tokens=what.tokens,
    )
