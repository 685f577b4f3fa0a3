"""Where untrusted code runs: a project's install scripts and its build.

A sandbox gets a job, runs it with no secrets in its environment and no home, and ends everything it started. Which
one this machine can offer is found out by trying, and `report` says so: it is shown, never silent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Protocol

from deploymend.shell.process import Completed


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxReport:
    """Which sandbox this is (`bubblewrap 0.8.0`, `landlock 7`, `none`), and what a person must know about it."""

    name: str
    isolates_files: bool
    isolates_network: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLimits:
    """What one job may use. A job over a limit is ended, and `JobEnd.stopped` says which."""

    timeout_seconds: float
    memory_bytes: int = 8 << 30
    """Of all its processes together: what a Standard build machine of Vercel has."""
    processes: int = 1024
    file_size_bytes: int = 4 << 30
    temporary_bytes: int = 2 << 30
    """Room in /tmp, where the sandbox has one of its own."""
    disk_reserve_bytes: int = 512 << 20
    """What must stay free on the disk it writes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One command to run. It may write to `disk` only, and read the system's programs and `read_only`."""

    argv: tuple[str, ...]
    disk: Path
    directory: str = ""
    """Where it runs, relative to `disk`."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the little that every job gets: PATH, HOME, LANG, TMPDIR."""
    path: tuple[Path, ...] = ()
    """Folders that stand on PATH before the system's."""
    path_on_disk: tuple[str, ...] = ()
    """Folders, relative to `disk`, that stand before those: a project's own node_modules/.bin."""
    read_only: tuple[Path, ...] = ()
    proxy: Path | int | None = None
    """The allow-list proxy it may use, as `Sandbox.wants_socket` asks for it; None: no network at all."""
    limits: JobLimits
    on_line: Callable[[str], None] | None = None
    separate_stderr: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """How a job ended. `stopped`: `time`, `memory`, `processes`, `disk` when a limit ended it, else None."""

    completed: Completed
    stopped: str | None = None


class Sandbox(Protocol):
    """One way to confine a job."""

    @property
    def report(self) -> SandboxReport:
        """What it is and what it cannot do."""
        ...

    @property
    def wants_socket(self) -> bool:
        """True when the proxy must listen on a unix socket, False for a port on loopback."""
        ...

    def inside(self, disk: Path) -> PurePosixPath:
        """What the job sees its disk as."""
        ...

    async def run(self, job: Job) -> JobEnd:
        """Run a job to its end. Raises BuildEnvironmentError when it cannot be started."""
        ...


def path_of(job: Job, inside: PurePosixPath) -> str:
    """The PATH of a job whose disk is at `inside`."""
    own = [str(inside / folder) for folder in job.path_on_disk]
    return ":".join([*own, *map(str, job.path), "/usr/local/bin", "/usr/bin", "/bin"])


def proxy_environment(port: int) -> dict[str, str]:
    """Tells npm, pnpm, yarn, bun and most other tools to go through the proxy on this loopback port."""
    address = f"http://127.0.0.1:{port}"
    names = (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "http_proxy",
        "https_proxy",
        "npm_config_proxy",
        "npm_config_https_proxy",
        "YARN_HTTP_PROXY",
        "YARN_HTTPS_PROXY",
    )
    # No exceptions: a registry on this machine's own loopback is not on the sandbox's, and only the proxy gets there.
    return dict.fromkeys(names, address) | dict.fromkeys(("NO_PROXY", "no_proxy", "npm_config_noproxy"), "")
