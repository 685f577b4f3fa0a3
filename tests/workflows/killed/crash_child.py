"""Runs the real `watch` in processes that are killed at one chosen point; see the fixture `nursery` in conftest.py.

Importing everything takes seconds, so it is done once: this program reads orders from stdin, a JSON object a line, and
forks a child for each. It answers `{"pid": n}` when the child runs and `{"exit": n}` when it is gone (-9: killed).

An order holds `config` (path of a deploymend.toml), `environment`, `incidents` (how many ended ones to wait for),
`max_recoveries` and `kill`, None or `{"when", "what", "nth"}`:

    before ACTION     the incident stands in the store, nothing was done yet
    inside ACTION     done, but the engine has not recorded the outcome: it will be done again
    after ACTION      recorded; the next action has not begun
    returned PORT.METHOD    in the middle of an action, right after this call on a port came back
    during ACTIVITY   in the middle of running commands, a moment after this activity was announced
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

from deploymend.app.watching import watch
from deploymend.app.wiring import App
from deploymend.config import read_config
from deploymend.core.incident import Action, Incident, IncidentState, Outcome, Stop, Wait
from deploymend.workflows import Engine, Performer

STORE_PAUSE_SECONDS = 0.02
MOMENT_SECONDS = 0.15


def die() -> NoReturn:
    """End here, as by a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


class Fate:
    """Where this process is to be killed."""

    def __init__(self, kill: dict[str, Any] | None) -> None:
        self._kill = kill or {"when": "never", "what": "", "nth": 1}
        self._left = int(self._kill["nth"])

    def passes(self, when: str, what: str) -> None:
        """The process is here now: the n-th time at its point it dies."""
        if self._is_here(when, what):
            die()

    def soon(self, what: str) -> None:
        """An activity begins: die in the middle of it."""
        if self._is_here("during", what):
            asyncio.get_running_loop().call_later(MOMENT_SECONDS, die)

    def _is_here(self, when: str, what: str) -> bool:
        if (self._kill["when"], self._kill["what"]) != (when, what):
            return False
        self._left -= 1
        return self._left == 0

    def trip(self) -> tuple[str, str] | None:
        """The port and the method after whose return it dies, if it is one."""
        if self._kill["when"] != "returned":
            return None
        port, _, method = str(self._kill["what"]).partition(".")
        return port, method


class Doomed:
    """A performer in a process that dies."""

    def __init__(self, performer: Performer, fate: Fate) -> None:
        self._performer = performer
        self._fate = fate
        self._last = ""

    def now(self) -> Any:
        """Asked right before an outcome is recorded. As the first thing asked here: the sleep was begun before."""
        self._last = self._last or "Wait"
        if self._last == "Wait":
            self._fate.passes("inside", "Wait")
        return self._performer.now()

    async def save(self, incident: Incident, action: Action) -> int:
        """Before a Wait and at the Stop, the engine only saves."""
        self._turn(action)
        if isinstance(action, Stop):
            self._fate.passes("before", "Stop")
        number = await self._performer.save(incident, action)
        self._fate.passes("before" if isinstance(action, Wait) else "inside", type(action).__name__)
        return number

    async def perform(self, incident: Incident, action: Action) -> Outcome:
        """Every other action."""
        self._turn(action)
        await self._performer.save(incident, action)
        self._fate.passes("before", type(action).__name__)
        outcome = await self._performer.perform(incident, action)
        self._fate.passes("inside", type(action).__name__)
        return outcome

    def _turn(self, action: Action) -> None:
        self._fate.passes("after", self._last)
        self._last = type(action).__name__


class Tripwire:
    """A port whose one method is the last thing the process does."""

    def __init__(self, port: Any, method: str, fate: Fate) -> None:
        self._port = port
        self._method = method
        self._fate = fate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        return self._wired(found) if name == self._method else found

    def _wired(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def called(*arguments: Any, **named: Any) -> Any:
            result = await call(*arguments, **named)
            what = ".".join(self._fate.trip() or ())
            self._fate.passes("returned", what)
            return result

        return called


class Witness:
    """Looks on."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    def turned(self, number: int, incident: Incident, action: Action) -> None:
        """Leave a trace for whoever reads a failing test."""
        sys.stderr.write(f"[{os.getpid()}] {number} {incident.project} {incident.state}: {action}\n"[:300])

    def activity(self, text: str) -> None:
        """What is being done."""
        self._fate.soon(text)

    def say(self, text: str) -> None:
        """What people would read."""
        sys.stderr.write(f"[{os.getpid()}] {text}\n")


def doomed(performer: Performer, fate: Fate) -> Any:
    """The performer, wired to die at its point."""
    trip = fate.trip()
    if trip is not None and trip[0] == "notifiers":
        performer._notifiers = tuple(Tripwire(one, trip[1], fate) for one in performer._notifiers)
    elif trip is not None:
        setattr(performer, f"_{trip[0]}", Tripwire(getattr(performer, f"_{trip[0]}"), trip[1], fate))
    return Doomed(performer, fate)


async def live(order: dict[str, Any]) -> None:
    """Watch until as many incidents as expected have ended, the last message and all."""
    fate = Fate(order["kill"])
    path = Path(order["config"])
    witness = Witness(fate)
    app = App(read_config(path), base=path.parent, environment=order["environment"], watching=witness, model=False)
    async with app.opened():
        performers = {one.name: doomed(app.project(one.name).performer, fate) for one in app.watched()}
        settings = replace(app._engine_settings(), max_recoveries=order["max_recoveries"])
        app.engine = Engine(settings, performers.__getitem__)
        stop = asyncio.Event()
        watching = asyncio.create_task(watch(app, watching=witness, stop=stop))
        ended = asyncio.create_task(_all_ended(app, order["incidents"]))
        await asyncio.wait({watching, ended}, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        await watching
        await ended
        fate.passes("after", "Stop")


async def _all_ended(app: App, wanted: int) -> None:
    while True:
        found = [one for _, one in await app.history.store.list()]
        over = len(found) >= wanted and all(one.state is not IncidentState.OPEN for one in found)
        if over and app.engine._follow is not None:  # the engine is open
            break
        await asyncio.sleep(STORE_PAUSE_SECONDS)
    for incident in found:
        await app.engine.ended(incident.id)


def _child(order: dict[str, Any]) -> int:
    try:
        asyncio.run(live(order))
    except BaseException:  # noqa: BLE001 - the test reads it from stderr
        traceback.print_exc()
        return 70
    return 0


def _say(**fields: int) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def main() -> None:
    """Take orders until stdin ends."""
    import apprise  # noqa: F401 - brought in before the first fork, as everything
    import dbos  # noqa: F401 - as above

    while line := sys.stdin.readline():
        if (pid := os.fork()) == 0:
            sys.stdin.close()
            code = _child(json.loads(line))
            sys.stderr.flush()
            os._exit(code)
        _say(pid=pid)
        _, status = os.waitpid(pid, 0)
        _say(exit=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
