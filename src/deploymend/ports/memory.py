"""What is kept: incidents for people to look at, and the record of what works."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from deploymend.core.incident import Incident
from deploymend.core.model import Diagnosis


class IncidentStore(Protocol):
    """Keeps incidents for people to look at: written after each step, read by the command line."""

    async def save(self, incident: Incident) -> int:
        """Keep its newest state. Returns the number people know it by: counted from 1, the same at each save."""
        ...

    async def load(self, reference: str) -> tuple[int, Incident]:
        """By number, id, or the unambiguous beginning of an id. Raises NotFoundError, saying which there are."""
        ...

    async def list(self, *, project: str | None = None, limit: int = 50) -> Sequence[tuple[int, Incident]]:
        """The newest first."""
        ...

    async def on_branch(self, project: str, branch: str) -> tuple[int, Incident] | None:
        """The open incident of a branch, if there is one."""
        ...


class Ledger(Protocol):
    """The record of what was tried for which failure and how it ended."""

    async def remember(self, incident: Incident) -> None:
        """Take up an ended incident: an outcome for each trial and attempt, and the memory files. Twice counts once."""
        ...

    async def order(self, diagnosis: Diagnosis, fixers: Sequence[str]) -> Sequence[str]:
        """Fixer names in the order of their record for this failure; unknown ones in the order given."""
        ...
