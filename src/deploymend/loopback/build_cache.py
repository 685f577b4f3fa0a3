"""What one build leaves for the next: installed packages, the package manager's downloads, the framework's cache.

The folder moves as a whole to the build's disk and back (renames, no copies): whoever comes second builds without.
A build can write anything to its disk, so nothing there is trusted: links are never followed, and whatever is not
ours is deleted before the cache goes home.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

_KEPT = "kept.json"
_DOWNLOADS = "downloads"
_CACHE_NAMES = frozenset(("node_modules", ".nuxt", ".cache"))


class BuildCache:
    """The cache of a project, lent to one build. `kind` names what may be reused together: manager and Node major."""

    def __init__(self, home: Path, disk: Path) -> None:
        self._home = home
        self._lent = disk / "cache"

    def take(self, checkout: Path, *, kind: str, use: bool) -> None:
        """Move the cache to the build's disk, and what an earlier build kept into the checkout."""
        if use and self._home.exists():
            self._home.rename(self._lent)
            self._unpack(checkout, kind)
        (self._lent / _DOWNLOADS).mkdir(parents=True, exist_ok=True)

    def _unpack(self, checkout: Path, kind: str) -> None:
        for name, place in _read_index(self._lent / _KEPT, kind).items():
            target = checkout / place
            # A commit may have put a link where a folder was: nothing is moved through it.
            inside = target.parent.is_dir() and target.parent.resolve().is_relative_to(checkout.resolve())
            if inside and (self._lent / name).is_dir() and not target.exists() and not target.is_symlink():
                (self._lent / name).rename(target)

    def give_back(self, checkout: Path, *, kind: str) -> None:
        """Collect what is worth keeping from the checkout and move the cache home, in place of what is there."""
        if self._lent.is_symlink() or not self._lent.is_dir():
            return
        for entry in list(self._lent.iterdir()):
            if entry.name != _DOWNLOADS or entry.is_symlink():
                _delete(entry)
        places: dict[str, str] = {}
        for number, found in enumerate(_worth_keeping(checkout)):
            found.rename(self._lent / f"kept-{number}")
            places[f"kept-{number}"] = found.relative_to(checkout).as_posix()
        (self._lent / _KEPT).write_text(json.dumps({"kind": kind, "places": places}), encoding="utf-8")
        shutil.rmtree(self._home, ignore_errors=True)
        self._lent.rename(self._home)


def _delete(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry, ignore_errors=True)
    else:
        entry.unlink()


def _read_index(path: Path, kind: str) -> dict[str, str]:
    """Name in the cache -> place in the checkout; empty for another kind, and for an index that is none."""
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(index, dict) or index.get("kind") != kind or not isinstance(index.get("places"), dict):
        return {}
    return {str(name): str(place) for name, place in index["places"].items()}


def _worth_keeping(checkout: Path) -> Iterator[Path]:
    """The outermost node_modules folders and the frameworks' caches. Links are left alone."""
    found: list[Path] = []
    if checkout.is_symlink():
        return
    for folder, names, _ in os.walk(checkout):
        here = Path(folder)
        for name in list(names):
            if name == ".git":
                names.remove(name)
            elif name in _CACHE_NAMES or (here.name, name) == (".next", "cache"):
                names.remove(name)
                found += [] if (here / name).is_symlink() else [here / name]
    yield from found
