"""The commands a platform fills in for a project inside a Turborepo or Nx workspace.

Source: vercel.com/docs/monorepos/turborepo and /nx, and the log line "Detected Turbo. Adjusting default settings...".
Only for a project with a root directory below the repository's root.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection

from deploymend.core.planning_manifest import read_object, strings, text_at
from deploymend.errors import CheckoutError

_Read = Callable[[str], str | None]


def monorepo_commands(files: Collection[str], read: _Read, directory: str, manager: str) -> tuple[str, str] | None:
    """(install, build) when the repository's root has turbo.json or nx.json; None otherwise."""
    if not directory:
        return None
    up = "/".join([".."] * len(directory.split("/")))
    install = f"npm install --prefix={up}" if manager == "npm" else f"{manager} install"
    if "turbo.json" in files and _turbo_builds(files, read, directory):
        return install, f"cd {up} && turbo run build --filter={{{directory}}}..."
    if "nx.json" in files:
        return install, f"cd {up} && npx nx build {_nx_name(files, read, directory)}"
    return None


def _turbo_builds(files: Collection[str], read: _Read, directory: str) -> bool:
    """True when turbo.json has a build task at all. It may hold comments, so unreadable JSON counts as yes."""
    try:
        turbo = read_object(files, read, "turbo.json")
        manifest = read_object(files, read, posixpath.join(directory, "package.json"))
    except CheckoutError:
        return True
    tasks = (turbo or {}).get("tasks") or (turbo or {}).get("pipeline")
    if not isinstance(tasks, dict):
        return False
    return bool({"build", "//#build", f"{text_at(manifest, 'name')}#build"} & set(tasks))


def _nx_name(files: Collection[str], read: _Read, directory: str) -> str:
    for name in ("project.json", "package.json"):
        manifest = read_object(files, read, posixpath.join(directory, name))
        found = text_at(manifest, "name")
        if found and not strings(manifest, "nx").get("name"):
            return found
    return posixpath.basename(directory)
