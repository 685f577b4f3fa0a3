"""Configuration that makes a check look at less or complain of less."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator

import re2

from deploymend.core.gate import check_files as known
from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Change, Hit, Scene, Spot, appeared
from deploymend.core.gate.settings import Setting, read_settings
from deploymend.core.gate.source import Language, Source

_FALSE = ("false", "undefined", "null", "void 0")
_SEVERITIES = {"off": 0, "0": 0, "false": 0, "null": 0, "warn": 1, "1": 1, "info": 1, "error": 2, "2": 2, "on": 2}
_TYPED_TO_UNTYPED = {".ts": (".js", ".mjs"), ".tsx": (".jsx", ".js"), ".mts": (".mjs",), ".cts": (".cjs",)}


def _settings(change: Change) -> tuple[tuple[Setting, ...], tuple[Setting, ...]]:
    """Those before and those after; none for a side without the file."""
    before, after = (() if side is None else read_settings(side) for side in (change.before, change.after))
    return before, after


def _changed(scene: Scene, pattern: re2._Regexp) -> Iterator[Change]:
    return (change for change in scene.changes if pattern.match(change.name))


def _compiler_options(scene: Scene) -> Iterator[Hit]:
    for change in _changed(scene, known.COMPILER_CONFIG):
        old, new = _settings(change)
        was = {setting.key: setting.value for setting in old}
        now = {setting.key: setting.value for setting in new}
        for setting in new:
            if was.get(setting.key) != setting.value and _loosens(setting):
                yield Hit(path=change.path, detail=f"{setting.key}: {setting.value}", line=setting.line)
        yield from (
            Hit(path=change.path, detail=f"{key} removed")
            for key in sorted(known.STRICT_OPTIONS & was.keys() - now.keys())
            if change.after and was[key] == "true" and not (key in known.STRICT_FAMILY and now.get("strict") == "true")
        )


def _loosens(setting: Setting) -> bool:
    off = setting.value in _FALSE
    return off if setting.key in known.STRICT_OPTIONS else setting.key in known.LOOSE_OPTIONS and not off


def _lint_rules(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if known.LINT_CONFIG.match(change.name) or change.name == "package.json":
            old, new = _settings(change)
            was, now = _severities(old), _severities(new)
            for name, (severity, line) in now.items():
                before = was.get(name, (2, 0))[0]
                if severity < min(before, 2):
                    yield Hit(path=change.path, detail=f"{name} down to {severity}", line=line)
            gone = sorted(name for name, (severity, _) in was.items() if severity and name not in now)
            yield from (Hit(path=change.path, detail=f"{name} removed") for name in gone if change.after)


def _severities(settings: tuple[Setting, ...]) -> dict[str, tuple[int, int]]:
    """The lowest severity each rule gets (0 off, 1 warning, 2 error) and its line."""
    found: dict[str, tuple[int, int]] = {}
    for setting in settings:
        severity = _SEVERITIES.get(setting.value)
        parts = setting.path.split(".")
        if severity is not None and ("rules" in parts or "categories" in parts or parts[-2:] == ["linter", "enabled"]):
            name = setting.key
            found[name] = min(found.get(name, (3, 0)), (severity, setting.line))
    return found


def _ignored_errors(source: Source) -> Iterator[Spot]:
    if source.is_code or source.language is Language.JSON:
        config = known.BUILD_CONFIG.match(source.name) or known.TEST_CONFIG.match(source.name)
        table = known.IGNORING_ANYWHERE | (known.IGNORING_IN_CONFIG if config else {})
        for setting in read_settings(source):
            if setting.key in table and setting.value not in table[setting.key]:
                yield Spot(key=f"{setting.key}: {setting.value}", line=setting.line)


def _left_out(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if _is_check_config(change.name):
            old, new = _settings(change)
            yield from _longer(change, old, new, known.EXCLUDING)
            if change.after:
                yield from _shorter(change, old, new)
        elif known.LINT_IGNORE_FILE.match(change.name) and change.after:
            yield from (
                Hit(path=change.path, detail=text, line=line)
                for line in change.lines.added
                if (text := change.after.line_text(line)) and not text.startswith(("#", "!"))
            )


def _is_check_config(name: str) -> bool:
    patterns = (known.COMPILER_CONFIG, known.LINT_CONFIG, known.TEST_CONFIG)
    return any(pattern.match(name) for pattern in patterns)


def _longer(change: Change, old: tuple[Setting, ...], new: tuple[Setting, ...], keys: frozenset[str]) -> Iterator[Hit]:
    was = {(setting.key, setting.value) for setting in old}
    for setting in new:
        fresh = setting.key in keys and (setting.key, setting.value) not in was
        if fresh and not _generated(setting.value):
            yield Hit(path=change.path, detail=f"{setting.key}: {setting.value}", line=setting.line)


def _shorter(change: Change, old: tuple[Setting, ...], new: tuple[Setting, ...]) -> Iterator[Hit]:
    now = {(setting.key, setting.value) for setting in new}
    gone = [setting for setting in old if setting.key in known.INCLUDING]
    yield from (
        Hit(path=change.path, detail=f"{setting.key}: {setting.value} removed")
        for setting in gone
        if (setting.key, setting.value) not in now
    )


def _generated(pattern: str) -> bool:
    return any(part in known.GENERATED for part in pattern.replace("\\", "/").split("/"))


def _externals(scene: Scene) -> Iterator[Hit]:
    for change in _changed(scene, known.BUILD_CONFIG):
        if change.name != "package.json":
            yield from _longer(change, *_settings(change), known.EXTERNAL)


def _deleted_config(scene: Scene) -> Iterator[Hit]:
    for change in scene.changes:
        if change.file.after is None and change.file.before is not None and _is_check_config(change.name):
            yield Hit(path=change.path, detail="deleted")


def _untyped(scene: Scene) -> Iterator[Hit]:
    """A `.ts` file that goes while a `.js` file of the same name comes."""
    created = {change.path for change in scene.changes if change.file.before is None}
    for change in scene.changes:
        stem, extension = posixpath.splitext(change.path)
        heirs = [stem + to for to in _TYPED_TO_UNTYPED.get(extension, ()) if stem + to in created]
        if change.file.after is None and heirs:
            yield Hit(path=change.path, detail=f"became {heirs[0]}")


def _rule(name: str, why: str, find: Callable[[Scene], Iterator[Hit]]) -> Rule:
    return Rule(name=name, why=why, find=find)


WEAKENED_CHECKS = (
    _rule("loosened-compiler-options", "makes the compiler check less", _compiler_options),
    _rule("loosened-lint-rules", "makes the linter complain of less", _lint_rules),
    _rule("ignored-build-errors", "lets the build pass in spite of errors", lambda s: appeared(s, _ignored_errors)),
    _rule("narrowed-checks", "takes files out of a check", _left_out),
    _rule("hidden-missing-module", "leaves a module out of the bundle: it is missing at run time", _externals),
    _rule("deleted-check-config", "removes the configuration of a check", _deleted_config),
    _rule("left-type-checking", "takes a file out of type checking by renaming it", _untyped),
)
