"""A loopback Vercel over a real bare repository, with a builder that does what the commit says.

Tests take these by fixture, typed `Any`: with importlib imports a test cannot import its conftest.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploymend.loopback import (
    BuildJob,
    BuildOutcome,
    Emit,
    Loopback,
    ProjectWish,
    RunningLoopback,
    command_failure,
)

Json = dict[str, Any]
FINAL = ("READY", "ERROR", "CANCELED", "BLOCKED")


class ScriptedBuilder:
    """Does what `script.json` of the commit says; the ignored build step is `exit N`."""

    async def decide(self, job: BuildJob, command: str, emit: Emit) -> int:
        """The number at the command's end."""
        assert job.checkout.is_dir()
        emit("deciding")
        return int(command.rsplit(" ", 1)[-1])

    async def build(self, job: BuildJob, emit: Emit) -> BuildOutcome:
        """Print `lines`, wait `seconds` or until the file `until` is there, serve `site`, or fail."""
        return await scripted_build(job, emit)


async def scripted_build(job: BuildJob, emit: Emit) -> BuildOutcome:
    """The build of a ScriptedBuilder."""
    script = json.loads((job.checkout / "script.json").read_text())
    emit("Installing dependencies...")
    for line in script.get("lines", []):
        emit(line.replace("HERE", str(job.checkout)))
    await asyncio.sleep(script.get("seconds", 0))
    while (until := script.get("until")) and not Path(until).exists():
        await asyncio.sleep(0.01)
    if exit_code := script.get("exit_code", 0):
        return BuildOutcome(failure=command_failure("npm run build", exit_code))
    job.site.mkdir(parents=True)
    for name, text in script.get("site", {"index.html": "hello"}).items():
        (job.site / name).write_text(text)
    return BuildOutcome()


@dataclass
class Clone:
    """A person's clone of the remote."""

    folder: Path
    remote: Path

    def git(self, *arguments: str) -> str:
        """Run git here."""
        done = subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def commit(self, message: str = "Change", *, email: str = "ada@example.com", **script: object) -> str:
        """Commit a script for the builder; the new commit's id."""
        (self.folder / "script.json").write_text(json.dumps(script))
        self.git("add", "-A")
        self.git("-c", f"user.email={email}", "-c", "user.name=Ada", "commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def push(
        self, message: str = "Change", *, branch: str = "main", email: str = "ada@example.com", **script: object
    ) -> str:
        """Commit and push to a branch; the commit's id."""
        sha = self.commit(message, email=email, **script)
        self.git("push", "-q", "origin", f"HEAD:refs/heads/{branch}")
        return sha


def make_clone(folder: Path) -> Clone:
    """A bare remote and a clone of it, with nothing in them."""
    remote = folder / "shop.git"
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
    subprocess.run(["git", "clone", "-q", str(remote), str(folder / "clone")], check=True, capture_output=True)
    return Clone(folder / "clone", remote)


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A person's clone of an empty remote."""
    return make_clone(tmp_path)


class Api:
    """Calls on the API with token and team, as a client makes them."""

    def __init__(self, server: RunningLoopback, client: httpx2.AsyncClient) -> None:
        self.server = server
        self.client = client

    async def call(self, method: str, path: str, body: object = None, *, status: int = 200, **query: Any) -> Any:
        """One call; its JSON answer. Fails the test when the status is another."""
        answer = await self.client.request(method, path, json=body, params={"slug": self.server.team, **query})
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def deployments(self, **query: Any) -> list[Json]:
        """The listed deployments, newest first."""
        return list((await self.call("GET", "/v7/deployments", **query))["deployments"])

    async def until(self, good: Callable[[Json], bool], **query: Any) -> Json:
        """The newest deployment that the query finds, once it is as wanted."""
        for _ in range(2500):
            found = await self.deployments(**query)
            if found and good(found[0]):
                return found[0]
            await asyncio.sleep(0.02)
        raise AssertionError(f"never came: {await self.deployments(**query)}")

    async def finished(self, sha: str, **query: Any) -> Json:
        """The deployment of a commit once nothing about it changes any more."""
        return await self.until(
            lambda found: found["state"] in FINAL and (found["state"] != "READY" or _settled(found)), sha=sha, **query
        )

    async def log(self, deployment_id: str) -> list[str]:
        """The lines of a whole log: read until it stays the same."""
        before: list[str] | None = None
        for _ in range(5):
            events = await self.call("GET", f"/v3/deployments/{deployment_id}/events", limit=-1, builds=1)
            lines = [event["text"] for event in events]
            if lines == before:
                return lines
            before = lines
        raise AssertionError("the log never came to rest")

    async def fault(self, name: str, **fields: object) -> Json:
        """Let a fault wait."""
        return dict(await self.call("POST", "/_loopback/faults", {"name": name, **fields}, status=201))


def _settled(found: Json) -> bool:
    return bool(found["aliasAssigned"] or found["aliasError"] or found.get("readySubstate") == "STAGED")


class Stand:
    """Starts loopback Vercels with short waits, on one state folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def loopback(self, **changes: Any) -> Loopback:
        """One that does not run yet."""
        settings: dict[str, Any] = {"tick_seconds": 0.01, "look_seconds": 0.02, "webhook_retry_seconds": (0.01, 0.01)}
        return Loopback(state_folder=self.folder, **({"builder": ScriptedBuilder()} | settings | changes))

    @asynccontextmanager
    async def running(self, remote: Path | None = None, **changes: Any) -> AsyncIterator[Api]:
        """One that runs, with the project `shop` on a remote."""
        async with self.loopback(**changes).running() as server, connected(server) as client:
            if remote:
                await server.control.add_project(ProjectWish(name="shop", repo=str(remote)))
            yield Api(server, client)


@pytest.fixture
def stand(tmp_path: Path) -> Stand:
    """Starts loopback Vercels on a state folder of this test."""
    return Stand(tmp_path / "state")


@pytest.fixture
async def api(stand: Stand, clone: Clone) -> AsyncIterator[Api]:
    """A running loopback Vercel with the project `shop` on the remote of `clone`."""
    async with stand.running(clone.remote) as api:
        yield api


def connected(server: RunningLoopback) -> httpx2.AsyncClient:
    """A client with the server's token."""
    headers = {"Authorization": f"Bearer {server.token}"}
    return httpx2.AsyncClient(base_url=server.url, headers=headers, trust_env=False)
