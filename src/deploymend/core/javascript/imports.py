"""Import declarations: what they bind, and how to take a binding out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from deploymend.core.javascript.module import Module
from deploymend.core.javascript.spans import Item, Span, without_items, without_statement
from deploymend.core.javascript.tokens import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One name an import brings in. `imported` is `default`, `*`, or the name the other module exports it by.

    `start` to `stop - 1` is its whole entry (`type Foo as Bar`), `name_start` where `imported` is written,
    `local_start` where `local` is; `comma` where the comma behind an entry in braces stands.
    """

    imported: str
    local: str
    start: int
    stop: int
    name_start: int
    local_start: int
    comma: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDeclaration:
    """`import … from "specifier"`; the semicolon belongs to it. `type_only` for `import type`."""

    start: int
    stop: int
    specifier: str
    type_only: bool
    bindings: tuple[Binding, ...]
    braces: tuple[int, int] | None = None
    """Where `{` and `}` stand, when it has them."""

    def at(self, place: int) -> Binding | None:
        """The binding whose entry covers a place."""
        return next((b for b in self.bindings if b.start <= place < b.stop), None)


def find_imports(module: Module) -> tuple[ImportDeclaration, ...]:
    """Every import declaration that binds names, in order; forms this does not know are left out."""
    return tuple(_declarations(module))


def without_bindings(
    module: Module, declaration: ImportDeclaration, doomed: Collection[str]
) -> tuple[Span, ...] | None:
    """Take local names out of an import, the whole statement when none stays. None when a comment would be lost."""
    gone = [binding for binding in declaration.bindings if binding.local in doomed]
    if len(gone) == len(declaration.bindings):
        spans: tuple[Span, ...] = (without_statement(module.text, declaration.start, declaration.stop),)
    else:
        spans = tuple(_partial(module, declaration, {binding.local for binding in gone}))
    return None if any(module.comment_within(span.start, span.stop) for span in spans) else spans


def _declarations(module: Module) -> Iterator[ImportDeclaration]:
    for index, token in enumerate(module.tokens):
        if token.kind is Kind.WORD and token.text == "import" and module.word(index - 1) != ".":
            declaration = _declaration(module, index)
            if declaration is not None:
                yield declaration


def _declaration(module: Module, first: int) -> ImportDeclaration | None:
    index = first + 1
    type_only = module.word(index) == "type" and module.word(index + 1) not in ("from", ",")
    index += type_only
    bindings: list[Binding] = []
    braces = None
    if _is_name(module, index):
        bindings.append(_single(module, index, "default"))
        index += 1 + (module.word(index + 1) == ",")
    if module.word(index) == "*" and module.word(index + 1) == "as" and _is_name(module, index + 2):
        bindings.append(_single(module, index + 2, "*", start=module.tokens[index].start))
        index += 3
    elif module.word(index) == "{" and index in module.pairs:
        stop = module.pairs[index]
        entries = _entries(module, index + 1, stop)
        if entries is None:
            return None
        bindings += entries
        braces = (module.tokens[index].start, module.tokens[stop].start)
        index = stop + 1
    return _finish(module, first, index, type_only=type_only, bindings=tuple(bindings), braces=braces)


def _finish(
    module: Module,
    first: int,
    index: int,
    *,
    type_only: bool,
    bindings: tuple[Binding, ...],
    braces: tuple[int, int] | None,
) -> ImportDeclaration | None:
    """The part from `from` on: the specifier, import attributes, the semicolon."""
    if module.word(index) != "from" or index + 1 >= len(module.tokens) or not bindings:
        return None
    name = module.tokens[index + 1]
    if name.kind is not Kind.STRING:
        return None
    last = index + 1
    if module.word(last + 1) in ("with", "assert") and module.word(last + 2) == "{" and last + 2 in module.pairs:
        last = module.pairs[last + 2]
    last += module.word(last + 1) == ";"
    return ImportDeclaration(
        start=module.tokens[first].start,
        stop=module.tokens[last].stop,
        specifier=name.text[1:-1],
        type_only=type_only,
        bindings=bindings,
        braces=braces,
    )


def _is_name(module: Module, index: int) -> bool:
    return index < len(module.tokens) and module.tokens[index].kind is Kind.WORD


def _single(module: Module, index: int, imported: str, *, start: int | None = None) -> Binding:
    token = module.tokens[index]
    start = token.start if start is None else start
    return Binding(
        imported=imported, local=token.text, start=start, stop=token.stop, name_start=start, local_start=token.start
    )


def _entries(module: Module, index: int, stop: int) -> list[Binding] | None:
    """What stands between the braces; None when an entry has a form that this does not know."""
    entries: list[Binding] = []
    while index < stop:
        last = index
        while last + 1 < stop and module.word(last + 1) != ",":
            last += 1
        binding = _entry(module, index, last, module.tokens[last + 1].start if last + 1 < stop else None)
        if binding is None:
            return None
        entries.append(binding)
        index = last + 2
    return entries


def _entry(module: Module, first: int, last: int, comma: int | None) -> Binding | None:
    """`x`, `x as y`, `type x`, `type x as y`, and the names `type` and `as` themselves."""
    words = [module.word(index) for index in range(first, last + 1)]
    match words:
        case [_]:
            name = local = first
        case ["type", _]:
            name = local = last
        case [_, "as", _]:
            name, local = first, last
        case ["type", _, "as", _]:
            name, local = first + 1, last
        case _:
            return None
    return Binding(
        imported=module.word(name).strip("\"'"),
        local=module.word(local),
        start=module.tokens[first].start,
        stop=module.tokens[last].stop,
        name_start=module.tokens[name].start,
        local_start=module.tokens[local].start,
        comma=comma,
    )


def _partial(module: Module, declaration: ImportDeclaration, doomed: set[str]) -> Iterator[Span]:
    if declaration.braces is None:  # `a, * as b`
        first, second = declaration.bindings
        yield _up_to(first, second.start) if first.local in doomed else Span(start=first.stop, stop=second.stop)
        return
    open_brace, close_brace = declaration.braces
    named = [binding for binding in declaration.bindings if open_brace < binding.start < close_brace]
    default = next((binding for binding in declaration.bindings if binding.start < open_brace), None)
    gone = {index for index, binding in enumerate(named) if binding.local in doomed}
    if default is not None and default.local in doomed:
        yield _up_to(default, open_brace)
    if default is not None and named and len(gone) == len(named):
        yield Span(start=default.stop, stop=close_brace + 1)
    elif gone:
        items = [Item(start=binding.start, stop=binding.stop, comma=binding.comma) for binding in named]
        yield from without_items(module.text, items, gone)


def _up_to(binding: Binding, place: int) -> Span:
    return Span(start=binding.start, stop=place)
