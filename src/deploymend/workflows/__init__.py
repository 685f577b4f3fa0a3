"""The durable loop: decide, perform, fold. It knows ports and the core, never a plug-in or a door."""

from deploymend.workflows.engine import Engine, EngineSettings
from deploymend.workflows.performer import Observer, Performer
from deploymend.workflows.watcher import Watched, Watcher

__all__ = ["Engine", "EngineSettings", "Observer", "Performer", "Watched", "Watcher"]
