"""What is left where bubblewrap does not work: Landlock, else a scrubbed environment and limits only.

Both run on the machine's own file system: a job's disk keeps its path, and home and /tmp are folders on it.
"""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path, PurePosixPath

from deploymend.shell.sandbox import Job, JobEnd, SandboxReport, path_of, proxy_environment
from deploymend.shell.sandbox_landlock_launcher import landlock_version
from deploymend.shell.sandbox_watch import kill_marked, run_watched

_LAUNCHER = Path(__file__).with_name("sandbox_landlock_launcher.py")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32", "/etc", "/opt", "/nix/store", "/proc", "/sys", "/run")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/shm", "/dev/pts")  # noqa: S108 - a device
_NETWORK_SINCE = 4
_MARK = "DEPLOYMEND_JOB"


class PlainSandbox:
    """Runs a job with a scrubbed environment, limits and a group that dies; `landlock` 0 confines nothing else."""

    def __init__(self, *, landlock: int, notes: tuple[str, ...] = ()) -> None:
        self._landlock = landlock
        self._report = SandboxReport(
            name=f"landlock {landlock}" if landlock else "none",
            isolates_files=bool(landlock),
            isolates_network=landlock >= _NETWORK_SINCE,
            notes=(*notes, *_weaknesses(landlock)),
        )

    @property
    def report(self) -> SandboxReport:
        """What it is and what it cannot do."""
        return self._report

    @property
    def wants_socket(self) -> bool:
        """It shares the machine's loopback, so the proxy listens on a port there."""
        return False

    def inside(self, disk: Path) -> PurePosixPath:
        """The disk's own path."""
        return PurePosixPath(disk)

    async def run(self, job: Job) -> JobEnd:
        """Run it; afterwards end what left its process group, found by a mark in its environment."""
        mark = uuid.uuid4().hex
        for folder in ("home", "tmp"):
            (job.disk / folder).mkdir(exist_ok=True)
        argv, place = [*self._launcher(job), *job.argv], job.disk / job.directory
        try:
            return await run_watched(job, argv, cwd=place, env=_environment(job, mark))
        finally:
            kill_marked(f"{_MARK}={mark}")

    def _launcher(self, job: Job) -> list[str]:
        if not self._landlock:
            return []
        places = {
            "read": [*_SYSTEM, *map(str, job.read_only), *map(str, job.path)],
            "write": [str(job.disk), *_DEVICES],
            "connect": [job.proxy] if isinstance(job.proxy, int) else [],
        }
        return [sys.executable, "-I", "-S", str(_LAUNCHER), json.dumps(places)]


def landlock_here() -> int:
    """The kernel's Landlock version, 0 for none."""
    return landlock_version()


def _environment(job: Job, mark: str) -> dict[str, str]:
    path = path_of(job, PurePosixPath(job.disk))
    proxy = proxy_environment(job.proxy) if isinstance(job.proxy, int) else {}
    own = {
        "PATH": path,
        "HOME": str(job.disk / "home"),
        "TMPDIR": str(job.disk / "tmp"),
        "LANG": "C.UTF-8",
        _MARK: mark,
    }
    return own | proxy | dict(job.environment)


def _weaknesses(landlock: int) -> tuple[str, ...]:
    if not landlock:
        freedom = "it can read and write what you can, and use the network"
        return (f"Nothing confines the build: {freedom}. Build only code you trust.",)
    network = "only TCP is blocked" if landlock >= _NETWORK_SINCE else "the network is open"
    return (f"Landlock confines files; {network}, processes of yours are visible.",)
