"""A change as the rules see it: both sides read, lines matched, and what appeared or vanished told from what moved.

A rule that looks at code names what it sees as spots; `appeared` and `vanished` compare the spots of both sides. A spot
counts as old when its line, or its hunk, held one of the same key before, or when the same text vanished elsewhere in
the change (it moved, perhaps to another file).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from deploymend.core.gate.diff import Regions, regions
from deploymend.core.gate.source import Language, Source, read_source
from deploymend.core.model import FileChange
from deploymend.core.unicode import well_formed


@dataclass(frozen=True, slots=True, kw_only=True)
class GateFacts:
    """What the rules cannot read from the change itself.

    Lines count as in git's diff, removed and added, a long line once per 200 characters; lockfiles have their own cap.
    """

    known_packages: frozenset[str] = frozenset()
    """Package names that the lockfile before the change, the manifests or the history vouch for."""
    max_files: int = 20
    max_changed_lines: int = 400
    max_lockfile_lines: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One changed file. A side is None where the file does not exist or is no text."""

    file: FileChange
    before: Source | None
    after: Source | None
    lines: Regions

    @property
    def path(self) -> str:
        """The file's path from the repository's root."""
        return self.file.path

    @property
    def name(self) -> str:
        """The file's name without its folders."""
        return self.file.path.rpartition("/")[2]

    @property
    def is_lock(self) -> bool:
        """True for a lockfile: written by a package manager, judged by its own rules."""
        side = self.after or self.before
        return side is not None and side.language is Language.LOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The whole change and the facts to judge it by."""

    changes: tuple[Change, ...]
    facts: GateFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What a rule found: where, and the part of the reason that is about this place. Lines count from 1."""

    path: str
    detail: str
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Something a rule sees in one side of a file. `text` is what it is recognised by when it moved."""

    key: str
    line: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A spot in its file and region."""

    path: str
    region: int
    spot: Spot


Look = Callable[[Source], Iterable[Spot]]


def set_scene(files: Sequence[FileChange], facts: GateFacts) -> Scene:
    """Read both sides of every file that really changed."""
    return Scene(changes=tuple(_change(_clean(file)) for file in files if _differs(file)), facts=facts)


def compare(scene: Scene, look: Look) -> tuple[list[Seen], list[Seen]]:
    """What `look` sees only after the change, and only before it."""
    new: list[Seen] = []
    old: list[Seen] = []
    for change in scene.changes:
        before = _seen(change.path, change.before, change.lines.before, look)
        after = _seen(change.path, change.after, change.lines.after, look)
        new += _unpaired(after, before, _by_region)
        old += _unpaired(before, after, _by_region)
    return _unpaired(new, old, _by_text), _unpaired(old, new, _by_text)


def appeared(scene: Scene, look: Look) -> Iterator[Hit]:
    """A hit for each spot that the change adds."""
    return (Hit(path=seen.path, detail=seen.spot.key, line=seen.spot.line) for seen in compare(scene, look)[0])


def vanished(scene: Scene, look: Look) -> Iterator[Hit]:
    """A hit for each spot that the change removes. It has no line: the new text does not hold it."""
    return (Hit(path=seen.path, detail=seen.spot.key) for seen in compare(scene, look)[1])


def _clean(file: FileChange) -> FileChange:
    before, after = (None if text is None else well_formed(text) for text in (file.before, file.after))
    return replace(file, path=well_formed(file.path), before=before, after=after)


def _change(file: FileChange) -> Change:
    before, after = _readable(file, file.before), _readable(file, file.after)
    return Change(
        file=file,
        before=None if before is None else read_source(file.path, before),
        after=None if after is None else read_source(file.path, after),
        lines=regions(before, after),
    )


def _readable(file: FileChange, text: str | None) -> str | None:
    return None if file.binary or (text is not None and "\0" in text) else text


def _differs(file: FileChange) -> bool:
    return file.before != file.after or file.binary or file.executable or file.symlink is not None


def _seen(path: str, source: Source | None, line_regions: Sequence[int], look: Look) -> list[Seen]:
    if source is None:
        return []
    return [
        Seen(
            path=path,
            region=line_regions[spot.line - 1],
            spot=spot if spot.text else Spot(key=spot.key, line=spot.line, text=source.line_text(spot.line)),
        )
        for spot in look(source)
    ]


def _by_region(seen: Seen) -> tuple[object, ...]:
    return seen.path, seen.region, seen.spot.key


def _by_text(seen: Seen) -> tuple[object, ...]:
    return seen.spot.key, seen.spot.text


def _unpaired(
    mine: Iterable[Seen], theirs: Iterable[Seen], identity: Callable[[Seen], tuple[object, ...]]
) -> list[Seen]:
    """Mine that have no partner of the same identity among theirs; each partner serves once, the first comes first."""
    partners = Counter(identity(seen) for seen in theirs)
    left: list[Seen] = []
    for seen in mine:
        if partners[identity(seen)] > 0:
            partners[identity(seen)] -= 1
        else:
            left.append(seen)
    return left


def by_region(seen: Iterable[Seen]) -> dict[tuple[str, int], list[Seen]]:
    """Grouped by file and region, order kept."""
    groups: defaultdict[tuple[str, int], list[Seen]] = defaultdict(list)
    for one in seen:
        groups[one.path, one.region].append(one)
    return dict(groups)
