"""One configuration, wired: its projects with platform, repository, mender and channels, over one engine and one
store.
"""

from __future__ import annotations

import hashlib
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from deploymend.app.allowed import gate_policy
from deploymend.app.history import History, database_address, open_kept
from deploymend.config import Config, ProjectConfig, cache_folder, is_remote, policy_of, resolve, state_folder
from deploymend.config.secrets import API_VARIABLE, vercel_token
from deploymend.core.incident import Action, Incident
from deploymend.core.policy import Policy
from deploymend.errors import CheckoutError
from deploymend.mend import Mender
from deploymend.platforms.vercel import Vercel, connect
from deploymend.plugins import fixers, notifier
from deploymend.ports import Builder, Notifier, Platform, Repository
from deploymend.shell.builder import SandboxedBuilder
from deploymend.shell.checkout import Checkout
from deploymend.shell.clock import SystemClock
from deploymend.shell.http import Http
from deploymend.shell.http_retries import WHILE_SOMEBODY_WAITS, Retries
from deploymend.shell.identity import Identity
from deploymend.shell.repository import GitRepository
from deploymend.workflows import Engine, EngineSettings, Performer, Watched


class Watching(Protocol):
    """Who looks on: hears of every turn of an incident, of what is being done, and gets what is told on the console."""

    def turned(self, number: int, incident: Incident, action: Action) -> None:
        """The incident stands so, and this comes next."""
        ...

    def activity(self, text: str) -> None:
        """This is being done now."""
        ...

    def say(self, text: str) -> None:
        """Something a person should read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wired:
    """One project, ready to work."""

    config: ProjectConfig
    policy: Policy
    platform: Vercel
    repository: Repository
    performer: Performer


class App:
    """Everything of one configuration. Use `opened()`; what it yields lives until the block ends."""

    def __init__(
        self, config: Config, *, base: Path, environment: Mapping[str, str], watching: Watching, model: bool = True
    ) -> None:
        self._config = config
        self._base = base
        self._environment = environment
        self._watching = watching
        self._model = model
        self._projects: dict[str, Wired] = {}
        self.clock = SystemClock()
        self.history: History = open_kept(config, environment)
        self.engine = Engine(self._engine_settings(), lambda name: self._projects[name].performer)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[App]:
        """With every project wired. The engine is not opened yet: not every command needs it."""
        async with AsyncExitStack() as stack:
            stack.callback(self.history.database.close)
            for project in self._config.projects:
                self._projects[project.name] = await self._wire(project, stack)
            yield self

    def project(self, name: str) -> Wired:
        """A project by its configured name."""
        return self._projects[name]

    def names(self) -> tuple[str, ...]:
        """The names of all projects, as configured."""
        return tuple(self._projects)

    async def reach(self, name: str) -> None:
        """Ask a project's platform for its settings, without much patience: what is wrong with token, team or project
        is told before anything is changed. Raises what the platform's calls raise.
        """
        project = self._projects[name].config
        self._watching.activity(f"asking the platform for {name}")
        async with self._connect(WHILE_SOMEBODY_WAITS) as http:
            await Vercel(http=http, project=project.name, team=project.team).settings()

    def _connect(self, retries: Retries | None = None) -> Http:
        api_url = self._environment.get(API_VARIABLE) or self._config.vercel.api_url
        return connect(vercel_token(self._environment), api_url=api_url, retries=retries)

    def notifiers(self) -> tuple[Notifier, ...]:
        """All configured channels."""
        targets = self._config.notify.targets
        return tuple(notifier(t, resolve(t, self._environment), self._watching.say) for t in targets)

    def watched(self) -> list[Watched]:
        """The projects as the watcher sees them."""
        return [
            Watched(
                name=one.config.name,
                platform=one.platform,
                repository=one.repository,
                policy=one.policy,
                branches=one.config.branches,
                notifiers=self.notifiers(),
            )
            for one in self._projects.values()
        ]

    def _engine_settings(self) -> EngineSettings:
        # One engine a configuration: two checkouts can be synced at once, one of them not twice.
        mark = hashlib.sha256(str(self._base.resolve()).encode()).hexdigest()[:12]
        folder = state_folder(self._environment) / "engines" / mark
        address = database_address(self._config, self._environment)
        return EngineSettings(
            folder=folder,
            database_url=address if address and address.startswith("postgresql") else None,
            executor=f"{socket.gethostname()}-{mark}",
        )

    async def _wire(self, project: ProjectConfig, stack: AsyncExitStack) -> Wired:
        http = await stack.enter_async_context(self._connect())
        platform = Vercel(http=http, project=project.name, team=project.team)
        cache = cache_folder(self._environment)
        remote, identity = await remote_of(project.repository, self._base)
        repository = GitRepository(remote=remote, cache_folder=cache, identity=identity)
        policy = policy_of(self._config, project)
        performer = Performer(
            platform=platform,
            repository=repository,
            mender=self._mender(repository, platform, cache),
            notifiers=self.notifiers(),
            outbox=self.history.outbox,
            store=self.history.store,
            ledger=self.history.ledger,
            clock=self.clock,
            observer=self._watching,
        )
        return Wired(config=project, policy=policy, platform=platform, repository=repository, performer=performer)

    def _mender(self, repository: Repository, platform: Platform, cache: Path) -> Mender:
        async def builders(branch: str, production: bool) -> Builder:  # noqa: FBT001 - the mender's own signature
            settings = await platform.settings()
            activity = self._watching.activity
            return SandboxedBuilder(
                cache_folder=cache, settings=settings, branch=branch, production=production, on_activity=activity
            )

        return Mender(
            repository=repository,
            builders=builders,
            fixers=fixers(model=self._model),
            order=self.history.ledger.order,
            gate=gate_policy(self._config),
            activity=self._watching.activity,
        )


async def remote_of(repository: str, base: Path) -> tuple[str, Identity | None]:
    """The git address of a configured repository: itself, or the remote of the checkout it names and who commits there.

    Without a checkout, or a name in it, the user's own git configuration says who commits.
    """
    if is_remote(repository):
        return repository, None
    folder = base / repository
    state = await Checkout(folder).describe(allow_dirty=True)
    if state.remote_url is None:
        msg = f"the checkout {folder} has no remote to push repairs to"
        raise CheckoutError(msg, next_step="git remote add origin ADDRESS, or write the address as `repository`")
    return state.remote_url, state.identity
