"""A project in memory, for fixers and their tests."""

from __future__ import annotations

from collections.abc import Mapping

from deploymend.core.plan import BuildPlan
from deploymend.ports import PackageFacts


class FakeProject:
    """Implements ports.Project over given texts. A file whose text is None is listed but not readable (binary, a link).

    `packages` is all that its registry knows; `asked` records the names it was asked for.
    """

    def __init__(
        self,
        files: Mapping[str, str | None],
        plan: BuildPlan | None = None,
        packages: Mapping[str, PackageFacts] | None = None,
    ) -> None:
        self._files = dict(files)
        self._plan = plan or BuildPlan()
        self._packages = dict(packages or {})
        self.asked: list[str] = []

    @property
    def plan(self) -> BuildPlan:
        """How the project is built."""
        return self._plan

    def files(self) -> tuple[str, ...]:
        """Every path, sorted."""
        return tuple(sorted(self._files))

    def read(self, path: str) -> str | None:
        """A file's text; None when missing or unreadable."""
        return self._files.get(path)

    async def package_facts(self, name: str) -> PackageFacts | None:
        """What the registry says; None when it does not know the name."""
        self.asked.append(name)
        return self._packages.get(name)
