"""The tools a build needs, in the versions the plan names: one folder with node, npm, npx and the package manager.

The folder is put first on PATH. Nothing in it belongs to the project; a project's own code runs only in the sandbox.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploymend.core.plan import BuildPlan
from deploymend.shell.cache_lock import cache_lock
from deploymend.shell.toolchain_managers import ManagerStore
from deploymend.shell.toolchain_node import Node, NodeStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What to put on PATH, what of it lies outside the system's folders, and what is not as the plan wants it."""

    folder: Path
    node: Node
    manager_version: str | None
    """The package manager's exact version; None for npm, whose version comes with Node."""
    read_only: tuple[Path, ...]
    notes: tuple[str, ...] = ()


class Toolchain:
    """Finds or installs tools, once for each version, in `cache_folder`; several processes may share the folder."""

    def __init__(self, cache_folder: Path, *, other_node_allowed: bool = False, path: str | None = None) -> None:
        """With `other_node_allowed` a Node of another major is used, with a loud note, when the right one cannot be
        had. `path` is the PATH that is searched; None: this process's.
        """
        self._folder = cache_folder
        self._nodes = NodeStore(cache_folder / "node", other_allowed=other_node_allowed, path=path)
        self._managers = ManagerStore(cache_folder / "managers")

    async def prepare(self, plan: BuildPlan) -> Tools:
        """The tools of a plan. Raises BuildEnvironmentError when this machine cannot have them."""
        node, note = await self._nodes.get(plan.node_major)
        links = {"node": (node.program, None), "npm": (node.program, node.npm), "npx": (node.program, node.npx)}
        read_only = [node.program, node.npm.parent.parent]
        version = None
        if plan.manager != "npm":
            manager = await self._managers.get(plan.manager, plan.manager_version or "latest", node)
            links[plan.manager] = (manager.program, None) if manager.native else (node.program, manager.program)
            read_only.append(manager.folder)
            version = manager.version
        folder = await self._link(links)
        return Tools(
            folder=folder,
            node=node,
            manager_version=version,
            read_only=(folder, *read_only),
            notes=(note,) if note else (),
        )

    async def _link(self, links: dict[str, tuple[Path, Path | None]]) -> Path:
        """A folder of small starters, named after what is in it, so that it never has to change."""
        scripts = {name: _starter(program, script) for name, (program, script) in links.items()}
        digest = hashlib.sha256(repr(sorted(scripts.items())).encode()).hexdigest()[:16]
        folder = self._folder / "bin" / digest
        async with cache_lock(self._folder / "bin.lock"):
            if not folder.is_dir():
                made = folder.with_suffix(".new")
                shutil.rmtree(made, ignore_errors=True)
                made.mkdir(parents=True)
                for name, text in scripts.items():
                    (made / name).write_text(text, encoding="utf-8")
                    (made / name).chmod(0o755)
                made.rename(folder)
        return folder


def _starter(program: Path, script: Path | None) -> str:
    """A shell script in place of a link: npm and pnpm find their own files by their path."""
    quoted = " ".join("'" + str(part).replace("'", "'\\''") + "'" for part in (program, script) if part is not None)
    return f'#!/bin/sh\nexec {quoted} "$@"\n'
