"""package-lock.json and npm-shrinkwrap.json, lockfileVersion 1 to 3 (docs.npmjs.com, "package-lock.json")."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from deploymend.core.jsonc import as_object, parse_object
from deploymend.core.locks.entry import LockEntry, split_at_version
from deploymend.core.unicode import well_formed

NODE_MODULES = "node_modules/"

# What a lock with conflict markers or a torn end still says: the keys of version 2 and 3, then those of version 1.
_TORN_KEYS = (
    r'"(?:[^"\n]*/)?node_modules/((?:@[^"/\n]+/)?[^"/\n]+)"\s*:',
    r'"((?:@[^"/\n]+/)?[^"/@\n]+)"\s*:\s*\{\s*"version"\s*:',
)


def read_npm(text: str) -> Iterator[LockEntry]:
    """Every package of an npm lock; names only (no versions) when the JSON is broken."""
    lock = parse_object(text)
    if not lock:
        yield from _torn(text)
    elif "packages" in lock:
        yield from _from_packages(as_object(lock["packages"]))
    else:
        yield from _from_dependencies(as_object(lock.get("dependencies")))


def _from_packages(packages: dict[str, object]) -> Iterator[LockEntry]:
    """Version 2 and 3: keys are places on disk. Entries without `node_modules/` are the project's own workspaces."""
    for place, value in packages.items():
        facts = as_object(value)
        if NODE_MODULES not in place or facts.get("link"):
            continue
        name = place.rpartition(NODE_MODULES)[2]
        yield LockEntry(
            name=name,
            package=_text(facts, "name") or name,
            version=_text(facts, "version"),
            integrity=_text(facts, "integrity"),
            source=_text(facts, "resolved"),
            top_level=place == NODE_MODULES + name,
        )


def _from_dependencies(root: dict[str, object]) -> Iterator[LockEntry]:
    """Version 1: a tree of dependencies, walked with a list so that a deep one cannot exhaust the stack."""
    waiting = [(root, True)]
    while waiting:
        dependencies, top_level = waiting.pop()
        for name, value in dependencies.items():
            facts = as_object(value)
            package, version = name, _text(facts, "version")
            if version.startswith("npm:"):
                package, version = split_at_version(version.removeprefix("npm:"))
            yield LockEntry(
                name=name,
                package=package,
                version=version,
                integrity=_text(facts, "integrity"),
                source=_text(facts, "resolved"),
                top_level=top_level,
            )
            waiting.append((as_object(facts.get("dependencies")), False))


def _torn(text: str) -> Iterator[LockEntry]:
    for pattern in _TORN_KEYS:
        for match in re2.finditer(pattern, well_formed(text)):
            yield LockEntry(name=match.group(1), package=match.group(1), version="")


def _text(facts: dict[str, object], key: str) -> str:
    value = facts.get(key)
    return value if isinstance(value, str) else ""
