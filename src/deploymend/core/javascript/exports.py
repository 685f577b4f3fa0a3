"""What a module offers to importers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from deploymend.core.javascript.module import COMPONENT_EXTENSIONS, Module
from deploymend.core.javascript.tokens import Kind

_MODIFIERS = frozenset(("async", "abstract", "declare", "const", "let", "var", "type"))
_NAMED = frozenset(("function", "class", "interface", "enum", "namespace", "module"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """The exported names, `default` among them. `complete` is False when more may come (`export *`, CommonJS)."""

    names: frozenset[str]
    complete: bool = True

    def offers(self, wanted: frozenset[str]) -> bool:
        """True when every wanted name is certainly exported; `*` asks for the module as such."""
        return wanted - {"*"} <= self.names


def find_exports(module: Module) -> Exports:
    """Read a module's exports. A component file exports itself as `default`."""
    names = set(_names(module))
    if module.path.endswith(COMPONENT_EXTENSIONS):
        names.add("default")
    return Exports(names=frozenset(names - {"*"}), complete="*" not in names)


def _names(module: Module) -> Iterator[str]:
    for index, token in enumerate(module.tokens):
        if token.kind is not Kind.WORD:
            continue
        if token.text == "export" and module.word(index - 1) != ".":
            yield from _export(module, index + 1)
        elif token.text == "exports" and module.word(index - 1) == "." and module.word(index - 2) == "module":
            yield "*"


def _export(module: Module, index: int) -> Iterator[str]:
    word = module.word(index)
    if word == "type" and module.word(index + 1) in ("{", "*"):
        index, word = index + 1, module.word(index + 1)
    if word == "default":
        yield "default"
    elif word == "*":
        yield module.word(index + 2) if module.word(index + 1) == "as" else "*"
    elif word == "=":
        yield "*"
    elif word == "{":
        yield from _list(module, index)
    else:
        yield from _declared(module, index)


def _list(module: Module, index: int) -> Iterator[str]:
    """`{ a, b as c }`: the word before each comma or the end is the exported name."""
    stop = module.pairs.get(index, index)
    for place in range(index + 1, stop):
        if module.word(place + 1) in (",", "}", "]") and module.tokens[place].kind is Kind.WORD:
            yield module.word(place)


def _declared(module: Module, index: int) -> Iterator[str]:
    """`const a = 1`, `async function* f`, `abstract class C`, `const enum E`, `const { a, b: c } = d`."""
    declares = False
    while module.word(index) in _MODIFIERS:
        index, declares = index + 1, True
    if module.word(index) in _NAMED:
        index += 1 + (module.word(index + 1) == "*")
        yield module.word(index)
    elif module.word(index) in ("{", "["):
        yield from _list(module, index)
    elif declares:
        yield module.word(index)
