"""The watcher, idle

Two real `deploymend watch` processes side by side, for a minute in which nothing happens: one project at the default
pace (a look each 30 s), and twenty projects, each looked at every second, after an incident was healed. Memory is the
most that was resident at any time of the minute; CPU is of one core.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.child import cold_cache, deploymend, environment, run
from bench.figure import Figure
from deploymend.loopback import DeploymentWish, Loopback, ProjectWish, ReadyState, RunningLoopback
from deploymend.loopback.real_build import RealBuilder
from deploymend.testing.git_remote import GitRemote

BOUND_MEGABYTES = 150.0
IDLE_SECONDS = 60.0
LONGEST_SECONDS = 180.0
SETTLING_SECONDS = 3.0
MANY = 20
BUILD = "node build.js"
APP = {
    "package.json": '{"name": "shop", "private": true}\n',
    "build.js": (
        'const { mkdirSync, writeFileSync } = require("node:fs");\n'
        'const { label } = require("./src/main");\n'
        'mkdirSync("dist", { recursive: true });\nwriteFileSync("dist/index.html", label);\n'
    ),
    "src/main.js": 'exports.label = require("./price").label;\n',
    "src/price.js": 'exports.label = "1.00";\n',
}
WRONG_CASE = {"src/main.js": 'exports.label = require("./Price").label;\n'}


def figures() -> Iterator[Figure]:
    """Memory and CPU of both; needs /proc, so Linux."""
    if not Path("/proc/self/stat").exists():
        print("| not measured: it needs /proc | | | |")
        return
    with tempfile.TemporaryDirectory(prefix="deploymend-bench-", ignore_cleanup_errors=True) as folder:
        calm, busy = asyncio.run(_measure(Path(folder)))
    yield from _of("one project", calm)
    yield from _of(f"{MANY} projects each second", busy)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cost:
    """What a process took in a while: its largest memory, how that grew, and CPU time against the clock."""

    megabytes: float
    growth_megabytes: float
    cpu_share: float


def _of(who: str, cost: _Cost) -> Iterator[Figure]:
    yield Figure(name=f"memory, {who}", value=cost.megabytes, unit="MB", bound=BOUND_MEGABYTES)
    yield Figure(name=f"growth in the minute, {who}", value=cost.growth_megabytes, unit="MB")
    yield Figure(name=f"CPU, {who}", value=cost.cpu_share * 100, unit="%")


async def _measure(folder: Path) -> tuple[_Cost, _Cost]:
    cache = cold_cache(folder / "cache")
    remote = await _remote(folder / "calm-remote")
    breaking = await _remote(folder / "breaking-remote")
    loopback = Loopback(state_folder=folder / "loopback", builder=RealBuilder(cache), tick_seconds=0.01)
    async with loopback.running() as server:
        projects = {f"shop{number}": remote for number in range(1, MANY)} | {"breaking": breaking}
        for name, its_remote in projects.items():
            await _live(server, name, its_remote)
        calm = _Watch(folder / "calm", server, {"shop1": remote}, cache=cache)
        busy = _Watch(folder / "busy", server, projects, cache=cache, watch="check_interval_seconds = 1")
        async with busy.running() as busy_pid, calm.running() as calm_pid:
            await breaking.push(WRONG_CASE, message="Tidy up")
            await busy.healed()
            return await asyncio.gather(_cost(calm_pid), _cost(busy_pid))


async def _remote(folder: Path) -> GitRemote:
    """With a first version, and a checkout that says who commits."""
    remote = await GitRemote.create(folder)
    await remote.push(APP, message="First version")
    for name, value in (("user.name", "Ada"), ("user.email", "ada@shop.example")):
        await remote.git("config", name, value)
    await remote.git("checkout", "--quiet", "-B", "main")
    return remote


async def _live(server: RunningLoopback, name: str, remote: GitRemote) -> None:
    """A project whose first version is live."""
    settings: dict[str, str | None] = {"installCommand": "", "buildCommand": BUILD, "outputDirectory": "dist"}
    wish = ProjectWish(name=name, repo=str(remote.bare), settings=settings, deploy_existing=False)
    await server.control.add_project(wish)
    sha = await remote.tip("main") or ""
    server.control.add_deployment(DeploymentWish(project=name, state=ReadyState.READY, sha=sha))


class _Watch:
    """One `deploymend watch` of its own configuration and state."""

    def __init__(
        self, folder: Path, server: RunningLoopback, projects: Mapping[str, GitRemote], *, cache: Path, watch: str = ""
    ) -> None:
        self._config = folder / "deploymend.toml"
        self._log = folder / "watch.log"
        self._environment = environment(
            cache, VERCEL_API_URL=server.url, VERCEL_TOKEN=server.token, DEPLOYMEND_STATE=str(folder / "state")
        )
        text = f"[watch]\n{watch}\n"
        for name, remote in projects.items():
            text += f'[[projects]]\nname = "{name}"\nteam = "{server.team}"\nrepository = "{remote.clone}"\n'
        folder.mkdir()
        self._config.write_text(text, encoding="utf-8")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[int]:
        """Its process id, once it watches. Raises RuntimeError when it does not end well at Ctrl-C."""
        child = self._start()
        try:
            await self._until(lambda: "watching " in self._said())
            yield child.pid
        finally:
            child.send_signal(signal.SIGINT)
            code = await asyncio.to_thread(child.wait, LONGEST_SECONDS)
        if code != 0:
            msg = f"the watcher ended with {code}: {self._said()[-500:]}"
            raise RuntimeError(msg)

    def _start(self) -> subprocess.Popen[bytes]:
        command = deploymend("watch", "--no-model", "--config", str(self._config))
        with self._log.open("wb") as log:
            return subprocess.Popen(command, env=self._environment, stdout=log, stderr=subprocess.STDOUT)

    async def healed(self) -> None:
        """Wait until its incident was recovered and everybody was told."""
        listing = deploymend("incidents", "--format", "json")
        await self._until(lambda: '"recovered"' in run(listing, self._environment))
        await asyncio.sleep(SETTLING_SECONDS)

    async def _until(self, true: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                while not await asyncio.to_thread(true):  # noqa: ASYNC110 - another process: there is no event
                    await asyncio.sleep(0.5)
        except TimeoutError:
            msg = f"the watcher did not come so far: {self._said()[-500:]}"
            raise RuntimeError(msg) from None

    def _said(self) -> str:
        return self._log.read_text(encoding="utf-8")


async def _cost(pid: int) -> _Cost:
    before, started = _cpu_seconds(pid), time.monotonic()
    memory = []
    while (elapsed := time.monotonic() - started) < IDLE_SECONDS:
        memory.append(_resident_megabytes(pid))
        await asyncio.sleep(0.5)
    share = (_cpu_seconds(pid) - before) / elapsed
    return _Cost(megabytes=max(memory), growth_megabytes=memory[-1] - memory[0], cpu_share=share)


def _resident_megabytes(pid: int) -> float:
    """VmRSS of proc_pid_status(5), which counts in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) * 1024 / 1e6


def _cpu_seconds(pid: int) -> float:
    """Its own and its ended children's time: fields 14 to 17 of proc_pid_stat(5), after the name in brackets."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
