"""What a lockfile promises about a version must stay: another hash for the same version is another program."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Change, Hit, Scene
from deploymend.core.gate.source import Source
from deploymend.core.locks import LockEntry, read_lock

# Weakest first (w3.org/TR/SRI). yarn 2 and newer write their own kind, `10c0/…`, that only compares with itself.
_ALGORITHMS = ("sha1", "sha256", "sha384", "sha512")
_VERSION = tuple[str, str]


def _entries(source: Source | None) -> tuple[LockEntry, ...]:
    return () if source is None else read_lock(source.path, source.text)


def _hashes(entries: tuple[LockEntry, ...]) -> dict[_VERSION, dict[str, set[str]]]:
    """For every package version its hashes by algorithm; none for a version that has no hash."""
    found: defaultdict[_VERSION, dict[str, set[str]]] = defaultdict(dict)
    for entry in entries:
        hashes = found[entry.package, entry.version]
        for written in entry.integrity.split():
            algorithm, _, digest = written.replace("/", "-", 1 if "/" in written[:6] else 0).partition("-")
            hashes.setdefault(algorithm, set()).add(digest)
    return dict(found)


def _changed(scene: Scene) -> Iterator[Hit]:
    locks = [change for change in scene.changes if change.is_lock]
    before: dict[_VERSION, dict[str, set[str]]] = {}
    for change in locks:
        before |= _hashes(_entries(change.before))
    for change in locks:
        for version, hashes in _hashes(_entries(change.after)).items():
            if version in before and (reason := _difference(before[version], hashes)):
                yield Hit(path=change.path, detail=f"{'@'.join(version)}: {reason}")


def _difference(was: dict[str, set[str]], now: dict[str, set[str]]) -> str:
    shared = was.keys() & now.keys()
    if any(was[algorithm].isdisjoint(now[algorithm]) for algorithm in shared):
        return "another hash"
    if was and not now:
        return "no hash any more"
    weaker = bool(was) and not shared and _strength(now) < _strength(was)
    return "a weaker hash" if weaker else ""


def _strength(hashes: dict[str, set[str]]) -> int:
    return max((_ALGORITHMS.index(name) for name in hashes if name in _ALGORITHMS), default=len(_ALGORITHMS))


def _origin(source: str) -> str:
    scheme, _, rest = source.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}" if rest else source.partition(":")[0]


def _moved(scene: Scene) -> Iterator[Hit]:
    """New addresses are held against those the lockfile used before; where it used none there is nothing to hold to."""
    for change in scene.changes:
        known = {_origin(entry.source) for entry in _entries(change.before) if change.is_lock and entry.source}
        if known:
            yield from _foreign(change, known)


def _foreign(change: Change, known: set[str]) -> Iterator[Hit]:
    for origin in dict.fromkeys(_origin(entry.source) for entry in _entries(change.after) if entry.source):
        if origin not in known:
            yield Hit(path=change.path, detail=origin)


INTEGRITY = (
    Rule(name="changed-integrity", why="accepts other content under the same version", find=_changed),
    Rule(name="changed-lock-source", why="fetches packages from a place the lockfile did not use before", find=_moved),
)
