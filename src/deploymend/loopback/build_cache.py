"""What one build leaves for the next: installed packages, the package managers' downloads, the frameworks' caches.

    <home>/downloads    of the package managers
    <home>/<n>          what stood at the n-th place of kept.json
    <home>/kept.json    the places in the checkout, and what may be reused together: manager and Node major

The folder moves as a whole and back (renames, no copies): whoever comes second builds without. A build can write
anything to its disk, so what is lent stays beside it, all but the downloads, and no link is followed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from deploymend.shell.build_slot import BuildSlot
from deploymend.shell.slot_files import put_back, remove, set_aside

_KEPT = "kept.json"
_DOWNLOADS = "downloads"


class BuildCache:
    """The cache of a project, lent to one build. `kind` names what may be reused together: manager and Node major."""

    def __init__(self, home: Path, slot: BuildSlot) -> None:
        self._home = home
        self._slot = slot
        self._lent = slot.folder / "lent"

    def take(self, *, kind: str, use: bool) -> None:
        """Move the downloads to the build's disk, and what an earlier build kept into the checkout."""
        if use and self._home.exists():
            self._home.rename(self._lent)
            put_back(self._lent, _read_index(self._lent / _KEPT, kind), self._slot.tree)
            if (self._lent / _DOWNLOADS).is_dir():
                (self._lent / _DOWNLOADS).rename(self._slot.cache)
        self._slot.cache.mkdir(exist_ok=True)

    def give_back(self, *, kind: str) -> None:
        """Collect what is worth keeping from the build's disk and move it home, in place of what is there."""
        remove(self._lent)
        self._lent.mkdir()
        if self._slot.cache.is_dir() and not self._slot.cache.is_symlink():
            self._slot.cache.rename(self._lent / _DOWNLOADS)
        places = set_aside(self._slot.tree, self._lent)
        index = {"kind": kind, "places": [str(place) for place in places]}
        (self._lent / _KEPT).write_text(json.dumps(index), encoding="utf-8")
        remove(self._home)
        self._lent.rename(self._home)


def _read_index(path: Path, kind: str) -> Sequence[PurePosixPath]:
    """The places in the checkout, in order; none for another kind, and for an index that is none."""
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    places = index.get("places") if isinstance(index, dict) and index.get("kind") == kind else None
    return [PurePosixPath(place) for place in places if isinstance(place, str)] if isinstance(places, list) else ()
