"""What fixers see of a workspace: the tree as it is now, how it is built, the registry. No way to write."""

from __future__ import annotations

from deploymend.core.locks import is_lockfile
from deploymend.core.packages import known_in_lockfile, known_in_manifest
from deploymend.core.plan import BuildPlan
from deploymend.ports import Builder, PackageFacts, Workspace


class ProjectView:
    """Implements ports.Project over a workspace and a builder. Registry answers are kept for the life of the view."""

    def __init__(self, workspace: Workspace, builder: Builder, plan: BuildPlan) -> None:
        self._workspace = workspace
        self._builder = builder
        self._plan = plan
        self._facts: dict[str, PackageFacts | None] = {}

    @property
    def plan(self) -> BuildPlan:
        """How the project is built."""
        return self._plan

    def files(self) -> tuple[str, ...]:
        """Every file of the tree, as it is now."""
        return self._workspace.files()

    def read(self, path: str) -> str | None:
        """A file's text, as it is now."""
        return self._workspace.read(path)

    async def package_facts(self, name: str) -> PackageFacts | None:
        """What the registry says of a package."""
        if name not in self._facts:
            self._facts[name] = await self._builder.package_facts(self._workspace, self._plan, name)
        return self._facts[name]


def vouched_packages(workspace: Workspace) -> frozenset[str]:
    """The package names that the tree's manifests and lockfiles already know."""
    names: set[str] = set()
    for path in workspace.files():
        base = path.rpartition("/")[2]
        if base == "package.json" and (text := workspace.read(path)) is not None:
            names |= known_in_manifest(text)
        elif is_lockfile(path) and (text := workspace.read(path)) is not None:
            names |= known_in_lockfile(path, text)
    return frozenset(names)
