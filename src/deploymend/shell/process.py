"""The only place where a process starts.

A process gets an argument list (never a shell string), its own session, and a time limit. When it ends, runs out of
time, or its caller is cancelled (Ctrl-C), its whole process group ends with it: nothing we start outlives the call.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import BuildEnvironmentError
from deploymend.shell.output import CappedOutput, LineSplitter

GRACE_SECONDS = 3.0
"""From SIGTERM to SIGKILL."""
PIPE_GRACE_SECONDS = 0.5
"""How long output may still come after the process ended: a grandchild can hold the pipe open for ever."""
_BLOCK_BYTES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one process may use (POSIX rlimits, per process); None leaves the machine's own limit."""

    cpu_seconds: int | None = None
    file_size_bytes: int | None = None
    """The largest file it may write; rounded down to 512-byte blocks, the unit of `ulimit -f` in POSIX."""
    open_files: int | None = None
    processes: int | None = None
    """Counts all processes of the user, not only this one's children, and does not bind root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """How a process ended. A negative exit code is the signal that ended it."""

    argv: tuple[str, ...]
    exit_code: int
    output: str
    """stdout and stderr in the order they arrived, as UTF-8 with bad bytes replaced."""
    seconds: float
    timed_out: bool = False
    truncated: bool = False
    """True when the middle of `output` or `stdout` is missing because it was too long."""
    stdout_bytes: bytes = b""
    """stdout alone, as it came, when `separate_stderr` was asked for; else empty."""

    @property
    def stdout(self) -> str:
        """The standard output alone as UTF-8, when `separate_stderr` was asked for; else empty."""
        return self.stdout_bytes.decode("utf-8", "replace")

    @property
    def ok(self) -> bool:
        """True when it ended by itself with exit code 0."""
        return self.exit_code == 0 and not self.timed_out


async def run(
    argv: Sequence[str],
    *,
    cwd: Path,
    timeout_seconds: float,
    env: Mapping[str, str] | None = None,
    stdin: bytes | None = None,
    on_line: Callable[[str], None] | None = None,
    on_start: Callable[[int], None] | None = None,
    max_output_bytes: int = 8_000_000,
    limits: Limits | None = None,
    separate_stderr: bool = False,
) -> Completed:
    """Run a program to its end.

    `env` is its whole environment; None gives it PATH, HOME and LANG only. `on_line` gets each line of output as it
    comes, `on_start` the process id, which is also its group's. `separate_stderr` also keeps stdout by itself, for
    callers who parse it. Raises BuildEnvironmentError when the program or the folder does not exist.
    """
    environment = dict(minimal_environment() if env is None else env)
    command = _command(argv, cwd=cwd, env=environment, limits=limits)
    child = _Child(max_output_bytes=max_output_bytes, on_line=on_line, separate_stderr=separate_stderr)
    started = time.monotonic()
    await child.start(command, cwd=cwd, env=environment, stdin=stdin)
    timed_out = False
    try:
        if on_start:
            on_start(child.pid)
        async with asyncio.timeout(timeout_seconds):
            await child.exited.wait()
    except TimeoutError:
        timed_out = True
    finally:
        await child.end()
    return child.completed(tuple(argv), seconds=time.monotonic() - started, timed_out=timed_out)


def minimal_environment() -> dict[str, str]:
    """PATH, HOME and LANG of this process: enough for a tool to start, and no secrets."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}


def _command(argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], limits: Limits | None) -> list[str]:
    """The argument list that really starts, with the program's full path. Says what is missing before anything runs."""
    if not cwd.is_dir():
        raise BuildEnvironmentError(f"{argv[0]} cannot run in {cwd}: there is no such folder.")
    program = shutil.which(argv[0] if "/" not in argv[0] else str(cwd / argv[0]), path=env.get("PATH", os.defpath))
    if program is None:
        raise BuildEnvironmentError(
            f"The program {argv[0]} was not found.",
            next_step=f"Install {argv[0]} and make sure that it is on PATH.",
        )
    wrapper = _limit_wrapper(limits) if limits else []
    return [*wrapper, program, *argv[1:]]


def _limit_wrapper(limits: Limits) -> list[str]:
    """A POSIX shell that lowers its limits and becomes the program.

    `preexec_fn` would do the same, but is unsafe in a program with threads (Python's subprocess documentation). A
    limit that cannot be set is one that is stricter already. dash names the process limit `-p`, bash and zsh `-u`.
    """
    blocks = limits.file_size_bytes // _BLOCK_BYTES if limits.file_size_bytes is not None else None
    wanted = [("-t", limits.cpu_seconds), ("-f", blocks), ("-n", limits.open_files)]
    steps = ["ulimit -c 0"] + [f"ulimit {flag} {value} 2>/dev/null" for flag, value in wanted if value is not None]
    if limits.processes is not None:
        steps.append(f"{{ ulimit -u {limits.processes} || ulimit -p {limits.processes}; }} 2>/dev/null")
    return ["/bin/sh", "-c", "; ".join([*steps, 'exec "$@"']), "sh"]


class _Child(asyncio.SubprocessProtocol):
    """One running process, its captured output and its end."""

    def __init__(self, *, max_output_bytes: int, on_line: Callable[[str], None] | None, separate_stderr: bool) -> None:
        self.exited = asyncio.Event()
        self.pid = 0
        self._pipes_closed = asyncio.Event()
        self._open_pipes = {1, 2} if separate_stderr else {1}
        self._output = CappedOutput(max_output_bytes)
        self._stdout = CappedOutput(max_output_bytes) if separate_stderr else None
        self._splitter = LineSplitter(on_line) if on_line else None
        self._transport: asyncio.SubprocessTransport | None = None

    async def start(self, command: Sequence[str], *, cwd: Path, env: Mapping[str, str], stdin: bytes | None) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._transport, _ = await loop.subprocess_exec(
                lambda: self,
                *command,
                cwd=cwd,
                env=env,
                stdin=asyncio.subprocess.DEVNULL if stdin is None else asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT if self._stdout is None else asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            raise BuildEnvironmentError(f"{command[0]} did not start: {error}") from error
        self.pid = self._transport.get_pid()
        if stdin is not None:
            self._feed(stdin)

    def _feed(self, stdin: bytes) -> None:
        pipe = self._transport.get_pipe_transport(0) if self._transport else None
        if isinstance(pipe, asyncio.WriteTransport):
            pipe.write(stdin)
            pipe.close()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        self._output.feed(data)
        if fd == 1 and self._stdout is not None:
            self._stdout.feed(data)
        if self._splitter:
            self._splitter.feed(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._open_pipes.discard(fd)
        if not self._open_pipes:
            self._pipes_closed.set()

    def process_exited(self) -> None:
        self.exited.set()

    async def end(self) -> None:
        """End the whole group, collect the last output, and let go of the pipes. Cut short by a second cancellation."""
        try:
            if not self.exited.is_set():
                self._signal(signal.SIGTERM)
                await _within(self.exited, GRACE_SECONDS)
            else:
                await _within(self._pipes_closed, PIPE_GRACE_SECONDS)
        finally:
            self._signal(signal.SIGKILL)
            await self._collect()

    async def _collect(self) -> None:
        try:
            await _within(self.exited, GRACE_SECONDS)
            await _within(self._pipes_closed, PIPE_GRACE_SECONDS)
        finally:
            if self._transport:
                self._transport.close()
            if self._splitter:
                self._splitter.finish()

    def _signal(self, number: signal.Signals) -> None:
        """Signal every process of the group, also when its first one is gone; nobody left is fine."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)

    def completed(self, argv: tuple[str, ...], *, seconds: float, timed_out: bool) -> Completed:
        exit_code = self._transport.get_returncode() if self._transport else None
        return Completed(
            argv=argv,
            exit_code=-signal.SIGKILL if exit_code is None else exit_code,
            output=self._output.text(),
            stdout_bytes=self._stdout.content() if self._stdout else b"",
            seconds=seconds,
            timed_out=timed_out,
            truncated=self._output.truncated or bool(self._stdout and self._stdout.truncated),
        )


async def _within(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, but not longer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
