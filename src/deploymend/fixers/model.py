"""The model-driven fixer's place in the order. Not built yet: it says what it will need."""

from __future__ import annotations

from deploymend.core.model import Decline, Diagnosis, Repair
from deploymend.ports import Project


class Model:
    """Declines, with what a person can do about it. It works on any kind of cause once it is configured."""

    name = "claude"
    kinds: frozenset[str] = frozenset()

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:  # noqa: ARG002 - the port's
        """Always a decline."""
        return Decline(reason="not configured: set ANTHROPIC_API_KEY to let Claude work on what the rules cannot")
