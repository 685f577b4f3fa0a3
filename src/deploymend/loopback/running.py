"""Starting and stopping the loopback Vercel inside this process."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from deploymend.errors import ConfigurationError
from deploymend.loopback.account import Account
from deploymend.loopback.building import Builds
from deploymend.loopback.control import Control
from deploymend.loopback.faults import FaultBook
from deploymend.loopback.git_watch import GitWatch
from deploymend.loopback.job import Builder
from deploymend.loopback.launching import Launcher
from deploymend.loopback.server import Parts, make_application
from deploymend.loopback.store import Store
from deploymend.loopback.webhook_sender import RETRY_SECONDS, WebhookSender

_START_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningLoopback:
    """A loopback Vercel that listens. `parts` are for callers in the same process; others use HTTP."""

    url: str
    token: str
    team: str
    """The team's slug: every call for its projects must name it."""
    parts: Parts

    @property
    def control(self) -> Control:
        """What may be arranged: projects, deployments in any state."""
        return self.parts.control

    @property
    def faults(self) -> FaultBook:
        """The faults that wait to strike."""
        return self.parts.faults


@dataclass(frozen=True, kw_only=True)
class Loopback:
    """A Vercel on 127.0.0.1. `builder` builds commits; `port` 0 takes a free one. State lives in `state_folder`.

    `tick_seconds` is how long the short states last, `look_seconds` how often refs are looked at, `log_lag_reads` how
    many reads a failed build's log lags behind.
    """

    state_folder: Path
    builder: Builder
    port: int = 0
    concurrent_builds: int = 2
    tick_seconds: float = 0.2
    look_seconds: float = 0.15
    log_lag_reads: int = 2
    webhook_retry_seconds: Sequence[float] = RETRY_SECONDS

    @asynccontextmanager
    async def running(self) -> AsyncIterator[RunningLoopback]:
        """Listen until the block ends; unfinished builds end with it and start again next time.

        Raises ConfigurationError: the port is taken, or the state folder is in use or damaged.
        """
        store = Store(self.state_folder)
        with store.locked(), _listening(self.port) as listener:
            account = Account(store, log_lag_reads=self.log_lag_reads)
            account.host = f"127.0.0.1:{listener.getsockname()[1]}"
            parts, watch = self._assemble(account)
            async with _serving(make_application(parts), listener), _working(parts, watch):
                owner = account.owner
                yield RunningLoopback(
                    url=f"http://{account.host}", token=owner.token, team=owner.team_slug, parts=parts
                )

    def _assemble(self, account: Account) -> tuple[Parts, GitWatch]:
        faults = FaultBook()
        webhooks = WebhookSender(account, faults, retry_seconds=self.webhook_retry_seconds)
        builds = Builds(
            account,
            self.builder,
            faults,
            webhooks,
            concurrent_builds=self.concurrent_builds,
            tick_seconds=self.tick_seconds,
        )
        launcher = Launcher(account, builds, faults, webhooks)
        watch = GitWatch(account, launcher, interval_seconds=self.look_seconds)
        control = Control(account, launcher, watch)
        parts = Parts(
            account=account, faults=faults, webhooks=webhooks, builds=builds, launcher=launcher, control=control
        )
        return parts, watch


@asynccontextmanager
async def _working(parts: Parts, watch: GitWatch) -> AsyncIterator[None]:
    """Watch the repositories and build, until the block ends."""
    parts.builds.resume()
    watching = asyncio.create_task(watch.run())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await parts.builds.stop()
        await parts.webhooks.stop()


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise ConfigurationError(
                f"Port {port} on 127.0.0.1 cannot be used: {error}",
                next_step="Name another one with --port, or leave it out to get a free one.",
            ) from error
        yield listener


class _Server(uvicorn.Server):
    """Leaves signals to the program it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _serving(application: Starlette, listener: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(
        application, http="h11", ws="none", lifespan="off", log_config=None, log_level="critical", access_log=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(_START_SECONDS):
            while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn only has a flag
                await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await task
