"""Comments that tell a checker to look away.

Directives as the tools document them: typescriptlang.org/docs ("JS Projects Utilizing TypeScript"), eslint.org/docs
("Configure Rules"), biomejs.dev ("Suppressions"), webpack.js.org ("Magic Comments"), and their like. They are looked
for in comments; in files that are no JavaScript, in every line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import re2

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Hit, Look, Scene, Spot, appeared, vanished
from deploymend.core.gate.source import Language, Source
from deploymend.core.gate.tokens import unescaped, visible

TYPES = r"(?i)@ts-(?:ignore|expect-error|nocheck)"
TYPE_CHECK_ON = r"(?i)^[/*\s]*@ts-check\b"
JSDOC_ANY = r"@(?:type|param|returns?|typedef|property|prop|satisfies|template)\s*\{(?:[^}]*\bany\b[^}]*|\s*\*\s*)\}"
LINTERS = (
    r"(?i)eslint-disable(?:-next-line|-line)?\b|^/\*+\s*eslint\s+[\"'@\w/-]+\s*:|biome-ignore(?:-all|-start)?\b"
    r"|oxlint-disable(?:-next-line|-line)?\b|tslint:disable|stylelint-disable|svelte-ignore\b|htmlhint-disable"
    r"|jshint\s+ignore|#\s*noqa\b|#\s*type:\s*ignore|shellcheck\s+disable|hadolint\s+ignore|deno-lint-ignore"
    r"|(?:istanbul|c8|v8|vitest)\s+ignore\b|@phpstan-ignore|rubocop:disable"
)
BUNDLERS = r"(?i)\b(?:webpack|turbopack)Ignore\s*:\s*true|@vite-ignore"

_NOTHING_RUNS = (Language.PROSE, Language.LOCK)


def directive(pattern: str) -> Look:
    """A look for comments that hold the pattern; the key is the directive as written."""
    compiled = re2.compile(pattern)

    def look(source: Source) -> Iterator[Spot]:
        for line, text in _comments(source):
            for match in compiled.finditer(text):
                place = line + text.count("\n", 0, match.start())
                yield Spot(key=match.group().strip(), line=place, text=_covered(source, place))

    return look


def _comments(source: Source) -> Iterable[tuple[int, str]]:
    if source.language in _NOTHING_RUNS:
        return
    yield from ((comment.line, comment.value) for comment in source.code.comments)
    if not source.is_code and source.language is not Language.JSON:
        yield from _lines(source.lines)
    yield from _lines(source.markup)


def _lines(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    return ((number, visible(unescaped(line))) for number, line in enumerate(lines, 1))


def _covered(source: Source, line: int) -> str:
    """The directive's line with the next: a directive that moves with the code it covers is the same one."""
    return source.line_text(line) + "\n" + source.line_text(line + 1)


def _type_checks(scene: Scene) -> Iterator[Hit]:
    yield from appeared(scene, directive(TYPES))
    yield from vanished(scene, directive(TYPE_CHECK_ON))


def _linters(scene: Scene) -> Iterator[Hit]:
    return appeared(scene, directive(LINTERS))


def _bundlers(scene: Scene) -> Iterator[Hit]:
    return appeared(scene, directive(BUNDLERS))


SUPPRESSIONS = (
    Rule(name="type-check-suppressed", why="hides a type error instead of curing it", find=_type_checks),
    Rule(name="lint-suppressed", why="hides a finding of a checker instead of curing it", find=_linters),
    Rule(
        name="bundler-suppressed", why="hides a module from the bundler: the failure moves to run time", find=_bundlers
    ),
)
