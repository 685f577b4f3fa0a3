"""Building a workspace as the platform would, and asking the registry its package manager uses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from deploymend.core.model import BuildLog, Check, PackageOperation, Proof
from deploymend.core.plan import BuildPlan
from deploymend.ports.repository import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """One rung tried: the check as recorded, and the log of what ran (empty for rungs that run nothing)."""

    check: Check
    log: BuildLog


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFacts:
    """What the registry says of a package. `versions` are all published ones, oldest first, as the registry lists
    them.
    """

    name: str
    latest: str
    versions: tuple[str, ...]
    peers: tuple[tuple[str, str], ...] = ()
    """Peer ranges of `latest`."""
    engines_node: str | None = None
    types_included: bool = False


class Builder(Protocol):
    """Builds a workspace as the platform would, in a sandbox."""

    async def plan(self, workspace: Workspace) -> BuildPlan:
        """What the platform would run. Raises CheckoutError when there is nothing to build."""
        ...

    async def check(self, workspace: Workspace, plan: BuildPlan, rung: Proof) -> CheckResult:
        """Try one rung of the ladder: LOCKED, TYPE_CHECKED, COMPILED or BUILT (install and build, whole).

        A rung that does not exist for this project passes with the note `not applicable`. Never raises for a failing
        build.
        """
        ...

    async def perform(self, workspace: Workspace, plan: BuildPlan, operation: PackageOperation) -> None:
        """Let the project's package manager change manifest and lock. Raises OperationFailedError with its output."""
        ...

    async def package_facts(self, workspace: Workspace, plan: BuildPlan, name: str) -> PackageFacts | None:
        """Ask the registry the project uses. None when it does not know the name. Raises TransientError."""
        ...
