"""Declarations that may be taken out whole: functions, types, and variables whose initialisers do nothing."""

from __future__ import annotations

from dataclasses import dataclass

from deploymend.core.javascript.extents import body_end, ends_statement, first_of, pure_value, type_end
from deploymend.core.javascript.module import Module
from deploymend.core.javascript.tokens import Kind

_OUTSIDE = frozenset(("export", "declare", "default", "abstract"))
_VARIABLES = frozenset(("const", "let", "var"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """The tokens from `first` to `last`, a closing semicolon included."""

    first: int
    last: int


def declaration_of(module: Module, name: int) -> Extent | None:
    """The whole declaration of the name (or of the only pattern) at an index, when it is pure and stands alone."""
    head = name - 1
    match module.word(head):
        case "function" | "*":
            return _function(module, name)
        case "interface":
            return _interface(module, name)
        case "type":
            return _type(module, name)
        case word if word in _VARIABLES:
            return _variable(module, name)
    return None


def _statement(module: Module, first: int, end: int | None) -> Extent | None:
    """An extent, when a statement starts at `first` and ends before `end`."""
    if end is None or not _begins(module, first) or not ends_statement(module, end):
        return None
    return Extent(first=first, last=end if module.word(end) == ";" else end - 1)


def _function(module: Module, name: int) -> Extent | None:
    first = name - 1 - (module.word(name - 1) == "*")
    if module.word(first) != "function":
        return None
    first -= module.word(first - 1) == "async"
    opening = first_of(module, name + 1, "(", "{", ";")
    closing = module.pairs.get(opening) if module.word(opening) == "(" else None
    end = body_end(module, closing + 1) if closing is not None else None
    if end is None or not _begins(module, first):
        return None
    return Extent(first=first, last=end - 1)


def _begins(module: Module, first: int) -> bool:
    """True when what starts here is a statement of its own, seen by nobody outside, not the value of something."""
    before = module.word(first - 1)
    return before not in _OUTSIDE and (first == 0 or before in (";", "{", "}") or ends_statement(module, first))


def _interface(module: Module, name: int) -> Extent | None:
    closing = module.pairs.get(first_of(module, name + 1, "{", ";"))
    if closing is None or not _begins(module, name - 1):
        return None
    return Extent(first=name - 1, last=closing)


def _type(module: Module, name: int) -> Extent | None:
    sign = type_end(module, name + 1) if module.word(name + 1) == "<" else name + 1
    end = type_end(module, sign + 1) if module.word(sign) == "=" else None
    return _statement(module, name - 1, end)


def _variable(module: Module, name: int) -> Extent | None:
    """`const x = …`: the only declarator of its statement, with a pure initialiser or none."""
    is_pattern = module.word(name) in ("{", "[")
    if not is_pattern and module.tokens[name].kind is not Kind.WORD:
        return None
    index: int | None = module.pairs.get(name, name) + 1 if is_pattern else name + 1
    if index is not None and module.word(index) == ":":
        index = type_end(module, index + 1)
    if index is not None and module.word(index) == "=":
        index = pure_value(module, index + 1)
    return _statement(module, name - 1, index)
