"""The real builder: the project's own install and build, chosen by the platform's rules, run in a sandbox.

One difference from Vercel is meant: the build step has no network, only the install step reaches the registries that
the package manager's own configuration names. What runs here is somebody's code on your machine.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from deploymend.core.plan import BuildPlan
from deploymend.core.planning import plan_build
from deploymend.core.planning_manager import walk_up
from deploymend.errors import CheckoutError
from deploymend.loopback.build_cache import BuildCache
from deploymend.loopback.job import BuildFailure, BuildJob, BuildOutcome, Emit, command_failure
from deploymend.loopback.site_output import collect_site
from deploymend.shell.build_slot import TREE
from deploymend.shell.build_steps import BuildSteps, StepEnd
from deploymend.shell.registry import find_registries
from deploymend.shell.sandbox import Job, JobLimits, Sandbox
from deploymend.shell.sandbox_detect import detect_sandbox
from deploymend.shell.toolchain import Toolchain
from deploymend.shell.tree_files import read_text

BUILD_SECONDS = 45 * 60.0
"""Vercel's own limit (vercel.com/docs/limits)."""
_STEP_SECONDS = 120.0


class RealBuilder:
    """Builds commits. Tools are kept in `cache_folder`, which other parts of deploymend may share.

    `sandbox` None finds the strongest one that works here; `timeout_seconds` bounds install and build, each.
    """

    def __init__(
        self, cache_folder: Path, *, sandbox: Sandbox | None = None, timeout_seconds: float = BUILD_SECONDS
    ) -> None:
        self._toolchain = Toolchain(cache_folder, other_node_allowed=True)
        self._sandbox = sandbox
        self._timeout_seconds = timeout_seconds

    async def sandbox(self) -> Sandbox:
        """The sandbox that builds run in."""
        if self._sandbox is None:
            self._sandbox = await detect_sandbox()
        return self._sandbox

    async def decide(self, job: BuildJob, command: str, emit: Emit) -> int:
        """Run the command of the ignored build step, without network; its exit code."""
        sandbox = await self.sandbox()
        end = await sandbox.run(
            Job(
                argv=("sh", "-c", command),
                disk=job.slot.disk,
                directory=str(Path(TREE, job.settings.root_directory)),
                environment=job.environment,
                limits=JobLimits(timeout_seconds=_STEP_SECONDS),
                on_line=emit,
            )
        )
        return end.completed.exit_code

    async def build(self, job: BuildJob, emit: Emit) -> BuildOutcome:
        """Plan, install, build, collect. What goes wrong in the project is an outcome, never an exception."""
        try:
            plan = await asyncio.to_thread(_plan, job)
        except CheckoutError as error:
            return BuildOutcome(failure=BuildFailure(message=error.message, code="INVALID_PROJECT"))
        for warning in plan.warnings:
            emit(f"Warning: {warning}")
        if plan.refusal:
            return BuildOutcome(failure=BuildFailure(message=plan.refusal, code="BUILD_UTILS_NODE_VERSION_INVALID"))
        return BuildOutcome(failure=await self._install_and_build(job, plan, emit))

    async def _install_and_build(self, job: BuildJob, plan: BuildPlan, emit: Emit) -> BuildFailure | None:
        if plan.install_command is None and plan.build_command is None:
            return await asyncio.to_thread(collect_site, plan, job.checkout, job.site)
        steps = await self._steps(job, plan, emit)
        cache, kind = BuildCache(job.cache, job.slot), f"{plan.manager} {steps.tools.node.major}"
        await asyncio.to_thread(cache.take, kind=kind, use=job.use_cache)
        failure = await self._run(steps) or await asyncio.to_thread(collect_site, plan, job.checkout, job.site)
        if job.use_cache or failure is None:
            await asyncio.to_thread(cache.give_back, kind=kind)
        return failure

    async def _steps(self, job: BuildJob, plan: BuildPlan, emit: Emit) -> BuildSteps:
        sandbox = await self.sandbox()
        tools = await self._toolchain.prepare(plan)
        for note in (*tools.notes, *sandbox.report.notes):
            emit(f"Warning: {note}")
        folders = [job.checkout / folder for folder in walk_up(plan.directory)]
        access = await find_registries(tools, plan.manager, folders)
        return BuildSteps(
            slot=job.slot,
            plan=plan,
            tools=tools,
            sandbox=sandbox,
            access=access,
            variables=job.environment,
            emit=emit,
        )

    async def _run(self, steps: BuildSteps) -> BuildFailure | None:
        limits = JobLimits(timeout_seconds=self._timeout_seconds)
        installed = await steps.install(limits)
        if not installed.ok:
            for refused in installed.refused:
                steps.say(f"Warning: the sandbox let nothing through to {refused}")
            return _failure(installed)
        if steps.plan.framework == "nextjs" and (version := steps.installed("next")):
            steps.say(f"Detected Next.js version: {version}")
        return _failure(await steps.build(limits))


def _failure(end: StepEnd) -> BuildFailure | None:
    """What a step's end means, in Vercel's words; None when it is well."""
    if end.ok:
        return None
    if end.stopped in (None, "memory"):
        return command_failure(end.command, end.exited)
    return BuildFailure(message=f'Command "{end.command}" was stopped: it used too much {end.stopped}')


def _plan(job: BuildJob) -> BuildPlan:
    root = job.checkout / job.settings.root_directory
    if job.settings.root_directory and not root.is_dir():
        raise CheckoutError(
            f'The specified Root Directory "{job.settings.root_directory}" does not exist. '
            "Please update your Project Settings."
        )
    if not (root / "package.json").exists() and not (root / "vercel.json").exists():
        return BuildPlan(directory=job.settings.root_directory, reasons=("static files: there is no package.json",))
    return plan_build(_files(job.checkout), lambda path: read_text(job.checkout, path), job.settings)


def _files(checkout: Path) -> list[str]:
    found: list[str] = []
    for folder, names, files in os.walk(checkout):
        names[:] = [name for name in names if name not in (".git", "node_modules")]
        found += [Path(folder, name).relative_to(checkout).as_posix() for name in files]
    return sorted(found)
