"""The ladder of proof: cheapest rung first, up to a whole build; it stops at the first rung that does not hold."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from deploymend.core.diagnosis import diagnose
from deploymend.core.locate import locate_causes
from deploymend.core.model import BuildLog, Check, Diagnosis, FileChange, Proof
from deploymend.core.plan import BuildPlan
from deploymend.mend.causes import CauseKey, keys
from deploymend.ports import Builder, CheckResult, Workspace

NOT_APPLICABLE = "not applicable"
"""The note of a rung that this project does not have; it neither fails nor proves."""

_ACTIVITY = {
    Proof.LOCKED: "checking the lockfile",
    Proof.TYPE_CHECKED: "type checking",
    Proof.COMPILED: "compiling",
    Proof.BUILT: "building as the platform does",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """How far a change came. `diagnosis` says why it went no further; None when every rung held."""

    proof: Proof
    checks: tuple[Check, ...]
    diagnosis: Diagnosis | None = None

    @property
    def held(self) -> bool:
        """True when no rung failed. Rungs this machine could not try do not count against it."""
        return self.diagnosis is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Older:
    """What failed here before anything was changed and is no part of the failure to cure; it is not held against a
    repair.

    `types`: errors of the compiler outside the build; None where it could not be asked, so that only the build tells
    what counts. `build`: why the build cannot pass on this machine anyway, when it fails here for another reason than
    on the platform.
    """

    types: frozenset[CauseKey] | None = frozenset()
    build: frozenset[CauseKey] = frozenset()

    def only(self, rung: Proof, now: Diagnosis) -> bool:
        """True when this rung failed for nothing new. A failure without a known cause is never excused."""
        known = self.types if rung is Proof.TYPE_CHECKED else self.build
        if known is None:
            return True
        return bool(now.causes) and keys(now) <= known


class Ladder:
    """Takes a workspace up the rungs."""

    def __init__(
        self, builder: Builder, workspace: Workspace, plan: BuildPlan, activity: Callable[[str], None]
    ) -> None:
        self._builder = builder
        self._workspace = workspace
        self._plan = plan
        self._activity = activity

    async def check(self, rung: Proof) -> CheckResult:
        """Try one rung of the builder's. What it writes into the tree is no part of the repair, and is taken out
        again.
        """
        self._activity(_ACTIVITY[rung])
        async with self._workspace.undisturbed():
            return await self._builder.check(self._workspace, self._plan, rung)

    def diagnose(self, log: BuildLog) -> Diagnosis:
        """What a local log says, with files named as in the tree."""
        files = self._workspace.files()
        return locate_causes(diagnose(log, known_files=files), files, self._plan.directory)

    async def climb(self, *, older: Older) -> Climb:
        """Parse, lock, type check, build; compile only where the build itself cannot tell."""
        changes = await self._workspace.changes()
        checks = [_parse(changes)]
        if not checks[0].passed:
            return Climb(proof=Proof.NONE, checks=tuple(checks), diagnosis=_unparsable(self, checks[0]))
        pending: Diagnosis | None = None
        for rung in _rungs(changes):
            if rung is Proof.COMPILED and checks[-1].passed:
                break  # what was built was compiled on the way
            result = await self.check(rung)
            checks.append(result.check)
            if result.check.passed or result.check.inconclusive:
                continue
            pending = self.diagnose(result.log)
            if not older.only(rung, pending):
                break
            pending = None
        return Climb(proof=_strongest(checks), checks=tuple(checks), diagnosis=pending)


def _rungs(changes: tuple[FileChange, ...]) -> list[Proof]:
    packages = any(change.path.endswith(("package.json", ".lock", "-lock.json", "-lock.yaml")) for change in changes)
    return [*([Proof.LOCKED] if packages else []), Proof.TYPE_CHECKED, Proof.BUILT, Proof.COMPILED]


def _strongest(checks: list[Check]) -> Proof:
    proved = [c.rung for c in checks if c.passed and not c.inconclusive and c.note != NOT_APPLICABLE]
    return max(proved, key=lambda rung: rung.rank, default=Proof.NONE)


def _parse(changes: tuple[FileChange, ...]) -> Check:
    """JSON files are parsed; what only a compiler can parse is left to the rungs above."""
    started = time.perf_counter()
    texts = [(change.path, change.after) for change in changes if change.path.endswith("package.json") and change.after]
    for path, text in texts:
        try:
            json.loads(text or "")
        except ValueError as error:
            return Check(
                rung=Proof.PARSED, passed=False, seconds=time.perf_counter() - started, note=f"{path}: {error}"
            )
    note = "" if texts else NOT_APPLICABLE
    return Check(rung=Proof.PARSED, passed=True, seconds=time.perf_counter() - started, note=note)


def _unparsable(ladder: Ladder, check: Check) -> Diagnosis:
    return ladder.diagnose(BuildLog(lines=(check.note,)))
