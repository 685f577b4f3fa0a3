"""The loop in the test's own process: real engine, store, git and HTTP; only what builds here before a push is a fake.

What happens at a step is given by a hook: `async def hook(when, incident, action)` with `when` `before` or `inside`
(done, but not recorded yet).
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Any

import apprise
import pytest

from deploymend.core.incident import Action, Incident, IncidentState, Outcome
from deploymend.core.model import Proof
from deploymend.core.policy import Policy
from deploymend.ledger import Memory, SqlIncidentStore, SqlLedger, SqlOutbox, open_database
from deploymend.mend import Mender
from deploymend.notifiers.apprise import AppriseNotifier
from deploymend.platforms.vercel import Vercel, connect
from deploymend.plugins import fixers
from deploymend.ports import Builder
from deploymend.shell.clock import SystemClock
from deploymend.shell.http_retries import Retries
from deploymend.shell.identity import Identity
from deploymend.shell.repository import GitRepository
from deploymend.testing.fake_builder import FakeBuilder
from deploymend.workflows import Engine, EngineSettings, Performer, Watched, Watcher

LONGEST_SECONDS = 90.0
PAUSE_SECONDS = 0.02
Hook = Callable[[str, Incident, Action], Awaitable[None]]
QUICK = Policy(cooldown_seconds=0, check_interval_seconds=0.05, backoff_seconds=0.05)


async def nothing(when: str, incident: Incident, action: Action) -> None:
    """No hook."""


def node_says(tree: Mapping[str, str], rung: Proof) -> str:
    """What `node build.js` of the stage's APP would print: an error while main.js names a file that is not there."""
    if rung is not Proof.BUILT or "./Price" not in tree["src/main.js"]:
        return ""
    return "Error: Cannot find module './Price'\nRequire stack:\n- /vercel/path0/src/main.js\n"


class Hooked:
    """A performer with a hook before and inside each action."""

    def __init__(self, performer: Performer, hook: Hook) -> None:
        self._performer = performer
        self._hook = hook

    def now(self) -> datetime:
        """As it says."""
        return self._performer.now()

    async def save(self, incident: Incident, action: Action) -> int:
        """At a Wait and at the Stop."""
        await self._hook("before", incident, action)
        return await self._performer.save(incident, action)

    async def perform(self, incident: Incident, action: Action) -> Outcome:
        """At every other action."""
        await self._hook("before", incident, action)
        outcome = await self._performer.perform(incident, action)
        await self._hook("inside", incident, action)
        return outcome


class Loop:
    """Watches the projects of a stage. `said` is what a person at the console would have read."""

    def __init__(self, stage: Any) -> None:
        self._stage = stage
        self.said: list[str] = []
        self.begun: list[str] = []
        self.looks = 0
        self.policy = QUICK
        database = open_database(stage.folder / "state")
        self.database = database
        self.store = SqlIncidentStore(database)
        self.outbox = SqlOutbox(database)
        self._ledger = SqlLedger(database, Memory(stage.folder / "state"))
        self._performers: dict[str, Any] = {}
        self.engine = Engine(EngineSettings(folder=stage.folder / "state" / "engine"), self._performers.__getitem__)

    def turned(self, number: int, incident: Incident, action: Action) -> None:
        """Nobody looks on."""

    @asynccontextmanager
    async def watching(
        self, policy: Policy = QUICK, hook: Hook = nothing, *, token: str | None = None, **branches: tuple[str, ...]
    ) -> AsyncIterator[Loop]:
        """Watch until the block ends; projects without `branches` are watched on their production branch."""
        self.policy = policy
        async with AsyncExitStack() as stack:
            watched = [await self._project(stack, name, policy, hook, token) for name in self._stage.remotes]
            watched = [_on(one, branches.get(one.name, ())) for one in watched]
            await self.engine.open()
            stop = asyncio.Event()
            watcher = Watcher(
                watched,
                begin=self._begin,
                store=self.store,
                outbox=self.outbox,
                clock=SystemClock(),
                say=self.said.append,
            )
            running = asyncio.create_task(watcher.run(stop))
            try:
                yield self
            finally:
                stop.set()
                await running
                await self.engine.close()

    async def _begin(self, incident: Incident, policy: Policy) -> None:
        self.begun.append(incident.id)
        await self.engine.start(incident, policy)

    async def _project(
        self, stack: AsyncExitStack, name: str, policy: Policy, hook: Hook, token: str | None
    ) -> Watched:
        stage = self._stage
        http = await stack.enter_async_context(
            connect(token or stage.server.token, api_url=stage.server.url, retries=Retries(tries=1))
        )
        platform = Counted(Vercel(http=http, project=name, team=stage.server.team), self)
        remote = f"file://{stage.remotes[name].bare}"
        identity = Identity(name="Ada", email="ada@example.com")
        repository = GitRepository(remote=remote, cache_folder=stage.folder / "cache", identity=identity)
        notifiers = (AppriseNotifier(stage.inbox.url, name="TEAM_HOOK"),)
        performer = Performer(
            platform=platform,
            repository=repository,
            mender=Mender(
                repository=repository, builders=_builder, fixers=fixers(model=False), order=self._ledger.order
            ),
            notifiers=notifiers,
            outbox=self.outbox,
            store=self.store,
            ledger=self._ledger,
            clock=SystemClock(),
            observer=self,
        )
        self._performers[name] = Hooked(performer, hook)
        return Watched(
            name=name, platform=platform, repository=repository, policy=policy, branches=(), notifiers=notifiers
        )

    async def ended(self, wanted: int = 1) -> list[Incident]:
        """Wait until so many incidents have ended, messages and all; all there are, oldest first."""
        async with asyncio.timeout(LONGEST_SECONDS):
            while True:
                found = [one for _, one in await self.store.list()]
                if len(found) >= wanted and all(one.state is not IncidentState.OPEN for one in found):
                    return [await self.engine.ended(one.id) for one in reversed(found)]
                await asyncio.sleep(PAUSE_SECONDS)

    async def until(self, good: Callable[[], bool]) -> None:
        """Wait until something is so."""
        async with asyncio.timeout(LONGEST_SECONDS):
            while not good():
                await asyncio.sleep(PAUSE_SECONDS)

    async def looked(self, times: int = 5) -> None:
        """Wait until the watcher has looked at the platform so many more times."""
        wanted = self.looks + times
        await self.until(lambda: self.looks >= wanted)


class Counted:
    """The platform, with the watcher's and the loop's lists counted."""

    def __init__(self, platform: Vercel, loop: Loop) -> None:
        self._platform = platform
        self._loop = loop

    async def list_deployments(self, **asked: Any) -> Any:
        """Only the watcher asks without a commit."""
        found = await self._platform.list_deployments(**asked)
        self._loop.looks += "commit_sha" not in asked
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._platform, name)


def _on(watched: Watched, branches: tuple[str, ...]) -> Watched:
    return Watched(
        name=watched.name,
        platform=watched.platform,
        repository=watched.repository,
        policy=watched.policy,
        branches=branches,
        notifiers=watched.notifiers,
    )


async def _builder(branch: str, production: bool) -> Builder:  # noqa: ARG001, FBT001 - the mender's own signature
    absent = frozenset({Proof.LOCKED, Proof.TYPE_CHECKED, Proof.COMPILED})
    return FakeBuilder(outcome=node_says, absent=absent)


@pytest.fixture(scope="session", autouse=True)
def _apprise() -> None:
    """Apprise brings in a module that Python is about to drop; that warning is not ours."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        apprise.Apprise().add("json://localhost")


@pytest.fixture
def loop(stage: Any) -> Loop:
    """Watches the stage's projects once `watching` is entered."""
    return Loop(stage)
