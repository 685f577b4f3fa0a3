"""From a failing commit to a proved repair: reproduce, find all causes, repair in rounds, commit. Nothing is
delivered.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from deploymend.core.commit_message import commit_message
from deploymend.core.gate import GateFacts
from deploymend.core.locate import locate_causes
from deploymend.core.model import Category, Diagnosis, Proof, Proposal, Remedy, Step, Trial, TrialOutcome
from deploymend.core.plan import BuildPlan
from deploymend.mend.causes import keys, merge
from deploymend.mend.ladder import NOT_APPLICABLE, Climb, Ladder, Older
from deploymend.mend.rounds import Bench, Order, Session
from deploymend.mend.view import ProjectView, vouched_packages
from deploymend.ports import Builder, Fixer, Repository, Workspace

MAX_DIFF_CHARACTERS = 200_000

Builders = Callable[[str, bool], Awaitable[Builder]]
"""Makes the builder for a branch, as a production build or a preview: the project's settings may have changed since."""

__all__ = ["Builders", "GatePolicy", "Mender", "Order"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatePolicy:
    """What the user allows: opened rules by name, and sizes; and how much proposing one attempt may cost."""

    opened: frozenset[str] = frozenset()
    max_files: int = 20
    max_changed_lines: int = 400
    max_proposals: int = 12
    max_rounds: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """The failing build as seen here, before anything was changed."""

    diagnosis: Diagnosis
    reproduced: bool
    green: bool
    note: str
    older: Older
    judged: bool = True
    """False when nobody knows whether the project fails: no platform said so, and this machine could not build it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A repair that stands in the workspace, proved."""

    start: _Start
    session: Session
    climb: Climb
    diff: str
    started: float


class Mender:
    """Mends commits of one repository. `order` puts fixers into the order of their record; `activity` hears what goes
    on, `planned` how it is built.
    """

    def __init__(
        self,
        *,
        repository: Repository,
        builders: Builders,
        fixers: Sequence[Fixer],
        order: Order,
        gate: GatePolicy | None = None,
        activity: Callable[[str], None] = lambda _: None,
        planned: Callable[[BuildPlan], None] = lambda _: None,
    ) -> None:
        self._repository = repository
        self._builders = builders
        self._fixers = tuple(fixers)
        self._order = order
        self._gate = gate or GatePolicy()
        self._activity = activity
        self._planned = planned

    async def mend(
        self,
        commit_sha: str,
        *,
        diagnosis: Diagnosis | None,
        at: datetime,
        branch: str = "main",
        production: bool = True,
        trailers: Sequence[tuple[str, str]] = (),
        avoid: frozenset[str] = frozenset(),
    ) -> Proposal:
        """Repair `commit_sha`. `diagnosis` is the platform's, None when only the build here counts.

        `at` dates the commit, `trailers` sign it; diffs in `avoid` were tried before and are not proposed again.
        """
        started = time.perf_counter()
        self._activity("checking out")
        async with self._repository.open(commit_sha) as workspace:
            builder = await self._builders(branch, production)
            plan = await builder.plan(workspace)
            self._planned(plan)
            ladder = Ladder(builder, workspace, plan, self._activity)
            start = await self._reproduce(workspace, ladder, plan, diagnosis)
            if start.green and diagnosis is None:
                return _proposal(start, (), started, already_green=True)
            if start.diagnosis.action is Remedy.REQUIRES_INTERVENTION or not start.judged:
                return _proposal(start, (), started)
            session = Session(self._bench(workspace, builder, plan, ladder), older=start.older)
            held = await session.run(start.diagnosis)
            diff = await workspace.diff() if held else ""
            if not held or session.climb is None:
                return _proposal(start, session.trials, started, already_green=start.green)
            if why := _undeliverable(diff, session.climb, avoid):
                return _proposal(start, _withdrawn(session.trials, why), started, already_green=start.green)
            made = _Made(start=start, session=session, climb=session.climb, diff=diff, started=started)
            return await self._commit(workspace, made, at=at, trailers=trailers)

    def _bench(self, workspace: Workspace, builder: Builder, plan: BuildPlan, ladder: Ladder) -> Bench:
        gate = self._gate
        return Bench(
            workspace=workspace,
            builder=builder,
            plan=plan,
            project=ProjectView(workspace, builder, plan),
            ladder=ladder,
            fixers=self._fixers,
            order=self._order,
            facts=GateFacts(
                known_packages=vouched_packages(workspace),
                max_files=gate.max_files,
                max_changed_lines=gate.max_changed_lines,
            ),
            opened=gate.opened,
            activity=self._activity,
            max_proposals=gate.max_proposals,
            max_rounds=gate.max_rounds,
        )

    async def _reproduce(self, workspace: Workspace, ladder: Ladder, plan: BuildPlan, told: Diagnosis | None) -> _Start:
        """Build unchanged. What the platform said counts; what is seen here confirms it and adds to it."""
        files = workspace.files()
        told = locate_causes(told, files, plan.directory) if told else None
        built = await ladder.check(Proof.BUILT)
        here = ladder.diagnose(built.log)
        if told is None and (built.check.passed or built.check.inconclusive or here.retryable):
            green, older = built.check.passed, Older()
            note = "" if green else (built.check.note if built.check.inconclusive else here.summary)
            return _Start(diagnosis=here, reproduced=False, green=green, note=note, older=older, judged=green)
        if built.check.passed:
            note = "The failure does not happen here, at the same commit: the repair follows the platform's log alone."
            return _Start(diagnosis=told or here, reproduced=False, green=True, note=note, older=Older())
        if told is not None and (built.check.inconclusive or not _same(told, here)):
            why = built.check.note if built.check.inconclusive else f"here the build fails otherwise: {here.summary}"
            older = Older(build=keys(here))
            return _Start(diagnosis=told, reproduced=False, green=False, note=f"Not reproduced: {why}.", older=older)
        diagnosis, older = await self._complete(ladder, plan, told or here, here)
        return _Start(diagnosis=diagnosis, reproduced=True, green=False, note="", older=older)

    async def _complete(
        self, ladder: Ladder, plan: BuildPlan, told: Diagnosis, here: Diagnosis
    ) -> tuple[Diagnosis, Older]:
        """All causes of the run: a framework's build stops at the first type error, the compiler names them all."""
        diagnosis = merge(told, here.causes)
        if here.step is Step.INSTALL:
            return diagnosis, Older(types=None)
        checked = await ladder.check(Proof.TYPE_CHECKED)
        if checked.check.passed or checked.check.inconclusive or checked.check.note == NOT_APPLICABLE:
            return diagnosis, Older()
        types = ladder.diagnose(checked.log)
        if diagnosis.category is Category.TYPESCRIPT or plan.framework == "nextjs":
            diagnosis = merge(diagnosis, types.causes)
        return diagnosis, Older(types=keys(types))

    async def _commit(
        self, workspace: Workspace, made: _Made, *, at: datetime, trailers: Sequence[tuple[str, str]]
    ) -> Proposal:
        start, session = made.start, made.session
        summaries = [repair.summary for repair in session.accepted]
        fixers = tuple(dict.fromkeys(repair.fixer for repair in session.accepted))
        opened = [f"Gate rule opened by the configuration: {refusal.rule}." for refusal in session.opened]
        note = " ".join([*([start.note] if start.note else []), *dict.fromkeys(opened)])
        message = commit_message(
            diagnosis=start.diagnosis,
            summaries=summaries,
            fixers=fixers,
            proof=made.climb.proof,
            note=note,
            trailers=trailers,
        )
        paths = tuple(change.path for change in await workspace.changes())
        sha = await self._repository.commit(workspace, message, at=at)
        return replace(
            _proposal(start, session.trials, made.started),
            commit=sha,
            fixers=fixers,
            summary="; ".join(summaries),
            files=paths,
            diff=made.diff[:MAX_DIFF_CHARACTERS],
            proof=made.climb.proof,
            note=note,
        )


def _undeliverable(diff: str, climb: Climb, avoid: frozenset[str]) -> str:
    """Why a repair that nothing speaks against is not delivered all the same; empty when it is."""
    if not diff:
        return "it changes nothing"
    if diff in avoid:
        return "the same change was delivered before and did not cure it"
    return "no rung could be tried on this machine" if climb.proof is Proof.NONE else ""


def _withdrawn(trials: Sequence[Trial], why: str) -> tuple[Trial, ...]:
    proved = TrialOutcome.PROVED
    return tuple(
        replace(trial, outcome=TrialOutcome.FAILED, reason=why) if trial.outcome is proved else trial
        for trial in trials
    )


def _same(told: Diagnosis, here: Diagnosis) -> bool:
    """True when the build here fails for what the platform named: the same fault, or at least one cause in common."""
    if told.fingerprint == here.fingerprint or keys(told) & keys(here):
        return True
    places = {(cause.file, cause.line) for cause in told.causes if cause.file}
    return any((cause.file, cause.line) in places for cause in here.causes)


def _proposal(start: _Start, trials: Sequence[Trial], started: float, *, already_green: bool = False) -> Proposal:
    return Proposal(
        commit=None,
        diagnosis=start.diagnosis,
        reproduced=start.reproduced,
        trials=tuple(trials),
        already_green=already_green,
        seconds=time.perf_counter() - started,
        cost_usd=sum(trial.cost_usd for trial in trials),
        tokens=sum(trial.tokens for trial in trials),
        note=start.note,
    )
