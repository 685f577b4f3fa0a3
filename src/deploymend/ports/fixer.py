"""What proposes repairs, and what it sees."""

from __future__ import annotations

from typing import Protocol

from deploymend.core.model import Decline, Diagnosis, Repair
from deploymend.core.plan import BuildPlan
from deploymend.ports.builder import PackageFacts
from deploymend.ports.repository import ReadsTree


class Project(ReadsTree, Protocol):
    """What a fixer sees: the tree as it is now, how it is built, and the registry. It cannot write."""

    @property
    def plan(self) -> BuildPlan:
        """How the project is built."""
        ...

    async def package_facts(self, name: str) -> PackageFacts | None:
        """What the registry says of a package; None when it does not know the name."""
        ...


class Fixer(Protocol):
    """Proposes a repair for a diagnosis, or declines. It reads, never writes; the same input gives the same answer."""

    @property
    def name(self) -> str:
        """`rules/import-case`: stable, it is what the ledger remembers."""
        ...

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of cause it can work on; the loop asks it only about those. Empty: any kind."""
        ...

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """A repair for as many causes of its kinds as it is sure of. Causes' files are relative to the repository's
        root.
        """
        ...
