"""pnpm, yarn and bun in the version that wrote the lockfile, installed by npm into a folder of ours, scripts off.

Never by corepack, which downloads on its own. `yarn` from version 2 on is the npm package `@yarnpkg/cli-dist`.
"""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import BuildEnvironmentError
from deploymend.shell.cache_lock import cache_lock
from deploymend.shell.process import run
from deploymend.shell.tool_environment import tool_environment
from deploymend.shell.toolchain_node import Node

_INSTALL_SECONDS = 300.0
_NAMES = ("pnpm", "yarn", "bun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manager:
    """An installed package manager: its folder, the file that starts it, and its exact version."""

    folder: Path
    program: Path
    version: str
    native: bool = False
    """True when `program` is run by itself, not by Node."""


class ManagerStore:
    """Package managers by name and version, in a folder several processes may share."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def get(self, name: str, version: str, node: Node) -> Manager:
        """The newest release of `version` (`9`, `10.33.2`, `latest`) at its first use. Raises BuildEnvironmentError."""
        if name not in _NAMES or not re.fullmatch(r"[0-9][0-9.]{0,20}|latest", version):
            raise BuildEnvironmentError(f"{name} {version} is no package manager deploymend knows.")
        place = self._folder / name / version
        async with cache_lock(self._folder / name / f"{version}.lock"):
            found = _found_in(place, name, version)
            if found is None:
                await _install(place, _package(name, version), node)
                found = _found_in(place, name, version)
        if found is None:
            raise BuildEnvironmentError(f"{name} {version} was installed, but has no program to start.")
        return found


def _package(name: str, version: str) -> str:
    if name == "yarn" and version.partition(".")[0] != "1":
        return f"@yarnpkg/cli-dist@{version}"
    return f"{name}@{version}"


async def _install(place: Path, package: str, node: Node) -> None:
    fresh = place.with_name(f"{place.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)
    fresh.mkdir(parents=True)
    npm = [str(node.program), str(node.npm), "install", "--prefix", str(fresh), "--ignore-scripts"]
    ended = await run(
        [*npm, "--no-audit", "--no-fund", "--no-package-lock", package],
        cwd=fresh,
        env=tool_environment(),
        timeout_seconds=_INSTALL_SECONDS,
    )
    if not ended.ok:
        shutil.rmtree(fresh, ignore_errors=True)
        raise BuildEnvironmentError(
            f"{package}, which the lockfile asks for, could not be installed: {ended.output.strip()[-400:]}",
            next_step="Check this machine's access to the npm registry, or the version in package.json.",
        )
    fresh.rename(place)


def _found_in(place: Path, name: str, version: str) -> Manager | None:
    package = "@yarnpkg/cli-dist" if _package(name, version).startswith("@") else name
    folder = place / "node_modules" / package
    try:
        manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if name == "bun":
        # The package's own program is a stub that its install script would replace.
        program = next(place.glob("node_modules/@oven/bun-*/bin/bun"), None)
    else:
        program = _script(folder, manifest, name)
    if program is None or not program.is_file():
        return None
    found = str(manifest.get("version", version))
    return Manager(folder=place, program=program, version=found, native=name == "bun")


def _script(folder: Path, manifest: dict[str, object], name: str) -> Path | None:
    """The file behind the command: `bin` is a path, or an object of command and path (npm docs, package.json)."""
    entry = manifest.get("bin")
    path = entry.get(name) if isinstance(entry, dict) else entry
    return folder / path if isinstance(path, str) else None
