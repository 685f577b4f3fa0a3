"""Which code of a file never runs: whole declarations that nothing names.

A declaration counts when it does nothing by itself, is not exported, and its name stands nowhere but in itself or in
other code that never runs. Whatever is not understood for certain counts as running.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploymend.core.gate.source import Source
from deploymend.core.gate.tokens import Code, Kind
from deploymend.core.javascript.declarations import declaration_of
from deploymend.core.javascript.module import Module, read_module

_DECLARES = ("function", "*", "const", "let", "var")
_MOST_TOKENS = 20_000
"""About 4,000 lines: in longer files nothing is taken for dead, so that hostile ones cost little."""
_ROUNDS = 8
"""How long a chain of functions may be that only call each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Declared:
    """A name and the tokens of its declaration, `last` included, as indexes of the gate's own tokens."""

    name: str
    first: int
    last: int


def never_run(source: Source) -> Sequence[bool]:
    """For each token of the source's code, whether it stands in a declaration that nothing reaches."""
    dead = [False] * len(source.code.tokens)
    places = _places(source)
    candidates = tuple(_candidates(source, *places)) if places and not _evaluates(source.code) else ()
    mentions = _mentions(source.code) if candidates else {}
    for _ in range(_ROUNDS):
        found = [one for one in candidates if not dead[one.first] and _is_unnamed(one, mentions, dead)]
        for one in found:
            dead[one.first : one.last + 1] = [True] * (one.last + 1 - one.first)
        if not found:
            break
    return dead


def _places(source: Source) -> tuple[Module, Sequence[int]] | None:
    """The source as the fixers read it, and where each of the gate's tokens stands in it. None when they disagree."""
    module = read_module(source.path, source.text) if len(source.code.tokens) <= _MOST_TOKENS else None
    if module is None or source.code.torn_at is not None:
        return None
    places = [index for index, token in enumerate(module.tokens) if token.kind is not Kind.JSX_TEXT]
    kinds = [module.tokens[index].kind for index in places]
    return (module, places) if kinds == [token.kind for token in source.code.tokens] else None


def _candidates(source: Source, module: Module, places: Sequence[int]) -> Iterator[_Declared]:
    mine = {place: index for index, place in enumerate(places)}
    markup = _squeezed(" ".join(source.markup))
    for index, token in source.code.windows():
        if not token.word() or not _declares(source.code, index):
            continue
        extent = declaration_of(module, places[index])
        if extent is not None and not (markup and _squeezed(token.value) in markup):
            yield _Declared(name=token.value, first=mine[extent.first], last=mine[extent.last])


def _declares(code: Code, index: int) -> bool:
    before = code.at(index - 1)
    return before.value in _DECLARES and before.kind in (Kind.WORD, Kind.PUNCTUATION)


def _squeezed(text: str) -> str:
    """Vue finds `vFocus` as `v-focus`, `MyForm` as `my-form`."""
    return "".join(char for char in text if char.isalnum()).lower()


def _mentions(code: Code) -> Mapping[str, Sequence[int]]:
    """Where each name stands. `<form.Field>` names `form`, Svelte's `$store` the store."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    by_text = not _is_module(code)
    for index, token in code.windows():
        member = code.at(index - 1).sign(".", "?.")
        if token.word() and (by_text or not member):
            found[token.value.partition(".")[0]].append(index)
            found[token.value.lstrip("$")].append(index)
        elif by_text and token.kind is Kind.STRING:
            found[token.value].append(index)
    return found


def _is_module(code: Code) -> bool:
    """In a module nothing is a property of `window`; in a script `window.f` and `window['f']` are the function."""
    return any(
        token.word("import", "export") and not code.at(index - 1).sign(".") and not code.at(index + 1).sign("(", ".")
        for index, token in code.windows()
    )


def _evaluates(code: Code) -> bool:
    """`eval` sees every name."""
    return any(token.word("eval") for token in code.tokens)


def _is_unnamed(one: _Declared, mentions: Mapping[str, Sequence[int]], dead: Sequence[bool]) -> bool:
    return all(one.first <= index <= one.last or dead[index] for index in mentions[one.name])
