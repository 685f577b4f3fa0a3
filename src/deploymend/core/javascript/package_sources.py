"""What the repository itself knows of its packages: manifests, lockfile, workspaces, and who vouches for a name."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection
from functools import cached_property

from deploymend.core.gate.new_packages import look_alike
from deploymend.core.javascript.peers import peer_ranges
from deploymend.core.jsonc import as_object, parse_object
from deploymend.core.packages import known_in_lockfile, known_in_manifest, resolved_version
from deploymend.core.plan import BuildPlan
from deploymend.core.well_known import WELL_KNOWN

_INSTALLED_FIELDS = ("dependencies", "devDependencies", "optionalDependencies")
_MANIFEST = "package.json"


class PackageSources:
    """A read view of a repository's package files; each is read once, when it is first asked about."""

    def __init__(self, files: Collection[str], read: Callable[[str], str | None], plan: BuildPlan) -> None:
        self._read = read
        self._plan = plan
        self._manifests = tuple(path for path in files if posixpath.basename(path) == _MANIFEST)
        self._lock_path = plan.lockfile or ""

    def manifest_directory(self, importer: str | None) -> str | None:
        """The folder of the nearest package.json upwards from a file, or from the root directory without one."""
        folder = self._plan.directory.strip("/") if importer is None else posixpath.dirname(importer)
        while posixpath.join(folder, _MANIFEST) not in self._manifests:
            if not folder:
                return None
            folder = posixpath.dirname(folder)
        return folder

    def declared(self, directory: str) -> frozenset[str]:
        """The packages that a folder's manifest has installed."""
        manifest = self._manifest(posixpath.join(directory, _MANIFEST))
        return frozenset(name for field in _INSTALLED_FIELDS for name in as_object(manifest.get(field)))

    def locked(self, name: str) -> str | None:
        """The version that the lockfile holds for the project's root."""
        return resolved_version(self._lock_path, self._lock, name) if self._lock else None

    def wanted_as_peer(self, name: str) -> tuple[str, ...]:
        """The ranges that locked packages accept as their peer."""
        return peer_ranges(self._lock_path, self._lock, name)

    def workspace_range(self, name: str, directory: str) -> str | None:
        """How to ask for a package of this repository from another folder of it; None when it is not one."""
        own = any(
            self._manifest(path).get("name") == name for path in self._manifests if posixpath.dirname(path) != directory
        )
        if not own or not self._has_workspaces:
            return None
        berry = self._plan.manager == "yarn" and not (self._plan.manager_version or "1").startswith("1")
        return "workspace:*" if berry or self._plan.manager in ("pnpm", "bun") else "*"

    @cached_property
    def vouched(self) -> frozenset[str]:
        """Every name that the lockfile, a manifest or the list of well-known names vouches for."""
        declared = (known_in_manifest(self._read(path) or "") for path in self._manifests)
        return known_in_lockfile(self._lock_path, self._lock).union(WELL_KNOWN, *declared)

    def refusal_of(self, name: str) -> str:
        """Why a name is not taken from the registry, in words."""
        meant = look_alike(name, self.vouched)
        hint = f" (is {meant} meant?)" if meant else ""
        return f"neither the lockfile nor a manifest nor the list of well-known packages vouches for {name}{hint}"

    @cached_property
    def _lock(self) -> str:
        return self._read(self._lock_path) or "" if self._lock_path else ""

    @cached_property
    def _has_workspaces(self) -> bool:
        return any("workspaces" in self._manifest(path) for path in self._manifests) or any(
            self._read(posixpath.join(posixpath.dirname(path), "pnpm-workspace.yaml")) for path in self._manifests
        )

    def _manifest(self, path: str) -> dict[str, object]:
        return parse_object(self._read(path) or "")
