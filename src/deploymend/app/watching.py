"""`watch`: the silent loop over all configured projects."""

from __future__ import annotations

import asyncio

from deploymend.app.wiring import App, Watching
from deploymend.errors import TransientError
from deploymend.workflows import Watcher


async def watch(app: App, *, watching: Watching, stop: asyncio.Event) -> None:
    """Watch until `stop` is set. Incidents that were cut off before go on first.

    Raises BusyError for a second watcher, and at the start what is wrong with a token, team or project; a platform that
    does not answer is only told, since it will be back.
    """
    for name in app.names():
        try:
            await app.reach(name)
        except TransientError as error:
            watching.say(f"{name}: {error.message.rstrip('.')}; watching goes on as soon as it answers.")
    await app.engine.open()
    try:
        watcher = Watcher(
            app.watched(),
            begin=app.engine.start,
            store=app.history.store,
            outbox=app.history.outbox,
            clock=app.clock,
            say=watching.say,
        )
        await watcher.run(stop)
    finally:
        await app.engine.close()
