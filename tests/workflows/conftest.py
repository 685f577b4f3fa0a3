"""The stage for the durable loop: a loopback Vercel that really builds, a real remote, and somebody who gets messages.

Tests take these by fixture, typed `Any`: with importlib imports a test cannot import its conftest.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploymend.app.history import open_history
from deploymend.config import read_config
from deploymend.core.commit_message import INCIDENT
from deploymend.core.incident import Incident
from deploymend.loopback import (
    BuildJob,
    BuildOutcome,
    Emit,
    Loopback,
    ProjectWish,
    RunningLoopback,
    command_failure,
)
from deploymend.shell import process
from deploymend.testing.git_remote import GitRemote
from deploymend.testing.served import served

HERE = Path(__file__).parent
BUILD = "node build.js"

APP = {
    "package.json": '{"name": "shop", "private": true, "scripts": {"build": "node build.js"}}\n',
    "build.js": (
        'const { mkdirSync, writeFileSync } = require("node:fs");\n'
        'const { label } = require("./src/main");\n'
        "if (process.env.REGION) import(`./src/${process.env.REGION}.mjs`);\n"
        'mkdirSync("dist", { recursive: true });\n'
        'writeFileSync("dist/index.html", label);\n'
    ),
    "src/main.js": 'exports.label = require("./price").label;\n',
    "src/price.js": 'exports.label = "1.00";\n',
    "src/eu.mjs": "export const region = 1;\n",
}
"""A project without dependencies; its build loads its modules, so that a wrong import fails it."""

WRONG_CASE = {"src/main.js": 'exports.label = require("./Price").label;\n'}
CURED = APP["src/main.js"]


class NodeBuilder:
    """Builds by really running `node build.js`; the ignored build step is a shell command. Builds begin when `free` is
    set, as it is at first.
    """

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.free.set()

    async def decide(self, job: BuildJob, command: str, emit: Emit) -> int:
        """Its exit code."""
        done = await process.run(["sh", "-c", command], cwd=job.checkout, timeout_seconds=60, on_line=emit)
        return done.exit_code

    async def build(self, job: BuildJob, emit: Emit) -> BuildOutcome:
        """Run it; `dist` is what is served."""
        emit(f'Running "{BUILD}"')
        await self.free.wait()
        env = {**process.minimal_environment(), **job.environment}
        done = await process.run(BUILD.split(), cwd=job.checkout, env=env, timeout_seconds=60, on_line=emit)
        if not done.ok:
            return BuildOutcome(failure=command_failure(BUILD, done.exit_code))
        await asyncio.to_thread(shutil.copytree, job.checkout / "dist", job.site)
        return BuildOutcome()


@dataclass(slots=True)
class Inbox:
    """Gets messages over HTTP as Apprise sends them; `messages` are those it took. It answers `status` as soon as
    `free` is set, as it is at first.
    """

    url: str = ""
    status: int = 200
    messages: list[dict[str, Any]] = field(default_factory=list)
    refused: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    free: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.free.set()

    async def take(self, request: Request) -> Response:
        """One delivery."""
        self.asked.set()
        await self.free.wait()
        if self.status >= 400:
            self.refused += 1
        else:
            self.messages.append(await request.json())
        return Response(status_code=self.status)

    @property
    def kinds(self) -> list[str]:
        """`success` or `failure`, in the order they came."""
        return [message["type"] for message in self.messages]


@dataclass(slots=True, kw_only=True)
class Stage:
    """Everything outside of deploymend, and the configuration that a user would write for it."""

    folder: Path
    server: RunningLoopback
    builder: NodeBuilder
    inbox: Inbox
    remotes: dict[str, GitRemote] = field(default_factory=dict)

    @property
    def remote(self) -> GitRemote:
        """The remote of the project `shop`."""
        return self.remotes["shop"]

    @property
    def config(self) -> Path:
        """The deploymend.toml."""
        return self.folder / "deploymend.toml"

    @property
    def environment(self) -> dict[str, str]:
        """What deploymend is started with."""
        return {
            **process.minimal_environment(),
            "VERCEL_API_URL": self.server.url,
            "VERCEL_TOKEN": self.server.token,
            "DEPLOYMEND_STATE": str(self.folder / "state"),
            "DEPLOYMEND_CACHE": str(self.folder / "cache"),
            "GIT_CONFIG_GLOBAL": str(self.folder / "gitconfig"),
            "TEAM_HOOK": self.inbox.url,
        }

    async def project(self, name: str = "shop", **wish: Any) -> GitRemote:
        """A project whose first version is pushed and not deployed."""
        remote = await GitRemote.create(self.folder / name)
        await remote.push(APP, message="First version")
        settings: dict[str, str | None] = {
            "installCommand": "",
            "buildCommand": BUILD,
            "outputDirectory": "dist",
            "nodeVersion": "24.x",
        }
        await self.server.control.add_project(
            ProjectWish(name=name, repo=str(remote.bare), settings=settings, deploy_existing=False, **wish)
        )
        self.remotes[name] = remote
        return remote

    def configure(self, recovery: str = "cooldown_seconds = 0", project: str = "", watch: str = "") -> None:
        """Write the configuration for all projects: quick looks, and messages to the inbox."""
        text = f'[notify]\ntargets = ["$TEAM_HOOK"]\n[recovery]\n{recovery}\n'
        text += f"[watch]\ncheck_interval_seconds = 0.05\n{watch}\n"
        for name, remote in self.remotes.items():
            text += f'[[projects]]\nname = "{name}"\nteam = "{self.server.team}"\n'
            text += f'repository = "file://{remote.bare}"\n{project}\n'
        self.config.write_text(text)

    async def incidents(self) -> list[Incident]:
        """What the store holds, newest first."""
        async with open_history(read_config(self.config), self.environment) as history:
            return [incident for _, incident in await history.store.list()]

    async def ours(self, branch: str = "main", project: str = "shop") -> list[str]:
        """The commits on a branch of the remote that bear deploymend's mark, newest first."""
        remote = self.remotes[project]
        form = f"--format=%H %(trailers:key={INCIDENT},valueonly,separator=%x2C)"
        log = await remote.git("log", form, f"refs/heads/{branch}", cwd=remote.bare)
        return [row.split(" ")[0] for row in log.splitlines() if row.partition(" ")[2].strip()]

    async def branches(self, project: str = "shop") -> list[str]:
        """The remote's branches."""
        listing = await self.remotes[project].git(
            "for-each-ref", "--format=%(refname:short)", "refs/heads", cwd=self.remotes[project].bare
        )
        return listing.split()

    async def told_once(self, kind: str) -> Incident:
        """The one incident there is, after checking that its message came once and that it kept within its cap."""
        (incident,) = await self.incidents()
        assert self.inbox.kinds == [kind]
        assert len(incident.attempts) <= incident.max_attempts
        assert incident.remembered
        return incident

    async def file(self, path: str) -> str:
        """A file at the tip of main."""
        return await self.remote.read("main", path)

    def deployments(self, sha: str | None = None, project: str = "shop") -> list[Any]:
        """What the platform was made to build, newest first."""
        found = self.server.parts.account.newest_first()
        return [one for one in found if one.name == project and sha in (None, one.commit.sha)]


@pytest.fixture(scope="session")
def tool_cache() -> Path:
    """Where Node is kept for the tests of this checkout, so that only the first run downloads it."""
    folder = HERE.parents[1] / ".cache" / "tests"
    (folder / "node").mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
async def stage(tmp_path: Path, tool_cache: Path) -> AsyncIterator[Stage]:
    """A running loopback Vercel without projects, and an inbox."""
    (tmp_path / "gitconfig").write_text("[user]\n\tname = Ada\n\temail = ada@example.com\n")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "node").symlink_to(tool_cache / "node")
    inbox = Inbox()
    app = Starlette(routes=[Route("/", inbox.take, methods=["POST"])])
    builder = NodeBuilder()
    loopback = Loopback(
        state_folder=tmp_path / "loopback", builder=builder, tick_seconds=0.01, look_seconds=0.03, log_lag_reads=0
    )
    async with served(app) as url, loopback.running() as server:
        inbox.url = url.replace("http://", "json://") + "/"
        yield Stage(folder=tmp_path, server=server, builder=builder, inbox=inbox)


@pytest.fixture
def wrong_case() -> dict[str, str]:
    """A change that breaks the build of APP in a way that a rule cures; cured, it is APP again."""
    return WRONG_CASE


@pytest.fixture
def fault_behind_fault() -> dict[str, str]:
    """Files that moved, where only the platform looks (REGION is set there): each cured import shows the next one."""
    return {
        "src/eu.mjs": 'import { tax } from "./tax.mjs";\nexport const region = tax;\n',
        "src/one/tax.mjs": 'import { rates } from "./rates.mjs";\nexport const tax = rates;\n',
        "src/two/rates.mjs": 'import { base } from "./base.mjs";\nexport const rates = base;\n',
        "src/three/base.mjs": 'import { ground } from "./ground.mjs";\nexport const base = ground;\n',
        "src/four/ground.mjs": "export const ground = 1;\n",
    }
