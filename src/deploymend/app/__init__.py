"""The composition root: here, and only here, configuration, doors and plug-ins meet the ports of the loop."""

from deploymend.app.fixing import FixOptions, FixResult, fix
from deploymend.app.history import History, open_history
from deploymend.app.syncing import SyncResult, sync
from deploymend.app.watching import watch
from deploymend.app.wiring import App, SystemClock, Watching

__all__ = [
    "App",
    "FixOptions",
    "FixResult",
    "History",
    "SyncResult",
    "SystemClock",
    "Watching",
    "fix",
    "open_history",
    "sync",
    "watch",
]
