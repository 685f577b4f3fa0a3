"""The real builder: the project's own install and build, chosen by the platform's rules, run in a sandbox.

One difference from Vercel is meant: the build step has no network, only the install step reaches the registries that
the package manager's own configuration names. What runs here is somebody's code on your machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploymend.core.plan import BuildPlan
from deploymend.core.planning import plan_build
from deploymend.core.planning_commands import DEFAULT_INSTALL, install_shown
from deploymend.errors import CheckoutError
from deploymend.loopback.build_cache import BuildCache
from deploymend.loopback.job import BuildFailure, BuildJob, BuildOutcome, Emit, command_failure
from deploymend.loopback.site_output import collect_site
from deploymend.shell.allow_proxy import AllowProxy
from deploymend.shell.registry import RegistryAccess, find_registries
from deploymend.shell.sandbox import Job, JobEnd, JobLimits, Sandbox
from deploymend.shell.sandbox_detect import detect_sandbox
from deploymend.shell.toolchain import Toolchain, Tools

BUILD_SECONDS = 45 * 60.0
"""Vercel's own limit (vercel.com/docs/limits)."""
_STEP_SECONDS = 120.0
_MOST_BYTES = 2_000_000
_STORES = {"pnpm": "npm_config_store_dir", "yarn": "YARN_CACHE_FOLDER", "bun": "BUN_INSTALL_CACHE_DIR"}
"""Which variable tells a package manager where to keep downloads, besides npm's own."""
_OWN_VARIABLES = {"yarn": {"YARN_ENABLE_GLOBAL_CACHE": "false", "YARN_NODE_LINKER": "node-modules"}}
"""As Vercel sets them (`run-user-scripts.ts` in github.com/vercel/vercel)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ground:
    """What one build stands on."""

    sandbox: Sandbox
    plan: BuildPlan
    tools: Tools
    access: RegistryAccess
    job: BuildJob
    emit: Emit

    @property
    def disk(self) -> Path:
        """The checkout's parent: all that the build may write to."""
        return self.job.checkout.parent


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
                disk=job.checkout.parent,
                directory=str(Path(job.checkout.name, job.settings.root_directory)),
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
        ground = await self._ground(job, plan, emit)
        cache, kind = BuildCache(job.cache, ground.disk), f"{plan.manager} {ground.tools.node.major}"
        await asyncio.to_thread(cache.take, job.checkout, kind=kind, use=job.use_cache)
        failure = await self._install(ground) or await self._run_build(ground)
        failure = failure or await asyncio.to_thread(collect_site, plan, job.checkout, job.site)
        if job.use_cache or failure is None:
            await asyncio.to_thread(cache.give_back, job.checkout, kind=kind)
        return failure

    async def _ground(self, job: BuildJob, plan: BuildPlan, emit: Emit) -> _Ground:
        sandbox = await self.sandbox()
        tools = await self._toolchain.prepare(plan)
        for note in (*tools.notes, *sandbox.report.notes):
            emit(f"Warning: {note}")
        folders = [job.checkout / plan.directory, job.checkout]
        access = await find_registries(tools, plan.manager, folders)
        userconfig = access.userconfig(keep_addresses=True)
        await asyncio.to_thread((job.checkout.parent / "npmrc").write_text, userconfig, encoding="utf-8")
        return _Ground(sandbox=sandbox, plan=plan, tools=tools, access=access, job=job, emit=emit)

    async def _install(self, ground: _Ground) -> BuildFailure | None:
        command = ground.plan.install_command
        if command is None:
            ground.emit('Skipping "install" command...')
            return None
        own = command != DEFAULT_INSTALL.get(ground.plan.manager)
        ground.emit(f'Running "install" command: `{command}`...' if own else "Installing dependencies...")
        async with _way_out(ground) as proxy:
            end = await self._run(ground, command, proxy=proxy.address)
        for refused in proxy.refused if not end.completed.ok else ():
            ground.emit(f"Warning: the sandbox let nothing through to {refused}")
        failure = _failure(install_shown(ground.plan), end)
        if failure is None and ground.plan.framework == "nextjs":
            _tell_next_version(ground)
        return failure

    async def _run_build(self, ground: _Ground) -> BuildFailure | None:
        command = ground.plan.build_command
        if command is None:
            return None
        ground.emit(f'Running "{command}"')
        return _failure(command, await self._run(ground, command, proxy=None))

    async def _run(self, ground: _Ground, command: str, *, proxy: Path | int | None) -> JobEnd:
        inside = Path(ground.sandbox.inside(ground.disk))
        root = inside / ground.job.checkout.name
        own_programs = dict.fromkeys((root / ground.plan.directory, root))
        return await ground.sandbox.run(
            Job(
                argv=("sh", "-c", command),
                disk=ground.disk,
                directory=str(Path(ground.job.checkout.name, ground.plan.directory)),
                environment=_environment(ground, inside),
                path=(*(folder / "node_modules" / ".bin" for folder in own_programs), ground.tools.folder),
                read_only=(*ground.tools.read_only, *ground.access.certificates),
                proxy=proxy,
                limits=JobLimits(timeout_seconds=self._timeout_seconds),
                on_line=ground.emit,
            )
        )


@asynccontextmanager
async def _way_out(ground: _Ground) -> AsyncIterator[AllowProxy]:
    access = ground.access
    async with AllowProxy(access.hosts, on_socket=ground.sandbox.wants_socket, upstream=access.upstream) as proxy:
        yield proxy


def _environment(ground: _Ground, inside: Path) -> Mapping[str, str]:
    """The project's variables, and where the package managers find their settings and keep their downloads."""
    downloads = str(inside / "cache" / "downloads")
    variables = {
        "npm_config_userconfig": str(inside / "npmrc"),
        "npm_config_cache": downloads,
        "COREPACK_ENABLE_NETWORK": "0",
        **_OWN_VARIABLES.get(ground.plan.manager, {}),
    }
    if ground.plan.manager in _STORES:
        variables[_STORES[ground.plan.manager]] = downloads
    if ground.access.certificate_variable:
        variables["NODE_EXTRA_CA_CERTS"] = str(ground.access.certificate_variable)
    return {**ground.job.environment, **variables}


def _failure(command: str, end: JobEnd) -> BuildFailure | None:
    """What a step's end means, in Vercel's words; None when it is well."""
    if end.completed.ok and end.stopped is None:
        return None
    if end.stopped == "memory":
        return command_failure(command, "SIGKILL")
    if end.stopped is not None:
        return BuildFailure(message=f'Command "{command}" was stopped: it used too much {end.stopped}')
    code = end.completed.exit_code
    return command_failure(command, code if code >= 0 else signal.Signals(-code).name)


def _tell_next_version(ground: _Ground) -> None:
    manifest = ground.job.checkout / ground.plan.directory / "node_modules" / "next" / "package.json"
    try:
        version = json.loads(manifest.read_text(encoding="utf-8"))["version"]
    except (OSError, ValueError, KeyError, TypeError):
        return
    ground.emit(f"Detected Next.js version: {version}")


def _plan(job: BuildJob) -> BuildPlan:
    root = job.checkout / job.settings.root_directory
    if job.settings.root_directory and not root.is_dir():
        raise CheckoutError(
            f'The specified Root Directory "{job.settings.root_directory}" does not exist. '
            "Please update your Project Settings."
        )
    if not (root / "package.json").exists() and not (root / "vercel.json").exists():
        return BuildPlan(directory=job.settings.root_directory, reasons=("static files: there is no package.json",))
    return plan_build(_files(job.checkout), lambda path: _read(job.checkout / path), job.settings)


def _files(checkout: Path) -> list[str]:
    found: list[str] = []
    for folder, names, files in os.walk(checkout):
        names[:] = [name for name in names if name not in (".git", "node_modules")]
        found += [Path(folder, name).relative_to(checkout).as_posix() for name in files]
    return sorted(found)


def _read(path: Path) -> str | None:
    """A file's text for the planning rules; None for links, huge files and what is no text."""
    try:
        if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
            return None
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
