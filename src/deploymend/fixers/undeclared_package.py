"""Packages that the code imports and package.json does not ask for: they came along with others, or by accident."""

from __future__ import annotations

import posixpath
from collections import defaultdict

from deploymend.core.javascript.draft import summarise
from deploymend.core.javascript.package_names import is_package_name, is_tool, types_package
from deploymend.core.javascript.package_sources import PackageSources
from deploymend.core.javascript.package_versions import fits, newest_release, same_major
from deploymend.core.model import Cause, Decline, Diagnosis, PackageOperation, Repair
from deploymend.core.packages import is_virtual, package_root
from deploymend.ports import PackageFacts, Project

_NO_TYPES = "TS7016"  # "Could not find a declaration file for module": the package is there, its types are not


class UndeclaredPackage:
    """Adds the package to the nearest manifest, in the version that the repository already knows.

    In order: a package of this repository's workspace; the version in the lockfile; one that installed packages accept
    as their peer; the registry's newest, when it fits this Node and what is installed. The registry is asked only about
    names that the lockfile, a manifest or the list of well-known names vouches for: a name alone may be a trap.
    """

    name = "rules/undeclared-package"
    kinds = frozenset(("module-not-found-package", "ts-cannot-find-module"))

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """One operation for each manifest and kind of dependency."""
        sources = PackageSources(project.files(), project.read, project.plan)
        wanted: dict[tuple[str, bool], set[str]] = defaultdict(set)
        cured: list[Cause] = []
        reasons: list[str] = []
        for cause in (cause for cause in diagnosis.causes if cause.kind in self.kinds):
            found = await _addition(cause, sources, project)
            if isinstance(found, Decline):
                reasons.append(found.reason)
            else:
                wanted[found.directory, found.dev].update(found.packages)
                cured.append(cause)
        if not cured:
            return Decline(reason=reasons[0] if reasons else "nothing in the diagnosis is an undeclared package")
        operations = tuple(
            PackageOperation(kind="add", packages=tuple(sorted(packages)), dev=dev, directory=directory)
            for (directory, dev), packages in sorted(wanted.items())
        )
        notes = [f"add {package}" for operation in operations for package in operation.packages]
        return Repair(fixer=self.name, summary=summarise(notes), operations=operations, causes=tuple(cured))


async def _addition(cause: Cause, sources: PackageSources, project: Project) -> PackageOperation | Decline:
    root = package_root(cause.symbol or "")
    name = types_package(root) if cause.code == _NO_TYPES else root
    if is_virtual(cause.symbol or "") or not is_package_name(root):
        return Decline(reason=f"{cause.symbol or 'the module'} is no package of a registry")
    if cause.file and root not in (project.read(cause.file) or ""):
        return Decline(reason=f"{cause.file} does not name {root}")
    directory = sources.manifest_directory(cause.file)
    if directory is None:
        return Decline(reason=f"there is no package.json that could ask for {name}")
    if name in sources.declared(directory):
        return Decline(reason=f"{posixpath.join(directory, 'package.json')} asks for {name} already")
    version = await _range(name, root, directory, sources, project)
    if isinstance(version, Decline):
        return version
    dev = is_tool(name, cause.file)
    return PackageOperation(kind="add", packages=(f"{name}@{version}",), dev=dev, directory=directory)


async def _range(name: str, root: str, directory: str, sources: PackageSources, project: Project) -> str | Decline:
    if own := sources.workspace_range(name, directory):
        return own
    if locked := sources.locked(name):
        return f"^{locked}"
    if name not in sources.vouched:
        return Decline(reason=sources.refusal_of(name))
    facts = await project.package_facts(name)
    if facts is None:
        return Decline(reason=f"the registry does not know {name}")
    if name != root:
        return _types_range(facts, sources.locked(root))
    return _published_range(facts, sources, project)


def _types_range(facts: PackageFacts, described: str | None) -> str:
    """Types follow the major of what they describe, where there are such."""
    matching = newest_release(facts.versions, (same_major(described),)) if described else None
    return f"^{matching or facts.latest}"


def _published_range(facts: PackageFacts, sources: PackageSources, project: Project) -> str | Decline:
    peers = sources.wanted_as_peer(facts.name)
    if peers:
        chosen = newest_release(facts.versions, peers)
        return (
            f"^{chosen}" if chosen else Decline(reason=f"no {facts.name} is {' and '.join(peers)}, as its users want")
        )
    if facts.engines_node and not fits(str(project.plan.node_major), facts.engines_node):
        return Decline(reason=f"{facts.name} {facts.latest} wants Node {facts.engines_node}")
    for peer, wanted in facts.peers:
        installed = sources.locked(peer)
        if installed and not fits(installed, wanted):
            return Decline(reason=f"{facts.name} {facts.latest} wants {peer} {wanted}, installed is {installed}")
    return f"^{facts.latest}"
