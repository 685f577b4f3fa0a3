"""What a builder is asked to do and what it answers. The real one runs the project's commands; tests script theirs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploymend.core.model import ProjectSettings
from deploymend.shell.build_slot import BuildSlot

Emit = Callable[[str], None]
"""Takes one line of output at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildJob:
    """One build: a checkout of the commit, how the project is set up, and where things go."""

    slot: BuildSlot
    """The place to build in, ours for this build alone; its tree is the checkout."""
    settings: ProjectSettings
    environment: Mapping[str, str]
    """The project's variables for this target and the `VERCEL_…` ones."""
    cache: Path
    """A folder for what the next build of the project may take over."""
    use_cache: bool
    site: Path
    """Where the files to serve are put; does not exist yet."""
    ignore_command: str | None = None

    @property
    def checkout(self) -> Path:
        """The repository's root at the commit; the builder may write in it. Called /vercel/path0 in the log."""
        return self.slot.tree


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFailure:
    """Why a build failed, as the deployment will say it: `Command "npm run build" exited with 1`."""

    message: str
    code: str = "BUILD_FAILED"
    step: str = "buildStep"
    link: str | None = None
    out_of_memory: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOutcome:
    """How a build ended: green (no failure), red, or not built at all because the ignored build step said so."""

    failure: BuildFailure | None = None
    ignored: bool = False


Build = Callable[[BuildJob, Emit], Awaitable[BuildOutcome]]


class Builder(Protocol):
    """Runs a project's commands. Both calls must end what they started when they are cancelled."""

    async def decide(self, job: BuildJob, command: str, emit: Emit) -> int:
        """Run the command of the ignored build step in the root directory; its exit code."""
        ...

    async def build(self, job: BuildJob, emit: Emit) -> BuildOutcome:
        """Install, build, and put what is to be served in `job.site`."""
        ...


def command_failure(command: str, exit_code: int | str) -> BuildFailure:
    """The failure of a command, in the words and with the code that Vercel uses for it.

    `exit_code` is an exit status or a signal's name. 137 and SIGKILL mean that memory ran out.
    """
    return BuildFailure(
        message=f'Command "{command}" exited with {exit_code}',
        code=f"BUILD_UTILS_SPAWN_{exit_code}",
        out_of_memory=str(exit_code) in ("137", "SIGKILL"),
    )
