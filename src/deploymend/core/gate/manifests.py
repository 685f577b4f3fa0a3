"""The parts of package.json and vercel.json that run commands."""

from __future__ import annotations

from collections.abc import Iterator

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Change, Hit, Scene
from deploymend.core.gate.settings import read_settings
from deploymend.core.gate.source import Source
from deploymend.core.locks.blocks import block, read_blocks
from deploymend.core.well_known import WELL_KNOWN

_SCRIPTS = (
    "scripts.",
    "husky.",
    "lint-staged.",
    "gitHooks.",
    "simple-git-hooks.",
    "pre-commit",
    "bin.",
    "directories.bin",
)
_DEPLOYMENT_FILES = (
    "vercel.json",
    "vercel.ts",
    "now.json",
    "netlify.toml",
    "render.yaml",
    "railway.json",
    "wrangler.toml",
)
_DEPLOYMENT = (
    "installCommand",
    "buildCommand",
    "devCommand",
    "ignoreCommand",
    "ignore",
    "git",
    "github",
    "crons",
    "builds",
)
_MAY_BUILD = ("onlyBuiltDependencies", "trustedDependencies", "neverBuiltDependencies", "onlyBuiltDependenciesFile")
_MAY_BUILD_ALL = ("dangerouslyAllowAllBuilds", "allowBuilds", "strictDepBuilds")


def _values(source: Source | None) -> dict[str, tuple[str, int]]:
    """Path to values (several of a list joined) and the line of the last."""
    found: dict[str, tuple[str, int]] = {}
    for setting in read_settings(source) if source else ():
        earlier = found[setting.path][0] + "\n" if setting.path in found else ""
        found[setting.path] = (earlier + setting.value, setting.line)
    return found


def _different(change: Change, prefixes: tuple[str, ...]) -> Iterator[Hit]:
    was, now = _values(change.before), _values(change.after)
    for path in dict.fromkeys((*now, *was)):
        if path.startswith(prefixes) and was.get(path, ("",))[0] != now.get(path, ("",))[0]:
            yield Hit(path=change.path, detail=path.removesuffix("[]"), line=now[path][1] if path in now else None)


def _scripts(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if change.name == "package.json" and change.file.before is not None:
            yield from _different(change, _SCRIPTS)


def _deployment(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if change.name in _DEPLOYMENT_FILES:
            yield from _different(change, _DEPLOYMENT)
            plain = change.after if change.name.endswith(".toml") else None
            yield from (
                Hit(path=change.path, detail="command", line=line)
                for line in (change.lines.added if plain else ())
                if plain and "command" in plain.line_text(line).lower()
            )


def _builders(source: Source | None) -> set[str]:
    """Packages whose own install scripts are let run; `*` when all are."""
    if source is None:
        return set()
    if source.name == "pnpm-workspace.yaml":
        tree = read_blocks(source.text)
        names = {key.removeprefix("- ").strip("\"'") for field in _MAY_BUILD for key in block(tree.get(field))}
        allowed = {key for key, value in block(tree.get("allowBuilds")).items() if value == "true"}
        return names | allowed | ({"*"} if tree.get("dangerouslyAllowAllBuilds") == "true" else set())
    settings = read_settings(source)
    names = {setting.value for setting in settings if setting.key in _MAY_BUILD}
    return names | {"*" for setting in settings if setting.key in _MAY_BUILD_ALL and setting.value == "true"}


def _install_scripts(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if change.name in ("package.json", "pnpm-workspace.yaml"):
            new = _builders(change.after) - _builders(change.before) - WELL_KNOWN
            yield from (Hit(path=change.path, detail=name) for name in sorted(new))


MANIFESTS = (
    Rule(name="changed-scripts", why="changes what the project's commands run", find=_scripts),
    Rule(name="changed-deploy-commands", why="changes what the platform runs or deploys", find=_deployment),
    Rule(
        name="allowed-install-scripts",
        why="lets a package run its own code while it is installed",
        find=_install_scripts,
    ),
)
