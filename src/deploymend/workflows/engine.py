"""The durable engine: DBOS behind four methods. Only this file knows it.

A workflow's id is the incident's id, so that starting it twice starts it once. Each action is one step; a step whose
outcome is recorded never runs again, one that was cut off runs again from its start. One process works on a SQLite file
at a time: a lock says so, since a second one would take the first one's running incidents for abandoned ones.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from dbos import DBOS, Serializer, SetWorkflowID

from deploymend import records
from deploymend.core.incident import Action, Incident, IncidentState, Outcome, Stop, Trouble, Wait, after, next_action
from deploymend.core.policy import Policy
from deploymend.errors import BuildEnvironmentError, BusyError
from deploymend.workflows.performer import Performer, doing

APPLICATION_VERSION = "1"
"""Raised only when `next_action` or `after` decide differently for a recorded history: then old incidents wait for the
version that began them. Fields added with a default need no raise."""

MAX_RECOVERIES = 20
"""How often an incident that was cut off is gone on with. One that ends the process each time must reach a person."""

CLOSING_RECOVERIES = 10
"""How often more, for its end and its message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """Where the engine keeps its state: a folder for SQLite and the lock, and a Postgres address if there is one.

    After `max_recoveries` an open incident that was cut off once more is escalated.
    """

    folder: Path
    database_url: str | None = None
    executor: str = "local"
    """Whose incidents are gone on with at the start: several machines may share one Postgres, each with its own."""
    max_recoveries: int = MAX_RECOVERIES


class _RecordSerializer(Serializer):
    def name(self) -> str:
        return "deploymend_records_1"

    def serialize(self, data: Any) -> str:
        return records.dumps(data)

    def deserialize(self, serialized_data: str) -> Any:
        return records.loads(serialized_data)


class Engine:
    """Runs incidents durably, on the event loop it is opened on. `performer` gives the performer of a project."""

    def __init__(self, settings: EngineSettings, performer: Callable[[str], Performer]) -> None:
        self._settings = settings
        self._performer = performer
        self._lock: IO[str] | None = None
        self._follow: Any = None
        self._running: set[asyncio.Task[Any]] = set()

    async def open(self) -> None:
        """Take the lock, start the engine, and go on with every incident that was cut off.

        Raises BusyError when another process works on the same state folder.
        """
        self._settings.folder.mkdir(parents=True, exist_ok=True)
        self._lock = _lock(self._settings.folder / "engine.lock")
        try:
            DBOS(config=self._config())
            most = self._settings.max_recoveries + CLOSING_RECOVERIES
            self._follow = DBOS.workflow(name="incident", max_recovery_attempts=most)(self._workflow())
            DBOS.launch()  # on this loop's thread: workflows, also recovered ones, then run on this loop
        except (sa.exc.SQLAlchemyError, OSError) as error:
            await self.close()
            msg = f"the state in {self._settings.folder} cannot be opened: {error}"
            raise BuildEnvironmentError(msg, next_step="check the disk and the folder's rights") from error
        except BaseException:
            await self.close()  # the lock above all
            raise

    async def start(self, incident: Incident, policy: Policy) -> None:
        """Begin an incident; nothing happens when it was begun before."""
        with SetWorkflowID(incident.id):
            await DBOS.start_workflow_async(self._follow, incident, policy)

    async def ended(self, incident_id: str) -> Incident:
        """Wait for an incident's end."""
        handle: Any = await DBOS.retrieve_workflow_async(incident_id)
        result: Incident = await handle.get_result()
        return result

    async def close(self) -> None:
        """Stop. Incidents under way, and what they run, are cut off here and go on at the next start."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=0, destroy_registry=True)
        # DBOS put its own threads behind this loop's `to_thread`, and they have just gone with it.
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _config(self) -> Any:
        url = self._settings.database_url
        path = self._settings.folder / "engine.sqlite"
        config: dict[str, Any] = {
            "name": "deploymend",
            "application_version": APPLICATION_VERSION,
            "executor_id": self._settings.executor if url else "local",
            "serializer": _RecordSerializer(),
            "system_database_url": url or f"sqlite:///{path}",
            "console_log_level": "CRITICAL",
            "log_level": "CRITICAL",
            "enable_otlp": False,
        }
        if url is None:
            config["system_database_engine"] = _sqlite(path)
        return config

    def _workflow(self) -> Callable[..., Any]:
        async def follow(incident: Incident, policy: Policy) -> Incident:
            task = asyncio.current_task()
            if task is not None:
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            now = incident.opened_at
            while not isinstance(action := next_action(incident, policy, now), Stop):
                outcome, now = await self._take(incident, action)
                incident = after(incident, action, outcome, now)
            await DBOS.run_step_async({"name": "Stop"}, self._performer(incident.project).save, incident, action)
            return incident

        return follow

    async def _take(self, incident: Incident, action: Action) -> tuple[Outcome, datetime]:
        """One action as one durable step, with the time it ended; waiting sleeps durably before it."""
        performer = self._performer(incident.project)
        if isinstance(action, Wait):
            await DBOS.run_step_async({"name": f"Wait for {action.reason}"}, performer.save, incident, action)
            await DBOS.sleep_async(action.seconds)

        async def step() -> list[Any]:
            outcome = await self._worn_out(incident, action) or await _perform(performer, incident, action)
            return [outcome, performer.now()]

        outcome, at = await DBOS.run_step_async({"name": type(action).__name__}, step)
        return outcome, at

    async def _worn_out(self, incident: Incident, action: Action) -> Trouble | None:
        """Trouble in place of an action of an incident that was cut off too often: it may be what ends the process."""
        if incident.state is not IncidentState.OPEN:
            return None
        status = await DBOS.get_workflow_status_async(incident.id)
        times = (status.recovery_attempts or 1) - 1 if status else 0
        if times <= self._settings.max_recoveries:
            return None
        what = f"deploymend ended {times} times in the middle of this incident"
        cure = "look for what ends it: too little memory (`dmesg`), a full disk, a service manager's time limit"
        return Trouble(during=doing(action), message=what, next_step=cure, retryable=False)


async def _perform(performer: Performer, incident: Incident, action: Action) -> Outcome:
    """The outermost handler: a bug in one incident must end as a message to a person, not as silence."""
    if isinstance(action, Wait):
        return None
    try:
        return await performer.perform(incident, action)
    except Exception as error:  # noqa: BLE001 - the one place where everything is caught, and told
        what = f"a bug in deploymend: {type(error).__name__}: {error}"
        return Trouble(during=doing(action), message=what, retryable=False)


def _lock(path: Path) -> IO[str]:
    file = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.seek(0)
        owner = file.read().strip() or "unknown"
        file.close()
        msg = f"another deploymend (process {owner}) already works on {path.parent}"
        raise BusyError(msg, next_step="stop it, or follow it with `deploymend incidents`") from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _sqlite(path: Path) -> sa.Engine:
    """DBOS's own SQLite settings are 2.5 to 10 times slower than write-ahead logging, measured with DBOS 3.4."""
    engine = sa.create_engine(f"sqlite:///{path}")

    @sa.event.listens_for(engine, "connect")
    def _tune(connection: Any, _record: Any) -> None:
        connection.isolation_level = "IMMEDIATE"  # as DBOS sets it for its own engine
        for pragma in ("journal_mode=wal", "synchronous=normal", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"pragma {pragma}")

    return engine
