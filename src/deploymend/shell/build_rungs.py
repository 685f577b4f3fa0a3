"""The rungs of the ladder that run something: lock check, type check, compile, whole build."""

from __future__ import annotations

import hashlib
import os
import posixpath
from dataclasses import dataclass, field, replace

from deploymend.core.lock_gaps import only_optional_gaps
from deploymend.core.planning_checks import compile_command, missing_output, runs_own_scripts, type_check_command
from deploymend.core.planning_packages import lock_check_command
from deploymend.ports import CheckResult
from deploymend.shell.build_steps import BuildSteps, StepEnd
from deploymend.shell.build_verdict import Verdict
from deploymend.shell.sandbox import JobLimits

_PLATFORM_MEMORY_BYTES = 8 << 30


def _limits_of_this_machine() -> JobLimits:
    """The platform's memory, or nine tenths of what is here: the job ends before the machine suffers."""
    here = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return JobLimits(timeout_seconds=600.0, memory_bytes=min(_PLATFORM_MEMORY_BYTES, here * 9 // 10))


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildLimits:
    """Seconds each kind of work may take. The platform itself ends a build after 45 minutes."""

    install_seconds: float = 600.0
    build_seconds: float = 1800.0
    check_seconds: float = 600.0
    job: JobLimits = field(default_factory=_limits_of_this_machine)
    """Memory, processes and disk of every job; its time is taken from the fields above."""

    def of(self, seconds: float) -> JobLimits:
        """The limits of a job that may take so long."""
        return replace(self.job, timeout_seconds=seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rungs:
    """Tries rungs in one slot."""

    steps: BuildSteps
    files: tuple[str, ...]
    limits: BuildLimits
    verdict: Verdict
    installed: set[str]
    """The keys of the installations made in this session; a rung adds its own."""

    async def locked(self) -> CheckResult:
        """Lock and manifests agree, by the manager's own dry check."""
        plan = self.steps.plan
        command = lock_check_command(plan)
        if command is None or plan.lockfile is None:
            return self.verdict.not_applicable()
        self.steps.say(f'Running "{command}"')
        limits = self.limits.of(self.limits.check_seconds)
        end = await self.steps.run(command, limits, online=True, directory=posixpath.dirname(plan.lockfile))
        gaps = (
            only_optional_gaps(end.output, self.steps.slot.read(plan.lockfile) or "") if plan.manager == "npm" else ()
        )
        if not end.ok and gaps and "npm ci" not in (plan.install_command or ""):
            note = (
                f"the lock lacks {len(gaps)} optional packages of other machines; the platform's install accepts that"
            )
            return self.verdict.passed(self.steps, note)
        return self.verdict.ended(self.steps, end, limits, installing=True)

    async def type_checked(self) -> CheckResult:
        """The project's own compiler finds nothing."""
        read = self.steps.slot.read
        if failure := await self._packages():
            return failure
        command = type_check_command(self.files, read, self.steps.plan, next_version=self._next_version())
        return await self._offline(command or "")

    async def compiled(self) -> CheckResult:
        """The bundler accepts it: Next.js only, others have no such step."""
        command = compile_command(self.steps.slot.read, self.steps.plan)
        if command is None:
            return self.verdict.not_applicable()
        return await self._packages() or await self._offline(command)

    async def built(self) -> CheckResult:
        """The whole build, as the platform does it."""
        plan, steps = self.steps.plan, self.steps
        steps.say('Running "vercel build"')
        for warning in plan.warnings:
            steps.say(f"Warning: {warning}")
        if failure := await self._packages(whole=True):
            return failure
        if plan.framework == "nextjs" and (version := steps.installed("next")):
            steps.say(f"Detected Next.js version: {version}")
        limits = self.limits.of(self.limits.build_seconds)
        end = await steps.build(limits)
        lacking = missing_output(plan, steps.slot.is_empty) if end.ok else None
        if lacking is not None:
            return self.verdict.failed(steps, lacking)
        return self.verdict.ended(steps, end, limits, installing=False)

    async def _offline(self, command: str) -> CheckResult:
        self.steps.say(f'Running "{command}"')
        limits = self.limits.of(self.limits.check_seconds)
        end = await self.steps.run(command, limits)
        return self.verdict.ended(self.steps, end, limits, installing=False)

    async def _packages(self, *, whole: bool = False) -> CheckResult | None:
        """Have the packages installed; the failed check when that fails.

        Skipped where nothing could change: what is installed is of exactly these manifests and this lock, and
        installing runs nothing of the project. A `whole` build also wants to have seen it happen in this session:
        without a lock, what an older one left may be what the registry no longer gives.
        """
        slot, wanted = self.steps.slot, self._install_key()
        if slot.stamp().partition(" ")[0] != wanted.partition(" ")[0]:
            slot.forget_packages()
        fresh = slot.stamp() == wanted and not runs_own_scripts(slot.read, self.steps.plan)
        if fresh and (not whole or wanted in self.installed):
            self.steps.say("Packages are installed: no manifest and no lockfile has changed.")
            return None
        limits = self.limits.of(self.limits.install_seconds)
        end: StepEnd = await self.steps.install(limits)
        if end.ok:
            slot.set_stamp(wanted)
            self.installed.add(wanted)
            return None
        slot.forget_packages()
        return self.verdict.ended(self.steps, end, limits, installing=True)

    def _install_key(self) -> str:
        """Two digests: of the tools, whose change empties node_modules, and of all that decides what is installed."""
        plan, tools, slot = self.steps.plan, self.steps.tools, self.steps.slot
        kind = f"{tools.node.version} {plan.manager} {tools.manager_version} {plan.directory}"
        names = ("package.json", ".npmrc", ".yarnrc.yml", ".yarnrc", "pnpm-workspace.yaml")
        deciding = sorted(path for path in self.files if path == plan.lockfile or posixpath.basename(path) in names)
        content = hashlib.sha256((plan.install_command or "").encode())
        for path in deciding:
            content.update(path.encode() + b"\0" + (slot.read_bytes(path) or b"") + b"\0")
        return f"{hashlib.sha256(kind.encode()).hexdigest()[:16]} {content.hexdigest()}"

    def _next_version(self) -> tuple[int, int] | None:
        parts = (self.steps.installed("next") or "").split(".")
        return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else None
