"""Runs the steps of a plan in a slot and writes down what they print, as the platform's log would show it."""

from __future__ import annotations

import posixpath
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from deploymend.core.jsonc import parse_object
from deploymend.core.plan import BuildPlan
from deploymend.core.planning_commands import DEFAULT_INSTALL, install_shown
from deploymend.core.planning_manager import walk_up
from deploymend.shell.allow_proxy import AllowProxy
from deploymend.shell.build_environment import tool_variables
from deploymend.shell.build_slot import TREE, BuildSlot
from deploymend.shell.registry import RegistryAccess
from deploymend.shell.sandbox import Job, JobLimits, Sandbox
from deploymend.shell.sandbox_bubblewrap import MOUNT
from deploymend.shell.toolchain import Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEnd:
    """How a command ended. `stopped` as in `JobEnd`; `refused` are hosts it asked for in vain."""

    ok: bool
    output: str
    stdout: str = ""
    stopped: str | None = None
    refused: tuple[str, ...] = ()
    command: str = ""
    """What ran, as the platform shows it."""
    exited: str = "0"
    """Its exit status, or the name of the signal that ended it."""
    failure: str = ""
    """What the platform prints last: `Command "npm run build" exited with 1`; empty when it went well."""


@dataclass(slots=True, kw_only=True)
class BuildSteps:
    """One slot, one plan and the tools for it; `lines` is the log so far."""

    slot: BuildSlot
    plan: BuildPlan
    tools: Tools
    sandbox: Sandbox
    access: RegistryAccess
    variables: Mapping[str, str]
    """What the platform sets, and the project's own variables where they are known."""
    emit: Callable[[str], None] | None = None
    """Gets each line of the log as it comes."""
    lines: list[str] = field(default_factory=list)

    async def install(self, limits: JobLimits) -> StepEnd:
        """The install step: the network only to the project's registries."""
        command = self.plan.install_command
        if command is None:
            self.say('Skipping "install" command...')
            return StepEnd(ok=True, output="")
        default = command == DEFAULT_INSTALL.get(self.plan.manager)
        self.say("Installing dependencies..." if default else f'Running "install" command: `{command}`...')
        return await self.run(command, limits, shown=install_shown(self.plan), online=True)

    async def build(self, limits: JobLimits) -> StepEnd:
        """The build step, without any network."""
        command = self.plan.build_command
        if command is None:
            return StepEnd(ok=True, output="")
        self.say(f'Running "{command}"')
        return await self.run(command, limits, shown=command)

    async def run(
        self,
        command: str,
        limits: JobLimits,
        *,
        shown: str = "",
        online: bool = False,
        directory: str | None = None,
        separate_stderr: bool = False,
    ) -> StepEnd:
        """Run one shell command in the plan's directory (or another of the tree) and log it."""
        if not online:
            return await self._run(command, limits, shown or command, directory, None, separate=separate_stderr)
        wants_socket = self.sandbox.wants_socket
        async with AllowProxy(self.access.hosts, on_socket=wants_socket, upstream=self.access.upstream) as proxy:
            return await self._run(command, limits, shown or command, directory, proxy, separate=separate_stderr)

    def installed(self, package: str) -> str | None:
        """The version of an installed package, from the nearest node_modules; None when it cannot be told."""
        for folder in walk_up(self.plan.directory):
            text = self.slot.read_linked(posixpath.join(folder, "node_modules", package, "package.json"))
            if text is not None:
                version = parse_object(text).get("version")
                return version[:40] if isinstance(version, str) else None
        return None

    def say(self, line: str) -> None:
        """Add a line to the log."""
        self.lines.append(line)
        self._stream(line)

    def _stream(self, line: str) -> None:
        if self.emit is not None:
            self.emit(self._as_there(line))

    def _as_there(self, text: str) -> str:
        """Without a mount of its own a job sees the disk's real path: the log shows the platform's instead."""
        return text.replace(str(self.slot.disk), str(MOUNT))

    async def _run(
        self,
        command: str,
        limits: JobLimits,
        shown: str,
        directory: str | None,
        proxy: AllowProxy | None,
        *,
        separate: bool,
    ) -> StepEnd:
        place = self.plan.directory if directory is None else directory
        npmrc = self._write_npmrc()
        inside = self.sandbox.inside(self.slot.disk)
        ended = await self.sandbox.run(
            Job(
                argv=("/bin/sh", "-c", command),
                disk=self.slot.disk,
                directory=str(PurePosixPath(TREE, place)),
                environment=tool_variables(self.plan, inside, npmrc, self.access) | dict(self.variables),
                path=(self.tools.folder,),
                path_on_disk=tuple(str(PurePosixPath(TREE, up, "node_modules/.bin")) for up in walk_up(place)),
                read_only=(*self.tools.read_only, self.slot.config, *self.access.certificates),
                proxy=proxy.address if proxy is not None else None,
                limits=limits,
                on_line=self._stream,
                separate_stderr=separate,
            )
        )
        completed = ended.completed
        # Not line by line as it comes: what was captured has its middle cut out when it is huge.
        self.lines += self._as_there(completed.output).splitlines()
        ok = completed.ok and ended.stopped is None
        exited = _exit_shown(completed.exit_code, ended.stopped)
        return StepEnd(
            ok=ok,
            output=completed.output,
            stdout=completed.stdout,
            stopped=ended.stopped,
            refused=tuple(proxy.refused) if proxy is not None else (),
            command=shown,
            exited=exited,
            failure="" if ok else f'Command "{shown}" {_end_shown(exited, ended.stopped, limits)}',
        )

    def _write_npmrc(self) -> PurePosixPath:
        """The sandbox's own user configuration. A lockfile without addresses stays without."""
        lock = self.slot.read(self.plan.lockfile) if self.plan.lockfile else None
        path = self.slot.config / "npmrc"
        path.write_text(self.access.userconfig(keep_addresses=lock is None or '"resolved":' in lock), encoding="utf-8")
        return PurePosixPath(path)


def _exit_shown(exit_code: int, stopped: str | None) -> str:
    """An exit status, or a signal's name as the platform prints it."""
    if stopped is not None:
        return "SIGKILL"
    return signal.Signals(-exit_code).name if exit_code < 0 else str(exit_code)


def _end_shown(exited: str, stopped: str | None, limits: JobLimits) -> str:
    """Our own time limit is told as what it is: read as the platform's SIGKILL it would pass for a lack of memory."""
    return f"was stopped here after {limits.timeout_seconds:.0f} s" if stopped == "time" else f"exited with {exited}"
