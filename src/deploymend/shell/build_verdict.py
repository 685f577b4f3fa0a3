"""Turns the end of a rung into a check: passed, failed, or inconclusive because the failure is this machine's own."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, field

from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose
from deploymend.core.model import BuildLog, Check, Proof
from deploymend.core.plan import BuildPlan
from deploymend.core.sandbox_faults import missing_variable, sandbox_fault
from deploymend.errors import BuildEnvironmentError
from deploymend.ports import CheckResult
from deploymend.shell.build_steps import BuildSteps, StepEnd
from deploymend.shell.sandbox import JobLimits

_OUT_OF_MEMORY = 'At least one "Out of Memory" ("OOM") event was detected during the build.'
NOT_APPLICABLE = "not applicable"
_PLATFORM_MEMORY_BYTES = 8 << 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Judges the ends of one rung; the clock runs from its making."""

    rung: Proof
    variable_names: tuple[str, ...] = ()
    """Variables the platform has values for and we do not."""
    started: float = field(default_factory=time.monotonic)

    def not_applicable(self) -> CheckResult:
        """The rung does not exist for this project."""
        return self._result(BuildLog(lines=()), passed=True, note=NOT_APPLICABLE)

    def refused(self, plan: BuildPlan) -> CheckResult:
        """The platform would not even begin."""
        lines = ('Running "vercel build"', *(f"Warning: {text}" for text in plan.warnings), f"Error: {plan.refusal}")
        return self._result(parse_log("\n".join(lines)), passed=False, note=plan.refusal or "")

    def passed(self, steps: BuildSteps, note: str = "") -> CheckResult:
        """The rung holds."""
        return self._result(parse_log("\n".join(steps.lines)), passed=True, note=note or self._notes(steps))

    def failed(self, steps: BuildSteps, said: str) -> CheckResult:
        """The project's own failure, with the platform's last line."""
        steps.say(f"Error: {said}")
        return self._result(parse_log("\n".join(steps.lines)), passed=False, note=said)

    def ended(self, steps: BuildSteps, end: StepEnd, limits: JobLimits, *, installing: bool) -> CheckResult:
        """What a step came to. Raises BuildEnvironmentError when the disk is full."""
        if end.ok:
            return self.passed(steps)
        steps.say(f"Error: {end.failure}")
        if end.stopped == "memory":
            steps.say(_OUT_OF_MEMORY)
        text = "\n".join(steps.lines)
        log = parse_log(text)
        note = _stopped_by(end, limits, steps) or self._local(text, log, end, installing=installing)
        if note:
            return self._result(log, passed=False, note=note, inconclusive=True)
        return self._result(log, passed=False, note=end.failure)

    def _local(self, text: str, log: BuildLog, end: StepEnd, *, installing: bool) -> str | None:
        fault = sandbox_fault(text, diagnose(log), refused=end.refused, installing=installing)
        return fault or missing_variable(end.output, self.variable_names)

    def _notes(self, steps: BuildSteps) -> str:
        """What a reader must know about a check that passed: a weaker sandbox, another Node."""
        report = steps.sandbox.report
        weak = () if report.isolates_files and report.isolates_network else (f"sandbox: {report.name}",)
        return "; ".join((*steps.tools.notes, *weak))

    def _result(self, log: BuildLog, *, passed: bool, note: str, inconclusive: bool = False) -> CheckResult:
        check = Check(
            rung=self.rung,
            passed=passed,
            seconds=time.monotonic() - self.started,
            note=note,
            inconclusive=inconclusive,
        )
        return CheckResult(check=check, log=log)


def _stopped_by(end: StepEnd, limits: JobLimits, steps: BuildSteps) -> str | None:
    """Why a limit of ours ended it, where the platform's would not have."""
    if end.stopped == "disk" or (not end.ok and _disk_is_full(steps, limits)):
        raise BuildEnvironmentError(
            f"The disk of {steps.slot.folder} is full.",
            next_step="Free disk space, or point DEPLOYMEND_CACHE at a larger disk.",
        )
    if end.stopped == "time":
        return f"It was still running after {limits.timeout_seconds:.0f} s, the limit here."
    if end.stopped == "processes":
        return f"It started more than {limits.processes} processes, the limit here."
    if end.stopped == "memory" and limits.memory_bytes < _PLATFORM_MEMORY_BYTES:
        return f"It needed more than {limits.memory_bytes >> 20} MB of memory, the limit here; the platform has more."
    return None


def _disk_is_full(steps: BuildSteps, limits: JobLimits) -> bool:
    return shutil.disk_usage(steps.slot.folder).free < limits.disk_reserve_bytes
