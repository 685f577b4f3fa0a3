"""Incidents in memory: the fake of the port `IncidentStore`."""

from __future__ import annotations

from collections.abc import Sequence

from deploymend.core.incident import Incident, IncidentState
from deploymend.errors import NotFoundError


class FakeIncidentStore:
    """`saved` holds every state that was saved, in order."""

    def __init__(self) -> None:
        self.saved: list[Incident] = []
        self._newest: dict[str, Incident] = {}

    async def save(self, incident: Incident) -> int:
        """Keep its newest state; numbers count from 1 in the order of first saves."""
        self.saved.append(incident)
        self._newest[incident.id] = incident
        return list(self._newest).index(incident.id) + 1

    async def load(self, reference: str) -> tuple[int, Incident]:
        """By number, id, or the unambiguous beginning of an id."""
        rows = list(enumerate(self._newest.values(), 1))
        exact = [row for row in rows if reference in (str(row[0]), row[1].id)]
        found = exact or [row for row in rows if reference and row[1].id.startswith(reference)]
        if len(found) == 1:
            return found[0]
        names = ", ".join(incident.id for _, incident in found or rows)
        raise NotFoundError(f"no single incident is {reference!r}", next_step=f"there are: {names or 'none'}")

    async def list(self, *, project: str | None = None, limit: int = 50) -> Sequence[tuple[int, Incident]]:
        """The newest first."""
        rows = reversed(list(enumerate(self._newest.values(), 1)))
        return [row for row in rows if project in (None, row[1].project)][:limit]

    async def on_branch(self, project: str, branch: str) -> tuple[int, Incident] | None:
        """The open incident of a branch, if there is one."""
        for number, incident in await self.list(project=project, limit=len(self._newest)):
            if incident.branch == branch and incident.state is IncidentState.OPEN:
                return number, incident
        return None
