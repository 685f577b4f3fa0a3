"""A loopback Vercel that really builds, a remote, and a user's checkout of it with a deploymend.toml.

Tests take these by fixture, typed `Any`: with importlib imports a test cannot import its conftest.
"""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploymend.loopback import BuildJob, BuildOutcome, Emit, Loopback, ProjectWish, RunningLoopback, command_failure
from deploymend.shell import process

BUILD = "node build.js"
LONGEST_SECONDS = 150.0
APP = {
    "package.json": '{"name": "shop", "private": true}\n',
    "build.js": (
        'const { mkdirSync, writeFileSync } = require("node:fs");\n'
        'const { label } = require("./src/main");\n'
        "if (process.env.REGION) require(`./src/${process.env.REGION}`);\n"
        'mkdirSync("dist", { recursive: true });\n'
        'writeFileSync("dist/index.html", label);\n'
    ),
    "src/main.js": 'exports.label = require("./price").label;\n',
    "src/price.js": 'exports.label = "1.00";\n',
    ".gitignore": "dist\ndeploymend.toml\n",
}


class NodeBuilder:
    """Builds by really running `node build.js`."""

    async def decide(self, job: BuildJob, command: str, emit: Emit) -> int:
        """The exit code of the ignored build step, a shell command."""
        done = await process.run(["sh", "-c", command], cwd=job.checkout, timeout_seconds=60, on_line=emit)
        return done.exit_code

    async def build(self, job: BuildJob, emit: Emit) -> BuildOutcome:
        """Run it; `dist` is what is served."""
        emit(f'Running "{BUILD}"')
        env = {**process.minimal_environment(), **job.environment}
        done = await process.run(BUILD.split(), cwd=job.checkout, env=env, timeout_seconds=60, on_line=emit)
        if not done.ok:
            return BuildOutcome(failure=command_failure(BUILD, done.exit_code))
        await asyncio.to_thread(shutil.copytree, job.checkout / "dist", job.site)
        return BuildOutcome()


@dataclass(slots=True, kw_only=True)
class Stage:
    """Everything around a run of deploymend."""

    server: RunningLoopback
    folder: Path
    checkout: Path
    remote: Path
    environment: dict[str, str]
    running: list[asyncio.subprocess.Process] = field(default_factory=list)

    def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run git in the checkout."""
        done = subprocess.run(["git", *arguments], cwd=cwd or self.checkout, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, files: Mapping[str, str]) -> None:
        """Edit the checkout."""
        for name, text in files.items():
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            (self.checkout / name).write_text(text)

    def configure(self, extra: str = "", *, project: str = "shop", team: str | None = None) -> None:
        """Write the configuration: quick looks, no pause between attempts."""
        name = team if team is not None else self.server.team
        text = "[recovery]\ncooldown_seconds = 0\n[watch]\ncheck_interval_seconds = 0.1\n"
        text += f'{extra}\n[[projects]]\nname = "{project}"\nteam = "{name}"\nrepository = "."\n'
        (self.checkout / "deploymend.toml").write_text(text)

    async def deployed(self, **wish: Any) -> None:
        """Push the first version, and tell the platform of the project."""
        self.write(APP)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "First version")
        self.git("push", "-q", "-u", "origin", "main")
        settings: dict[str, str | None] = {
            "installCommand": "",
            "buildCommand": BUILD,
            "outputDirectory": "dist",
            "nodeVersion": "24.x",
        }
        wanted: dict[str, Any] = {
            "name": "shop",
            "repo": str(self.remote),
            "settings": settings,
            "deploy_existing": False,
        } | wish
        await self.server.control.add_project(ProjectWish(**wanted))
        self.configure()

    async def start(self, *arguments: str, env: Mapping[str, str] | None = None) -> asyncio.subprocess.Process:
        """Start `deploymend …` in the checkout."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "deploymend",
            *arguments,
            cwd=self.checkout,
            env={**self.environment, **(env or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self.running.append(child)
        return child

    async def run(self, *arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run it to its end."""
        child = await self.start(*arguments, env=env)
        async with asyncio.timeout(LONGEST_SECONDS):
            out, err = await child.communicate()
        assert child.returncode is not None
        done = subprocess.CompletedProcess(arguments, child.returncode, out.decode(), err.decode())
        assert "Traceback" not in done.stderr
        return done

    def everything(self) -> tuple[str, str, str]:
        """What must not change when nothing is done: commits and files here, branches there."""
        there = self.git("for-each-ref", cwd=self.remote)
        return self.git("for-each-ref"), self.git("status", "--porcelain=v2", "-uall"), there

    def site(self) -> str:
        """What the remote's main says the site shows."""
        return self.git("show", "main:src/main.js", cwd=self.remote)


@pytest.fixture
async def stage(tmp_path: Path, environment: dict[str, str]) -> AsyncIterator[Stage]:
    """A running loopback Vercel without projects, an empty remote, and a checkout of it."""
    remote, checkout = tmp_path / "remote.git", tmp_path / "shop"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    subprocess.run(["git", "clone", "-q", str(remote), str(checkout)], check=True, capture_output=True)
    loopback = Loopback(
        state_folder=tmp_path / "loopback", builder=NodeBuilder(), tick_seconds=0.01, look_seconds=0.03, log_lag_reads=0
    )
    async with loopback.running() as server:
        variables = environment | {"VERCEL_API_URL": server.url, "VERCEL_TOKEN": server.token}
        made = Stage(server=server, folder=tmp_path, checkout=checkout, remote=remote, environment=variables)
        yield made
        for child in made.running:
            if child.returncode is None:
                child.send_signal(signal.SIGKILL)
                await child.wait()
