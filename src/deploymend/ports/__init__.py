"""The ports: what the loop needs from the outside world, a few methods each.

Every implementation and fake of a port passes the same suite in `deploymend.testing.contracts`, which makes each call
twice: every effect is a no-op when it is already there.
"""

from deploymend.core.model import PushOutcome, PushResult
from deploymend.ports.builder import Builder, CheckResult, PackageFacts
from deploymend.ports.clock import Clock
from deploymend.ports.fixer import Fixer, Project
from deploymend.ports.memory import IncidentStore, Ledger
from deploymend.ports.platform import AccessFinding, Cancels, Inspects, Platform, Promotes
from deploymend.ports.repository import ReadsTree, Repository, Workspace
from deploymend.ports.telling import Channel, Notifier, Outbox

__all__ = [
    "AccessFinding",
    "Builder",
    "Cancels",
    "Channel",
    "CheckResult",
    "Clock",
    "Fixer",
    "IncidentStore",
    "Inspects",
    "Ledger",
    "Notifier",
    "Outbox",
    "PackageFacts",
    "Platform",
    "Project",
    "Promotes",
    "PushOutcome",
    "PushResult",
    "ReadsTree",
    "Repository",
    "Workspace",
]
