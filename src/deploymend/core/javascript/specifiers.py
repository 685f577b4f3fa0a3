"""Where a source names other modules: static imports and exports, `import()`, `require()`, mocks of test runners."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from deploymend.core.javascript.module import Module
from deploymend.core.javascript.tokens import Kind

_LOADERS = frozenset(("import", "require"))
_LOADER_METHODS = frozenset(
    ("resolve", "mock", "unmock", "doMock", "doUnmock", "importActual", "importMock", "requireActual", "requireMock")
)
_LOADER_OBJECTS = frozenset(("require", "jest", "vi"))
_MAX_STATEMENT_TOKENS = 2_000


class Use(StrEnum):
    """How a module is named."""

    STATIC = "static"
    SIDE_EFFECT = "side_effect"
    DYNAMIC = "dynamic"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Specifier:
    """A module's name as written: `start` to `stop - 1` are its characters without the quotes."""

    value: str
    start: int
    stop: int
    use: Use
    statement_start: int
    """Where its statement begins; some bundlers report that place instead of the name's."""


def find_specifiers(module: Module) -> tuple[Specifier, ...]:
    """All of them, in order. Names with escapes or substitutions are left out: nobody writes module paths so."""
    return tuple(_specifiers(module))


def _specifiers(module: Module) -> Iterator[Specifier]:
    for index, token in enumerate(module.tokens):
        if token.kind not in (Kind.STRING, Kind.TEMPLATE) or not _plain(token.text):
            continue
        found = _use(module, index)
        if found is not None:
            use, first = found
            yield Specifier(
                value=token.text[1:-1],
                start=token.start + 1,
                stop=token.stop - 1,
                use=use,
                statement_start=module.tokens[first].start,
            )


def _plain(text: str) -> bool:
    return len(text) > 2 and text[0] == text[-1] and text[0] in "\"'`" and "\\" not in text  # noqa: PLR2004 - quotes


def _use(module: Module, index: int) -> tuple[Use, int] | None:
    before = module.word(index - 1)
    if before == "from":
        first = _statement(module, index - 2)
        return (Use.STATIC, first) if first is not None else None
    if before == "import" and module.word(index - 2) != ".":
        return Use.SIDE_EFFECT, index - 1
    if before == "(":
        return _call(module, index - 2)
    return None


def _statement(module: Module, index: int) -> int | None:
    """The index of the `import` or `export` that a `from` belongs to."""
    for back in range(index, max(-1, index - _MAX_STATEMENT_TOKENS), -1):
        token = module.tokens[back]
        if token.text in ("import", "export") and token.kind is Kind.WORD:
            return back
        if token.kind not in (Kind.WORD, Kind.STRING) and token.text not in ("{", "}", ",", "*"):
            return None
    return None


def _call(module: Module, index: int) -> tuple[Use, int] | None:
    callee, dot = module.word(index), module.word(index - 1)
    if callee in _LOADERS and dot != ".":
        return (Use.DYNAMIC if callee == "import" else Use.OTHER), index
    if callee in _LOADER_METHODS and dot == "." and module.word(index - 2) in _LOADER_OBJECTS:
        return Use.OTHER, index - 2
    is_url = callee == "URL" and dot == "new" and "".join(map(module.word, range(index + 3, index + 9))) == _META_URL
    return (Use.OTHER, index - 1) if is_url else None


_META_URL = ",import.meta.url"
