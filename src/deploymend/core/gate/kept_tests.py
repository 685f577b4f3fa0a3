"""Tests are the measure of a repair, so a repair may add some and change none."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Change, Hit, Scene, Spot, appeared
from deploymend.core.gate.source import Source
from deploymend.core.gate.words import dotted_name

_SNAPSHOT = re2.compile(r"(?:^|/)__snapshots__/|\.snap$|-snapshots/")
_TEST_FILE = re2.compile(
    r"(?i)\.(?:test|spec|cy|e2e)\.[a-z]+$|(?:^|/)(?:__tests__|__mocks__|__fixtures__)/"
    r"|(?:^|/)(?:test|spec)_\w+\.py$|_test\.(?:go|py)$"
)
_TEST_FOLDER = re2.compile(r"(?i)(?:^|/)(?:tests?|cypress|e2e|playwright|specs?)/")
# In these a folder is a page of the site: `app/tests/page.tsx` is no test.
_ROUTES = re2.compile(r"(?:^|/)(?:app|pages|routes)/(?:.*/)?(?:tests?|cypress|e2e|playwright|specs?)/")
_RUNNERS = ("it", "test", "describe", "context", "suite", "bench", "specify")
_LEFT_OUT = ("skip", "only", "todo", "fixme", "skipIf", "runIf", "fails", "failing")
_SHORT = ("xit", "xtest", "xdescribe", "xcontext", "fit", "fdescribe")


def is_test(path: str) -> bool:
    """True for a test, a fixture of one, or anything in a folder of tests."""
    return bool(_TEST_FILE.search(path) or (_TEST_FOLDER.search(path) and not _ROUTES.search(path)))


def is_snapshot(path: str) -> bool:
    """True for a recorded result that tests compare with."""
    return bool(_SNAPSHOT.search(path))


def _edited(change: Change) -> bool:
    return change.file.before is not None and change.file.after is not None


def _changed(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if is_test(change.path) and not is_snapshot(change.path) and (_edited(change) or change.file.binary):
            line = change.lines.added[0] if change.lines.added else None
            yield Hit(path=change.path, detail="edited", line=line)


def _deleted(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if is_test(change.path) and not is_snapshot(change.path) and change.file.after is None:
            yield from () if change.file.binary else (Hit(path=change.path, detail="deleted"),)


def _snapshots(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if is_snapshot(change.path) and not (change.file.before is None and not change.file.binary):
            yield Hit(path=change.path, detail="deleted" if change.file.after is None else "changed")


def _skips(source: Source) -> Iterator[Spot]:
    code = source.code
    for index, token in code.windows():
        called = code.at(index + 1).sign("(")
        if token.word(*_LEFT_OUT) and code.at(index - 1).sign(".") and code.at(index - 2).word():
            name = dotted_name(code, index)
            if name.split(".")[0] in _RUNNERS and (called or code.at(index + 1).sign(".")):
                yield Spot(key=name, line=token.line)
        elif token.word(*_SHORT) and called and is_test(source.path) and not code.at(index - 1).sign("."):
            yield Spot(key=token.value, line=token.line)


def _skipped(scene: Scene) -> Iterator[Hit]:
    return appeared(scene, _skips)


KEPT_TESTS = (
    Rule(name="changed-test", why="changes a test, which is the measure of a repair", find=_changed),
    Rule(name="deleted-test", why="deletes a test, which is the measure of a repair", find=_deleted),
    Rule(name="changed-snapshot", why="changes a recorded result instead of the code", find=_snapshots),
    Rule(name="skipped-test", why="leaves tests out", find=_skipped),
)
