"""A fixer by find and replace: the fake of the port `Fixer`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from deploymend.core.model import Decline, Diagnosis, FileEdit, PackageOperation, Repair
from deploymend.ports import Project


@dataclass(slots=True, kw_only=True)
class FakeFixer:
    """In every file a cause names, `swaps` are made; where that changes nothing, it declines.

    With `kinds` empty it works on any cause, as a model does. `operations` go with each repair. `claims` False leaves
    out which causes it means to cure. `asked` holds the diagnoses it was asked about.
    """

    name: str
    swaps: Mapping[str, str] = field(default_factory=dict)
    kinds: frozenset[str] = frozenset({"ts-cannot-find-name"})
    operations: tuple[PackageOperation, ...] = ()
    claims: bool = True
    tokens: int = 0
    asked: list[Diagnosis] = field(default_factory=list)

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """The swaps, where they change anything."""
        self.asked.append(diagnosis)
        edits = []
        for path in sorted({cause.file for cause in diagnosis.causes if cause.file}):
            before = project.read(path)
            if before is not None and (after := self._swapped(before)) != before:
                edits.append(FileEdit(path=path, before=before, after=after))
        if not edits and not self.operations:
            return Decline(reason="nothing to replace")
        touched = {edit.path for edit in edits}
        causes = tuple(cause for cause in diagnosis.causes if cause.file in touched and self._knows(cause.symbol))
        return Repair(
            fixer=self.name,
            summary=f"replace {', '.join(self.swaps)}",
            edits=tuple(edits),
            operations=self.operations,
            causes=causes if self.claims else (),
            tokens=self.tokens,
        )

    def _swapped(self, text: str) -> str:
        for old, new in self.swaps.items():
            text = text.replace(old, new)
        return text

    def _knows(self, symbol: str | None) -> bool:
        return symbol is None or symbol in self.swaps
