"""Plays a scenario: the first version goes live, the broken push goes red, and the real watch loop does the rest."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploymend.app.watching import watch
from deploymend.app.wiring import App, Watching
from deploymend.config import cache_folder, read_config
from deploymend.core.incident import Action, Incident, IncidentState, Stop
from deploymend.core.report.words import short
from deploymend.demo.scenarios import Scenario
from deploymend.demo.stage import PROJECT, Stage
from deploymend.errors import ServiceError
from deploymend.loopback import Loopback, ProjectWish, ReadyState, RunningLoopback
from deploymend.loopback.real_build import RealBuilder

FIRST_DEPLOYMENT_SECONDS = 240.0


class Audience(Watching, Protocol):
    """Who watches the demo: besides the loop's progress, hears what the demo itself does."""

    def note(self, label: str, text: str) -> None:
        """A line of the demo's own: what was set up, what was pushed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """How it ended. `folder` holds remote, checkout and state, when they were kept."""

    incident: Incident
    number: int
    folder: Path | None


class _Watcher:
    """Passes everything on to the audience but what is told of the commit `shown`, which the demo has shown already;
    notices the end of the incident.
    """

    def __init__(self, audience: Audience, *, shown: str) -> None:
        self._audience = audience
        self._shown = f"Commit: {short(shown)}"
        self.ended = asyncio.Event()
        self.number = 0
        self.incident: Incident | None = None

    def turned(self, number: int, incident: Incident, action: Action) -> None:
        self._audience.turned(number, incident, action)
        if isinstance(action, Stop):
            self.number, self.incident = number, incident
            self.ended.set()

    def activity(self, text: str) -> None:
        self._audience.activity(text)

    def say(self, text: str) -> None:
        if self._shown not in text:
            self._audience.say("\n" + "\n".join(f"  {line}".rstrip() for line in text.splitlines()))


async def run_demo(
    scenario: Scenario, *, environment: Mapping[str, str], audience: Audience, keep: Path | None = None
) -> DemoResult:
    """Play it. `keep` is a new folder for everything it makes; without one, a temporary folder goes at the end."""
    async with _folder(keep) as folder:
        stage = Stage(folder)
        builder = RealBuilder(cache_folder(environment))
        loopback = Loopback(state_folder=folder / "loopback", builder=builder, tick_seconds=0.1)
        async with loopback.running() as server:
            first = await _go_live(stage, server, scenario, audience)
            own = {
                **environment,
                "VERCEL_API_URL": server.url,
                "VERCEL_TOKEN": server.token,
                "DEPLOYMEND_STATE": str(folder / "state"),
            }
            number, incident = await _heal(stage, scenario, own, _Watcher(audience, shown=first), audience)
            return DemoResult(incident=incident, number=number, folder=keep)


@asynccontextmanager
async def _folder(keep: Path | None) -> AsyncIterator[Path]:
    if keep is not None:
        await asyncio.to_thread(keep.mkdir, parents=True)
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="deploymend-demo-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


async def _go_live(stage: Stage, server: RunningLoopback, scenario: Scenario, audience: Audience) -> str:
    """Bring the first version up, and give back its commit."""
    audience.activity("making a git remote and a checkout")
    first = await stage.build()
    await stage.configure(server.team)
    audience.note("app", f"{PROJECT} (Vite, React, TypeScript)   main @ {short(first)}")
    audience.activity("the platform installs and builds the first version")
    wish = ProjectWish(name=PROJECT, repo=str(stage.remote), environment=dict(scenario.platform_environment))
    await server.control.add_project(wish)
    url = await _green(server, first)
    audience.note("live", url)
    return first


async def _green(server: RunningLoopback, commit: str) -> str:
    """Wait for the first deployment; its address."""
    account = server.parts.account
    async with asyncio.timeout(FIRST_DEPLOYMENT_SECONDS):
        while True:
            found = [one for one in account.newest_first() if one.commit.sha == commit]
            if found and found[0].state.final:
                break
            await asyncio.sleep(0.1)
    if found[0].state is not ReadyState.READY:
        log = "\n".join(event.text for event in account.log(found[0].id).all())[-3000:]
        msg = f"the first version of the demo's app did not build here:\n{log}"
        raise ServiceError(msg, next_step="is the package registry reachable? `deploymend doctor` looks at the rest")
    return f"{server.url}/_site/{PROJECT}/"


async def _heal(
    stage: Stage, scenario: Scenario, environment: Mapping[str, str], watcher: _Watcher, audience: Audience
) -> tuple[int, Incident]:
    """Start the watch loop as a user would, push the broken commit, and wait for the incident's end."""
    config = read_config(stage.checkout / "deploymend.toml")
    app = App(config, base=stage.checkout, environment=environment, watching=watcher, model=False)
    async with app.opened():
        stop = asyncio.Event()
        loop = asyncio.create_task(watch(app, watching=watcher, stop=stop))
        commit = await stage.break_it(scenario)
        audience.note("you push", f'"{scenario.message}"   {short(commit)}\n')
        audience.activity("the platform builds it")
        done = asyncio.create_task(watcher.ended.wait())
        await asyncio.wait({loop, done}, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        done.cancel()
        await loop
    if watcher.incident is None:
        raise ServiceError("the demo's watch ended before its incident did", next_step="run it again")
    return watcher.number, watcher.incident


def as_promised(scenario: Scenario, incident: Incident) -> bool:
    """True when it ended the way the scenario says."""
    wanted = IncidentState.RECOVERED if scenario.heals else IncidentState.ESCALATED
    return incident.state is wanted
