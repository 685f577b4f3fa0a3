"""Packages that a change brings in: only names somebody vouches for, only from the registry."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Change, Hit, Scene
from deploymend.core.gate.settings import read_settings
from deploymend.core.gate.source import Source
from deploymend.core.locks.blocks import block, read_blocks
from deploymend.core.locks.entry import split_at_version
from deploymend.core.packages import DEPENDENCY_FIELDS, known_in_manifest
from deploymend.core.well_known import WELL_KNOWN

_PINNING_FIELDS = ("overrides", "resolutions", "pnpm.overrides")
_OUTSIDE = (
    "git",
    "github:",
    "gitlab:",
    "bitbucket:",
    "gist:",
    "http:",
    "https:",
    "ssh:",
    "file:",
    "link:",
    "portal:",
    "patch:",
)
_OTHER_REGISTRIES = ("jsr:", "exec:")
_SHORTEST_LOOKALIKE = 4
_LONG_NAME = 8

Dependency = tuple[str, str, int]
"""Name, specifier, line."""


def _dependencies(source: Source | None) -> tuple[list[Dependency], list[Dependency]]:
    """What a manifest asks for, and what it pins (which brings in nothing by itself)."""
    if source is None:
        return [], []
    if source.name == "pnpm-workspace.yaml":
        return _catalogs(source.text), []
    asked: list[Dependency] = []
    pinned: list[Dependency] = []
    for setting in read_settings(source):
        field, _, name = setting.path.partition(".")
        if field in DEPENDENCY_FIELDS:
            asked.append((name, setting.value, setting.line))
        elif setting.path.startswith(_PINNING_FIELDS):
            pinned.append((name, setting.value, setting.line))
    return asked, pinned


def _catalogs(text: str) -> list[Dependency]:
    tree = read_blocks(text)
    catalogs = [block(tree.get("catalog")), *map(block, block(tree.get("catalogs")).values())]
    return [(name, value, 1) for catalog in catalogs for name, value in catalog.items() if isinstance(value, str)]


def _manifests(scene: Scene) -> Iterator[tuple[Change, list[Dependency], list[Dependency]]]:
    """Each changed manifest with what is newly asked for and newly pinned in it."""
    for change in scene.changes:
        if change.name in ("package.json", "pnpm-workspace.yaml"):
            was = {(name, value) for part in _dependencies(change.before) for name, value, _ in part}
            asked, pinned = _dependencies(change.after)
            yield change, [one for one in asked if one[:2] not in was], [one for one in pinned if one[:2] not in was]


def _names(scene: Scene) -> Iterator[tuple[Change, str, int]]:
    """New names from the registry that nobody vouches for. An alias is judged by what it stands for."""
    vouched = _vouched(scene)
    for change, asked, pinned in _manifests(scene):
        for name, specifier, line in asked + [one for one in pinned if one[1].startswith("npm:")]:
            local = specifier.startswith("workspace:") or _is_outside(specifier)
            target = split_at_version(specifier.removeprefix("npm:"))[0] if specifier.startswith("npm:") else name
            if not local and target not in vouched:
                yield change, target, line


def _vouched(scene: Scene) -> frozenset[str]:
    """The names the caller and the world know, and those the changed manifests already took from the registry."""
    texts = (change.before.text for change in scene.changes if change.name == "package.json" and change.before)
    return WELL_KNOWN.union(scene.facts.known_packages, *map(known_in_manifest, texts))


def _unknown(scene: Scene) -> Iterator[Hit]:
    vouched = _vouched(scene)
    for change, name, line in _names(scene):
        if not look_alike(name, vouched):
            yield Hit(path=change.path, detail=name, line=line)


def _look_alikes(scene: Scene) -> Iterator[Hit]:
    vouched = _vouched(scene)
    for change, name, line in _names(scene):
        if meant := look_alike(name, vouched):
            yield Hit(path=change.path, detail=f"{name} (did you mean {meant}?)", line=line)


def _sources(scene: Scene) -> Iterator[Hit]:
    for change, asked, pinned in _manifests(scene):
        for name, specifier, line in asked + pinned:
            if _is_outside(specifier):
                yield Hit(path=change.path, detail=f"{name}: {specifier}", line=line)


def _is_outside(specifier: str) -> bool:
    """True for git, addresses, folders, other registries, and GitHub's short form `owner/name`."""
    if specifier.startswith(("npm:", "workspace:", "catalog:")):
        return False
    return specifier.startswith(_OUTSIDE + _OTHER_REGISTRIES) or "/" in specifier


def look_alike(name: str, vouched: Collection[str]) -> str:
    """The vouched name that this one could be taken for; empty when there is none, or when it is vouched for itself.

    Names are alike when they differ only in signs (`react_dom`, `reactdom`), or by one slip of the hand in a short name
    and two in a long one: a letter more, less, wrong, or swapped with its neighbour.
    """
    if name in vouched or len(name) < _SHORTEST_LOOKALIKE:
        return ""
    slips = 1 if len(name) < _LONG_NAME else 2
    bare = _letters(name)
    near = (known for known in vouched if _letters(known) == bare or _within(name, known, slips))
    return min(near, default="")


def _letters(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum())


def _within(name: str, known: str, slips: int) -> bool:
    """True when the optimal string alignment distance is at most `slips`; unequal names are told early."""
    if abs(len(name) - len(known)) > slips or len(known) < _SHORTEST_LOOKALIKE:
        return False
    before_last: list[int] = []
    last = list(range(len(known) + 1))
    for row, char in enumerate(name, 1):
        current = [row]
        for column, other in enumerate(known, 1):
            cost = min(last[column] + 1, current[-1] + 1, last[column - 1] + (char != other))
            if row > 1 and column > 1 and char == known[column - 2] and name[row - 2] == other:
                cost = min(cost, before_last[column - 2] + 1)
            current.append(cost)
        if min(current) > slips:
            return False
        before_last, last = last, current
    return last[-1] <= slips


NEW_PACKAGES = (
    Rule(
        name="unknown-package",
        why="brings in a package that neither the lockfile nor the history knows",
        find=_unknown,
    ),
    Rule(name="look-alike-package", why="brings in a package whose name is close to a known one", find=_look_alikes),
    Rule(name="package-source", why="takes a package from outside the registry", find=_sources),
)
