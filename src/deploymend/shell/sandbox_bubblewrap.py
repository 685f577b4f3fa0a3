"""The sandbox of choice: bubblewrap (github.com/containers/bubblewrap), unprivileged Linux namespaces.

A job sees the system's programs read-only, its disk as /vercel, an empty home and /tmp, its own processes, and a
network that is only a loopback. With a proxy, a bridge carries one loopback port to the proxy's unix socket.
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from deploymend.shell.process import run
from deploymend.shell.sandbox import Job, JobEnd, SandboxReport, path_of, proxy_environment
from deploymend.shell.sandbox_watch import run_watched

MOUNT = PurePosixPath("/vercel")
"""As on Vercel, where the repository is at /vercel/path0: paths in logs are the same, and caches stay valid."""
PORT = 3128
_SMALL_BYTES = 256 << 20

_OWN_ENVIRONMENT = {"LANG": "C.UTF-8"}
"""Of bwrap itself, which a job can read in /proc/1: not even our PATH."""
_HERE = Path(__file__).parent
_SYSTEM = ("/usr", "/nix/store")
_SYSTEM_LINKS = ("/bin", "/sbin", "/lib", "/lib64", "/lib32")
_ETC = ("/etc/ssl", "/etc/pki", "/etc/ca-certificates", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime")


class BubblewrapSandbox:
    """Runs jobs under `bwrap`."""

    def __init__(self, *, version: str, notes: tuple[str, ...] = ()) -> None:
        self._report = SandboxReport(
            name=f"bubblewrap {version}", isolates_files=True, isolates_network=True, notes=notes
        )

    @property
    def report(self) -> SandboxReport:
        """What it is."""
        return self._report

    @property
    def wants_socket(self) -> bool:
        """It has a network of its own, so a unix socket is the way out."""
        return True

    def inside(self, disk: Path) -> PurePosixPath:  # noqa: ARG002 - the same for every disk
        """Always /vercel."""
        return MOUNT

    async def run(self, job: Job) -> JobEnd:
        """Run it in namespaces of its own; when bwrap dies, the kernel ends everything inside."""
        return await run_watched(job, [*_arguments(job), "--", *_command(job)], cwd=job.disk, env=_OWN_ENVIRONMENT)


async def probe() -> str | None:
    """None when bwrap can make what a job needs here, else what it said."""
    arguments = [*base_arguments(temporary_bytes=1 << 20), "--", "/bin/true"]
    ended = await run(arguments, cwd=Path("/"), env=_OWN_ENVIRONMENT, timeout_seconds=20)
    return None if ended.ok else ended.output.strip()[:400] or f"exit code {ended.exit_code}"


def base_arguments(*, temporary_bytes: int) -> list[str]:
    """What all jobs share: own namespaces, a system to read, an unprivileged user, nothing of the machine's state."""
    bwrap = shutil.which("bwrap") or "bwrap"
    arguments = [bwrap, "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox"]
    arguments += ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    for folder in _SYSTEM:
        arguments += ["--ro-bind-try", folder, folder]
    for link in map(Path, _SYSTEM_LINKS):
        if link.is_symlink():
            arguments += ["--symlink", str(link.readlink()), str(link)]
        elif link.is_dir():
            arguments += ["--ro-bind", str(link), str(link)]
    for place in _ETC:
        arguments += ["--ro-bind-try", place, place]
    for file in sorted((_HERE / "sandbox_etc").iterdir()):
        arguments += ["--ro-bind", str(file), f"/etc/{file.name}"]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--dir", "/run", "--dir", "/var/tmp"]  # noqa: S108 - inside
    for folder, size in (("/tmp", temporary_bytes), ("/home/builder", _SMALL_BYTES), ("/dev/shm", _SMALL_BYTES)):  # noqa: S108
        arguments += ["--size", str(min(size, temporary_bytes)), "--tmpfs", folder]
    return arguments


def _arguments(job: Job) -> list[str]:
    arguments = base_arguments(temporary_bytes=job.limits.temporary_bytes)
    for place in job.read_only:
        arguments += ["--ro-bind-try", str(place), str(place)]
    arguments += ["--bind", str(job.disk), str(MOUNT), "--chdir", str(MOUNT / job.directory)]
    environment = _environment(job)
    if job.proxy is not None:
        arguments += ["--ro-bind", str(_HERE / "bridge.mjs"), "/run/bridge.mjs"]
        arguments += ["--bind", str(job.proxy), "/run/proxy.sock"]
        environment = proxy_environment(PORT) | environment
    for name, value in environment.items():
        arguments += ["--setenv", name, value]
    return arguments


def _environment(job: Job) -> dict[str, str]:
    own = {"PATH": path_of(job, MOUNT), "HOME": "/home/builder", "USER": "builder", "LANG": "C.UTF-8", "TMPDIR": "/tmp"}  # noqa: S108
    return own | dict(job.environment)


def _command(job: Job) -> tuple[str, ...]:
    if job.proxy is None:
        return job.argv
    # Node by way of the job's own folders: whatever is in the project's node_modules/.bin is not asked.
    node = next((str(folder / "node") for folder in job.path if (folder / "node").exists()), "node")
    return (node, "/run/bridge.mjs", str(PORT), "/run/proxy.sock", *job.argv)
