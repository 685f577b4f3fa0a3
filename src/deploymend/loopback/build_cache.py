"""What one build leaves for the next: installed packages, the package manager's downloads, the framework's cache.

The folder moves as a whole to the build's disk and back (renames, no copies): whoever comes second builds without.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

_KEPT = "kept.json"
_FRAMEWORK_CACHES = ("next/cache", ".next/cache", ".nuxt", ".cache", "node_modules/.cache")


class BuildCache:
    """The cache of a project, lent to one build. `kind` names what may be reused together: manager and Node major."""

    def __init__(self, home: Path, disk: Path) -> None:
        self._home = home
        self._lent = disk / "cache"

    @property
    def downloads(self) -> Path:
        """Where the package manager keeps what it downloads."""
        return self._lent / "downloads"

    def take(self, checkout: Path, *, kind: str, use: bool) -> None:
        """Move the cache to the build's disk, and what an earlier build kept into the checkout."""
        if use and self._home.exists():
            self._home.rename(self._lent)
            self._unpack(checkout, kind)
        self.downloads.mkdir(parents=True, exist_ok=True)

    def _unpack(self, checkout: Path, kind: str) -> None:
        try:
            index = json.loads((self._lent / _KEPT).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return
        for name, place in index["places"].items() if index["kind"] == kind else ():
            target = checkout / place
            if (self._lent / name).exists() and not target.exists() and target.parent.is_dir():
                (self._lent / name).rename(target)

    def give_back(self, checkout: Path, *, kind: str) -> None:
        """Collect what is worth keeping from the checkout and move the cache home, in place of what is there."""
        places: dict[str, str] = {}
        for number, found in enumerate(_worth_keeping(checkout)):
            name = f"kept-{number}"
            shutil.rmtree(self._lent / name, ignore_errors=True)
            found.rename(self._lent / name)
            places[name] = found.relative_to(checkout).as_posix()
        (self._lent / _KEPT).write_text(json.dumps({"kind": kind, "places": places}), encoding="utf-8")
        shutil.rmtree(self._home, ignore_errors=True)
        self._lent.rename(self._home)


def _worth_keeping(checkout: Path) -> Iterator[Path]:
    """The outermost node_modules folders and the frameworks' caches. Links are left alone."""
    found: list[Path] = []
    for folder, names, _ in os.walk(checkout):
        here = Path(folder)
        if here.name == ".git":
            names.clear()
            continue
        for name in list(names):
            place = here / name
            if name == "node_modules" or place.relative_to(checkout).as_posix().endswith(_FRAMEWORK_CACHES):
                names.remove(name)
                found += [] if place.is_symlink() else [place]
    yield from found
