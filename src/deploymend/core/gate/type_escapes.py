"""Ways to make TypeScript accept anything: `any`, casts through `unknown` or `never`, `x!`, modules declared empty."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Hit, Look, Scene, Spot, appeared
from deploymend.core.gate.source import Language, Source
from deploymend.core.gate.suppressions import JSDOC_ANY, directive
from deploymend.core.gate.tokens import Code, Kind
from deploymend.core.gate.words import ends_operand

_TYPED = (Language.TYPESCRIPT, Language.COMPONENT)
_MARKUP_CAST = re2.compile(r"\bas\s+(any|never)\b")
_ASSET = re2.compile(r"^\*?[^*]*\.[a-z0-9]{2,5}(\?\w+)?$")
_NAMES_BEFORE = (".", "?.")
_NAMES_AFTER = ("(", "+=", "?.", ".", "++", "--")


def _typed(look: Look) -> Look:
    def only_typed(source: Source) -> Iterator[Spot]:
        if source.language in _TYPED:
            yield from look(source)

    return only_typed


def _any_types(source: Source) -> Iterator[Spot]:
    for index, token in source.code.windows():
        if token.word("any") and not _is_name(source.code, index):
            yield Spot(key="any", line=token.line)
    for line, text in enumerate(source.markup, 1):
        yield from (Spot(key=match.group(), line=line) for match in _MARKUP_CAST.finditer(text))


def _is_name(code: Code, index: int) -> bool:
    """True where `any` names a value or a property: `Promise.any(`, `{ any: 1 }`, `import { any }`."""
    before, after = code.at(index - 1), code.at(index + 1)
    if before.sign(*_NAMES_BEFORE) or before.word("function", "const", "let", "var", "import", "typeof"):
        return True
    if after.sign("=", "=>"):
        return not before.sign(":", "|", "&", "=>")  # `(x: any = 1)`, `(): any => x` are types
    if after.sign("?", ":"):
        return not before.sign("?") and not before.word("extends")  # `T extends any ? any : never` are types
    return after.sign(*_NAMES_AFTER) or _in_import(code, index)


def _in_import(code: Code, index: int) -> bool:
    for back in range(index - 1, max(index - 200, -1), -1):
        token = code.tokens[back]
        if token.word("import", "export"):
            return True
        if not (token.kind is Kind.WORD or token.sign(",", "{", "*")):
            return False
    return False


def _double_casts(source: Source) -> Iterator[Spot]:
    code = source.code
    for index, token in code.windows():
        if not token.word("as"):
            continue
        target = code.at(index + 1)
        if target.word("never") or (target.word("unknown") and code.at(index + 2).word("as")):
            yield Spot(key=f"as {target.value}", line=target.line)


def _non_null(source: Source) -> Iterator[Spot]:
    code = source.code
    for index, token in code.windows():
        before = code.at(index - 1)
        if token.sign("!") and before.line == token.line and ends_operand(code, index - 1):
            yield Spot(key=f"{before.value}!", line=token.line)


def _ambient_modules(source: Source) -> Iterator[Spot]:
    """`declare module 'x'` without a body types a whole package as `any`. For files that are no code it is the way."""
    code = source.code
    for index, token in code.windows():
        name = code.at(index + 2)
        if token.word("declare") and code.at(index + 1).word("module") and name.kind is Kind.STRING:
            bodyless = not code.at(index + 3).sign("{")
            if bodyless and not _ASSET.match(name.value):
                yield Spot(key=f"declare module '{name.value}'", line=name.line)


def _find_any(scene: Scene) -> Iterator[Hit]:
    yield from appeared(scene, _typed(_any_types))
    yield from appeared(scene, _jsdoc_any)


def _jsdoc_any(source: Source) -> Iterator[Spot]:
    if source.language is Language.JAVASCRIPT:
        yield from directive(JSDOC_ANY)(source)


TYPE_ESCAPES = (
    Rule(name="any-type", why="switches type checking off for a value", find=_find_any),
    Rule(
        name="double-cast",
        why="forces a type that the compiler knows to be wrong",
        find=lambda scene: appeared(scene, _typed(_double_casts)),
    ),
    Rule(
        name="non-null-assertion",
        why="claims that a value is there without checking it",
        find=lambda scene: appeared(scene, _typed(_non_null)),
    ),
    Rule(
        name="ambient-module",
        why="types a whole package as any",
        find=lambda scene: appeared(scene, _typed(_ambient_modules)),
    ),
)
