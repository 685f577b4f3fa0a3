"""Lockfiles that are behind their manifests: installs with a frozen lockfile stop at once."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from types import MappingProxyType

from deploymend.core.jsonc import parse_object
from deploymend.core.model import Decline, Diagnosis, PackageOperation, Repair
from deploymend.ports import Project

_MANAGERS: Mapping[str, str] = MappingProxyType(
    {
        "npm-lockfile-out-of-sync": "npm",
        "pnpm-outdated-lockfile": "pnpm",
        "yarn1-frozen-lockfile": "yarn",
        "yarn-berry-immutable": "yarn",
        "bun-frozen-lockfile": "bun",
    }
)
_LOCKFILES: Mapping[str, str] = MappingProxyType(
    {
        "package-lock.json": "npm",
        "npm-shrinkwrap.json": "npm",
        "pnpm-lock.yaml": "pnpm",
        "yarn.lock": "yarn",
        "bun.lock": "bun",
        "bun.lockb": "bun",
    }
)
# git-scm.com/docs/git-merge, "How conflicts are presented".
_CONFLICT = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


class StaleLockfile:
    """Lets the project's own package manager bring its lockfile in step, changing as little as it can.

    It declines where somebody must choose: conflict markers, another manager's lockfile beside it, a broken manifest.
    """

    name = "rules/stale-lockfile"
    kinds = frozenset(_MANAGERS)

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """One relock of the lockfile in use."""
        causes = tuple(cause for cause in diagnosis.causes if cause.kind in self.kinds)
        if not causes:
            return Decline(reason="nothing in the diagnosis is about a stale lockfile")
        reason = _objection({_MANAGERS[cause.kind] for cause in causes}, project)
        if reason:
            return Decline(reason=reason)
        lockfile = project.plan.lockfile or ""
        operation = PackageOperation(kind="relock", directory=posixpath.dirname(lockfile))
        summary = f"bring {lockfile} in step with package.json"
        return Repair(fixer=self.name, summary=summary, operations=(operation,), causes=causes)


def _objection(managers: set[str], project: Project) -> str:
    """Why it must not be done; empty when nothing stands in the way."""
    plan = project.plan
    lockfile = plan.lockfile
    if lockfile is None or lockfile not in project.files():
        return "the project has no lockfile"
    if managers != {plan.manager}:
        return f"the log is about {' and '.join(sorted(managers))}, the project is built with {plan.manager}"
    manifest_path = posixpath.join(posixpath.dirname(lockfile), "package.json")
    manifest = project.read(manifest_path) or ""
    for path, text in ((lockfile, project.read(lockfile) or ""), (manifest_path, manifest)):
        if _CONFLICT.search(text):
            return f"{path} holds a merge conflict: a person must choose a side"
    if not parse_object(manifest):
        return f"{manifest_path} is missing or no valid JSON"
    return _rival(lockfile, plan.manager, manifest, project)


def _rival(lockfile: str, manager: str, manifest: str, project: Project) -> str:
    """Another manager's lockfile beside it, unless the manifest says which manager it is."""
    pinned = parse_object(manifest).get("packageManager")
    if isinstance(pinned, str) and pinned.partition("@")[0] == manager:
        return ""
    folder = posixpath.dirname(lockfile)
    others = [name for name, other in _LOCKFILES.items() if other != manager]
    found = [name for name in others if posixpath.join(folder, name) in project.files()]
    return f"{found[0]} lies beside {lockfile}: delete the one that is not in use" if found else ""
