"""The outside of a change: what kinds of files, where, and how much."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Change, Hit, Scene
from deploymend.core.gate.source import Source

_LONG_LINE = 200
_WHOLE_CHANGE = "."


def _binaries(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        texts = (change.file.before or "", change.file.after or "")
        if change.file.binary or any("\0" in text for text in texts):
            yield Hit(path=change.path, detail="binary")


def _unreadable(scene: Scene) -> Iterator[Hit]:
    """Code whose brackets or quotes do not close: what a rule takes for a string there may be code, and the reverse."""
    for change in scene.changes:
        if change.after and change.after.code.torn_at is not None:
            yield Hit(path=change.path, detail="does not close", line=change.after.code.torn_at)


def _executables(scene: Scene) -> Iterator[Hit]:
    return (Hit(path=change.path, detail="executable") for change in scene.changes if change.file.executable)


def _symlinks(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        target = change.file.symlink
        if target is not None and _leaves(posixpath.join(posixpath.dirname(change.path), target.replace("\\", "/"))):
            yield Hit(path=change.path, detail=f"-> {target}")


def _paths(scene: Scene) -> Iterator[Hit]:
    return (Hit(path=change.path, detail="path") for change in scene.changes if _leaves(change.path))


def _leaves(path: str) -> bool:
    """True for a path that is absolute, climbs out of the tree, or goes into git's own folder."""
    plain = posixpath.normpath(path.replace("\\", "/"))
    parts = plain.lower().split("/")
    drive = parts[0][1:2] == ":"
    return plain.startswith("/") or drive or parts[0] == ".." or ".git" in parts or "\0" in plain


def _files(scene: Scene) -> Iterator[Hit]:
    count = sum(not change.is_lock for change in scene.changes)
    if count > scene.facts.max_files:
        yield Hit(path=_WHOLE_CHANGE, detail=f"{count} files, at most {scene.facts.max_files}")


def _lines(scene: Scene) -> Iterator[Hit]:
    limits = ((False, scene.facts.max_changed_lines), (True, scene.facts.max_lockfile_lines))
    for locks, limit in limits:
        count = sum(_changed_lines(change) for change in scene.changes if change.is_lock is locks)
        if count > limit:
            what = "lockfile lines" if locks else "lines"
            yield Hit(path=_WHOLE_CHANGE, detail=f"{count} changed {what}, at most {limit}")


def _changed_lines(change: Change) -> int:
    return _weight(change.before, change.lines.removed) + _weight(change.after, change.lines.added)


def _weight(source: Source | None, lines: tuple[int, ...]) -> int:
    """A line once, a long one once per 200 characters begun."""
    return sum(1 + len(source.lines[line - 1]) // _LONG_LINE for line in lines) if source else 0


SHAPE = (
    Rule(name="binary-file", why="cannot be read, so it cannot be judged", find=_binaries),
    Rule(name="unreadable-code", why="cannot be read, so it cannot be judged", find=_unreadable),
    Rule(name="executable-file", why="makes a file a program", find=_executables),
    Rule(name="symlink-outside", why="points out of the tree", find=_symlinks),
    Rule(name="path-outside", why="lies outside the tree or in git's own folder", find=_paths),
    Rule(name="too-many-files", why="is more than a repair should touch", find=_files),
    Rule(name="too-many-lines", why="is more than a repair should touch", find=_lines),
)
