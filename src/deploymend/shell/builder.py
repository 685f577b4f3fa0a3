"""Builds a workspace as the platform would, in a sandbox: the implementation of `ports.Builder`.

The worktree itself is never built in: each check copies it into a slot (build_slot.py), so that what a build writes,
by habit or on purpose, reaches neither the repair nor the commit.
"""

from __future__ import annotations

import asyncio
import hashlib
import posixpath
import shlex
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from deploymend.core.jsonc import parse_object
from deploymend.core.model import PackageOperation, ProjectSettings, Proof
from deploymend.core.plan import BuildPlan
from deploymend.core.planning import plan_build
from deploymend.core.planning_checks import has_rung
from deploymend.core.planning_manager import walk_up
from deploymend.errors import CheckoutError
from deploymend.ports import CheckResult, PackageFacts, Workspace
from deploymend.shell.build_environment import platform_variables
from deploymend.shell.build_rungs import BuildLimits, Rungs
from deploymend.shell.build_slot import BuildSlot, build_slot, prune_slots
from deploymend.shell.build_steps import BuildSteps
from deploymend.shell.build_verdict import Verdict
from deploymend.shell.lock_work import change_packages
from deploymend.shell.registry import DECIDING_FILES, RegistryAccess, find_registries
from deploymend.shell.registry_facts import is_package_name, read_facts
from deploymend.shell.sandbox import Sandbox
from deploymend.shell.sandbox_detect import detect_sandbox
from deploymend.shell.slot_files import write_git_folder
from deploymend.shell.toolchain import Toolchain, Tools

_WANTED_FREE_BYTES = 2 << 30
_FACTS_SECONDS = 60.0
_ACTIVITY = {
    Proof.LOCKED: "checking the lockfile",
    Proof.TYPE_CHECKED: "type checking",
    Proof.COMPILED: "compiling",
    Proof.BUILT: "building",
}


class SandboxedBuilder:
    """Plans and checks one project. Several may run at once, also in several processes, on the same cache folder.

    Tools and registries are looked up once for each builder: make a new one for each repair.
    """

    def __init__(
        self,
        *,
        cache_folder: Path,
        project: str | None = None,
        settings: ProjectSettings | None = None,
        install: str | None = None,
        build: str | None = None,
        sandbox: Sandbox | None = None,
        toolchain: Toolchain | None = None,
        limits: BuildLimits | None = None,
        branch: str = "main",
        production: bool = False,
        variables: Mapping[str, str] | None = None,
        allowed_hosts: frozenset[str] = frozenset(),
        on_activity: Callable[[str], None] | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        """`project` names the cache: packages installed for one project are never used by another. None: the
        platform's id, else the name in package.json.

        `sandbox` None: the strongest one here, found at first use. `install` and `build` override the plan's commands.
        `variables` are the project's own, where their values are known; `allowed_hosts` (`host:port`) are open to the
        install step besides the registries. `on_activity` gets what is being done, `on_line` the build's output.
        """
        self._projects = cache_folder / "projects"
        self._project = project or (settings.id if settings else None)
        self._settings = settings
        self._install = install
        self._build = build
        self._sandbox = sandbox
        self._toolchain = toolchain or Toolchain(cache_folder)
        self._limits = limits or BuildLimits()
        self._branch = branch
        self._production = production
        self._variables = dict(variables or {})
        self._allowed_hosts = allowed_hosts
        self._on_activity = on_activity or (lambda _: None)
        self._on_line = on_line
        self._installed: set[str] = set()
        self._tools: dict[BuildPlan, Tools] = {}
        self._registries: dict[tuple[str | None, ...], RegistryAccess] = {}

    async def sandbox(self) -> Sandbox:
        """The sandbox in use; its `report` is for `doctor` and for people."""
        if self._sandbox is None:
            self._sandbox = await detect_sandbox()
        return self._sandbox

    async def plan(self, workspace: Workspace) -> BuildPlan:
        """What the platform would run. Raises CheckoutError when there is nothing to build."""
        files = workspace.files()

        def read(path: str) -> str | None:
            # Lockfiles can be longer than what a workspace reads; their first lines are enough to plan.
            return workspace.read(path) or _head(workspace.root, path)

        return plan_build(files, read, self._settings, install=self._install, build=self._build)

    async def check(self, workspace: Workspace, plan: BuildPlan, rung: Proof) -> CheckResult:
        """Try one rung. Raises BuildEnvironmentError when this machine cannot do the work at all."""
        self._on_activity(_ACTIVITY.get(rung, f"checking {rung}"))
        names = self._settings.environment_names if self._settings else ()
        known = frozenset(self._variables)
        verdict = Verdict(rung=rung, variable_names=tuple(name for name in names if name not in known))
        if plan.refusal is not None and rung is Proof.BUILT:
            return verdict.refused(plan)
        if plan.refusal is not None or not has_rung(rung, workspace.files(), workspace.read, plan):
            return verdict.not_applicable()
        async with self._steps(workspace, plan) as steps:
            rungs = Rungs(
                steps=steps,
                files=workspace.files(),
                limits=self._limits,
                verdict=verdict,
                installed=self._installed,
            )
            match rung:
                case Proof.LOCKED:
                    return await rungs.locked()
                case Proof.TYPE_CHECKED:
                    return await rungs.type_checked()
                case Proof.COMPILED:
                    return await rungs.compiled()
                case _:
                    return await rungs.built()

    async def perform(self, workspace: Workspace, plan: BuildPlan, operation: PackageOperation) -> None:
        """Let the package manager change manifest and lock, and take only those over. Raises OperationFailedError."""
        self._on_activity("updating the lockfile")
        async with self._steps(workspace, plan) as steps:
            await change_packages(steps, workspace, operation, self._limits.of(self._limits.install_seconds))

    async def package_facts(self, workspace: Workspace, plan: BuildPlan, name: str) -> PackageFacts | None:
        """Ask the project's registry, by npm in the sandbox. None when it does not know the name."""
        if not is_package_name(name):
            return None
        async with self._steps(workspace, plan) as steps:
            command = f"npm view {shlex.quote(name)} --json"
            end = await steps.run(command, self._limits.of(_FACTS_SECONDS), online=True, separate_stderr=True)
        return read_facts(name, end.stdout, end.output)

    @asynccontextmanager
    async def _steps(self, workspace: Workspace, plan: BuildPlan) -> AsyncIterator[BuildSteps]:
        """A slot with the workspace's tree, and everything that is needed to run in it."""
        sandbox = await self.sandbox()
        if plan not in self._tools:
            self._tools[plan] = await self._toolchain.prepare(plan)
        tools = self._tools[plan]
        await asyncio.to_thread(prune_slots, self._projects, wanted_free_bytes=_WANTED_FREE_BYTES)
        async with build_slot(self._slots(workspace, plan)) as slot:
            await slot.fill(workspace.root, workspace.files())
            await asyncio.to_thread(write_git_folder, slot.tree, workspace.commit_sha, self._branch)
            yield BuildSteps(
                slot=slot,
                plan=plan,
                tools=tools,
                sandbox=sandbox,
                access=await self._access(tools, plan, slot),
                variables=self._all_variables(workspace),
                emit=self._on_line,
            )

    def _slots(self, workspace: Workspace, plan: BuildPlan) -> Path:
        manifest = parse_object(workspace.read(posixpath.join(plan.directory, "package.json")) or "")
        name = self._project or f"{manifest.get('name')} in {plan.directory}"
        return self._projects / hashlib.sha256(name.encode()).hexdigest()[:16] / "slots"

    async def _access(self, tools: Tools, plan: BuildPlan, slot: BuildSlot) -> RegistryAccess:
        if not all(slot.is_empty(up) is not None for up in walk_up(plan.directory)):
            raise CheckoutError(
                f"The root directory {plan.directory} is not a folder of the repository.",
                next_step="Correct the project's root directory.",
            )
        folders = tuple(walk_up(plan.directory))
        texts = (slot.read(posixpath.join(folder, name)) for folder in folders for name in DECIDING_FILES)
        key = (plan.manager, plan.directory, *texts)
        if key not in self._registries:
            found = await find_registries(tools, plan.manager, [slot.tree / folder for folder in folders])
            self._registries[key] = replace(found, hosts=found.hosts | self._allowed_hosts)
        return self._registries[key]

    def _all_variables(self, workspace: Workspace) -> dict[str, str]:
        platform = platform_variables(commit_sha=workspace.commit_sha, branch=self._branch, production=self._production)
        return platform | self._variables


def _head(root: Path, path: str) -> str | None:
    """The first 64 KB of a large file of the tree, as text; None when it is a link or cannot be read."""
    place = root / path
    if any(part.is_symlink() for part in (place, *place.parents) if part != root and root in part.parents):
        return None
    try:
        with place.open("rb") as file:
            return file.read(64 << 10).decode("utf-8", "replace")
    except OSError:
        return None
