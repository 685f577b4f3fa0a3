"""Untrusted jobs are confined, bounded and ended, in each sandbox as far as its report promises."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploymend.shell.allow_proxy import AllowProxy
from deploymend.shell.process import run
from deploymend.shell.sandbox import Job, JobEnd, JobLimits, Sandbox
from deploymend.shell.sandbox_bubblewrap import BubblewrapSandbox
from deploymend.shell.sandbox_detect import detect_sandbox
from deploymend.shell.sandbox_fallback import PlainSandbox, landlock_here

_NODE = Path(shutil.which("node") or "/usr/bin/node").resolve()


def _sandbox(kind: str) -> Sandbox:
    if kind == "bubblewrap":
        if shutil.which("bwrap") is None:
            pytest.skip("bubblewrap is not installed")
        return BubblewrapSandbox(version="test")
    if kind == "landlock":
        if landlock_here() == 0:
            pytest.skip("this kernel has no Landlock")
        return PlainSandbox(landlock=landlock_here())
    return PlainSandbox(landlock=0)


@pytest.fixture(params=["bubblewrap", "landlock", "none"])
def any_sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Every kind there is."""
    return _sandbox(request.param)


@pytest.fixture(params=["bubblewrap", "landlock"])
def real_sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Those that confine files and network."""
    return _sandbox(request.param)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """All that a job may write to."""
    place = tmp_path / "disk"
    place.mkdir()
    return place


async def _run(sandbox: Sandbox, disk: Path, script: str, **options: object) -> JobEnd:
    limits = options.pop("limits", JobLimits(timeout_seconds=30))
    argv = options.pop("argv", ("/bin/sh", "-c", script))
    job = Job(argv=argv, disk=disk, limits=limits, path=(_NODE.parent,), read_only=(_NODE,), **options)  # type: ignore[arg-type]
    return await sandbox.run(job)


async def test_a_job_runs_on_its_disk(any_sandbox: Sandbox, disk: Path) -> None:
    """It starts in its folder, sees its variables, writes its files, and its exit code comes back."""
    (disk / "app").mkdir()
    end = await _run(
        any_sandbox, disk, 'echo "$GREETING $PWD" > out; exit 3', directory="app", environment={"GREETING": "hello"}
    )
    assert (end.completed.exit_code, end.stopped) == (3, None)
    assert (disk / "app/out").read_text().strip() == f"hello {any_sandbox.inside(disk)}/app"


async def test_no_secret_and_no_home_reach_a_job(
    any_sandbox: Sandbox, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its environment is what the job says, and HOME is an empty folder."""
    monkeypatch.setenv("VERCEL_TOKEN", "s3cr3t-value")
    end = await _run(any_sandbox, disk, "env; ls -A $HOME; cat /proc/1/environ 2>/dev/null || true")
    assert "s3cr3t-value" not in end.completed.output
    assert str(Path.home()) not in end.completed.output.replace(str(disk), "")


async def test_files_elsewhere_cannot_be_read_or_written(real_sandbox: Sandbox, disk: Path, tmp_path: Path) -> None:
    """Neither a file beside the disk nor the system's own."""
    secret = tmp_path / "secret"
    secret.write_text("s3cr3t-value")
    script = (
        f"cat {secret}; echo x > {secret}; echo x > /usr/deploymend-was-here; ln -s {secret} l; cat l; ls {tmp_path}"
    )
    end = await _run(real_sandbox, disk, script)
    assert "s3cr3t-value" not in end.completed.output
    assert "secret\n" not in end.completed.output
    assert secret.read_text() == "s3cr3t-value"
    assert not Path("/usr/deploymend-was-here").exists()


_CONNECT = """
const net = require('node:net');
const socket = net.connect({host: '127.0.0.1', port: Number(process.argv[1])});
socket.on('connect', () => { console.log('CONNECTED'); process.exit(0); });
socket.on('error', (error) => { console.log('REFUSED ' + error.code); process.exit(1); });
"""


@contextlib.asynccontextmanager
async def _server(answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello") -> AsyncIterator[int]:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_services_of_this_machine_are_out_of_reach(real_sandbox: Sandbox, disk: Path) -> None:
    """A database on loopback does not answer a build."""
    async with _server() as port:
        end = await _run(real_sandbox, disk, "", argv=("node", "-e", _CONNECT, str(port)))
    assert "CONNECTED" not in end.completed.output
    assert "REFUSED" in end.completed.output


_FETCH = """
const http = require('node:http');
const proxy = new URL(process.env.HTTP_PROXY);
const [how, host] = process.argv.slice(1);
const options = how === 'plain' ? {method: 'GET', path: `http://${host}/x`} : {method: 'CONNECT', path: host};
const request = http.request({host: proxy.hostname, port: proxy.port, headers: {host}, ...options});
request.on('connect', (answer, socket) => { console.log('TUNNEL', answer.statusCode); process.exit(0); });
request.on('response', (answer) => { console.log('STATUS', answer.statusCode); answer.pipe(process.stdout); });
request.on('error', (error) => { console.log('ERROR', error.code); process.exit(1); });
request.end();
"""


@pytest.mark.parametrize("how", ["plain", "tunnel"])
async def test_the_proxy_is_the_only_way_out(any_sandbox: Sandbox, disk: Path, how: str) -> None:
    """An allowed registry is reached through it, all else is refused and remembered."""
    async with _server() as port, _server() as other:
        allowed = {f"127.0.0.1:{port}"}
        async with AllowProxy(allowed, on_socket=any_sandbox.wants_socket) as proxy:
            asks = [("node", "-e", _FETCH, how, f"127.0.0.1:{place}") for place in (port, other)]
            ends = [await _run(any_sandbox, disk, "", argv=argv, proxy=proxy.address) for argv in asks]
            assert proxy.refused == [f"127.0.0.1:{other}"]
    assert ("hello" if how == "plain" else "TUNNEL 200") in ends[0].completed.output
    assert ("STATUS 403" if how == "plain" else "TUNNEL 403") in ends[1].completed.output


async def test_the_bridge_passes_on_how_the_command_ended(disk: Path) -> None:
    """Exit code, signal and a missing program come through it as without it."""
    sandbox = _sandbox("bubblewrap")
    async with AllowProxy(set(), on_socket=True) as proxy:
        codes = [
            (await _run(sandbox, disk, script, proxy=proxy.address)).completed.exit_code
            for script in ("exit 7", "kill -9 $$", "exit 0")
        ]
        missing = await _run(sandbox, disk, "", argv=("/nowhere/tool",), proxy=proxy.address)
    assert codes == [7, 137, 0]
    assert missing.completed.exit_code == 127


async def test_time_is_bounded(any_sandbox: Sandbox, disk: Path) -> None:
    """A build that hangs is ended with all it started."""
    started = time.monotonic()
    script = "sleep 4242 & exec sleep 4243"
    end = await _run(any_sandbox, disk, script, limits=JobLimits(timeout_seconds=1))
    assert end.stopped == "time"
    assert time.monotonic() - started < 600  # the job itself would take over an hour
    assert not await _alive("sleep 424")


async def test_memory_is_bounded(any_sandbox: Sandbox, disk: Path) -> None:
    """Of all processes together."""
    script = "let a=[];setInterval(()=>a.push(Buffer.alloc(2e7,1)),10)"
    limits = JobLimits(timeout_seconds=30, memory_bytes=300 << 20)
    end = await _run(any_sandbox, disk, "", argv=("node", "-e", script), limits=limits)
    assert end.stopped == "memory"


async def test_the_number_of_processes_is_bounded(any_sandbox: Sandbox, disk: Path) -> None:
    """A job that keeps forking is ended before it fills the machine."""
    script = "i=0; while [ $i -lt 400 ]; do sleep 4244 & i=$((i+1)); done; wait"
    end = await _run(any_sandbox, disk, script, limits=JobLimits(timeout_seconds=30, processes=100))
    assert end.stopped == "processes"
    assert not await _alive("sleep 4244")


async def test_a_full_disk_ends_the_job(any_sandbox: Sandbox, disk: Path) -> None:
    """What must stay free stays free."""
    reserve = shutil.disk_usage(disk).free + (1 << 30)
    end = await _run(any_sandbox, disk, "sleep 30", limits=JobLimits(timeout_seconds=30, disk_reserve_bytes=reserve))
    assert end.stopped == "disk"


async def test_a_huge_file_cannot_be_written(any_sandbox: Sandbox, disk: Path) -> None:
    """The file ends at the limit, and the writer is told."""
    limits = JobLimits(timeout_seconds=30, file_size_bytes=1 << 20)
    end = await _run(any_sandbox, disk, "head -c 8000000 /dev/zero > big; echo ended", limits=limits)
    assert (disk / "big").stat().st_size <= 1 << 20
    assert "ended" in end.completed.output


async def test_endless_output_is_bounded(any_sandbox: Sandbox, disk: Path) -> None:
    """Gigabytes are printed, a few megabytes are kept, and time ends it."""
    end = await _run(any_sandbox, disk, "yes deploymend", limits=JobLimits(timeout_seconds=1))
    assert end.stopped == "time"
    assert end.completed.truncated
    assert len(end.completed.output) < 20_000_000


async def test_nothing_survives_a_job(any_sandbox: Sandbox, disk: Path) -> None:
    """Not even a process that left its group and closed its pipes."""
    end = await _run(any_sandbox, disk, "setsid sleep 4245 >/dev/null 2>&1 </dev/null & echo started")
    assert "started" in end.completed.output
    assert not await _alive("sleep 4245")


async def test_a_cancelled_job_is_ended(any_sandbox: Sandbox, disk: Path) -> None:
    """Ctrl-C leaves nothing running."""
    task = asyncio.create_task(_run(any_sandbox, disk, "touch started; sleep 4246"))
    while not (disk / "started").exists():
        await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await _alive("sleep 4246")


async def test_processes_of_this_machine_are_hidden(disk: Path) -> None:
    """Under bubblewrap a job sees and can signal its own processes only."""
    end = await _run(_sandbox("bubblewrap"), disk, f"ls /proc | grep -c '^[0-9]'; kill -0 {os.getpid()} && echo seen")
    assert int(end.completed.output.split()[0]) < 10
    assert "seen" not in end.completed.output


async def test_what_is_missing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without bwrap on PATH the next best is taken, and its report tells what to install and what it cannot do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    report = (await detect_sandbox()).report
    assert report.name == (f"landlock {landlock_here()}" if landlock_here() else "none")
    assert any("Install bubblewrap" in note for note in report.notes)
    assert len(report.notes) == 2


async def test_a_bwrap_that_does_not_work_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where a distribution forbids user namespaces: its words are in the report."""
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'setting up uid map: Permission denied'; exit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    report = (await detect_sandbox()).report
    assert not report.name.startswith("bubblewrap")
    assert any("Permission denied" in note for note in report.notes)


async def test_the_best_sandbox_is_found() -> None:
    """Where bwrap works it is used, with its version."""
    _sandbox("bubblewrap")
    report = (await detect_sandbox()).report
    assert report.name.startswith("bubblewrap 0.")
    assert report.isolates_files
    assert report.isolates_network


async def _alive(command: str) -> bool:
    """Whether any process of this machine has this in its command line, looked at for up to two seconds."""
    for _ in range(20):
        listed = await run(["ps", "-eo", "args"], cwd=Path("/"), timeout_seconds=10)
        if not any(line.startswith(command) for line in listed.output.splitlines()):
            return False
        await asyncio.sleep(0.1)
    return True
