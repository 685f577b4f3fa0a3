"""Writing another name at one place, in the form that the place needs."""

from __future__ import annotations

import re
from enum import StrEnum

from deploymend.core.javascript.imports import Binding, find_imports
from deploymend.core.javascript.module import COMPONENT_EXTENSIONS, Module
from deploymend.core.javascript.spans import Span
from deploymend.core.javascript.tokens import Kind

_NAME = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
_VARIABLES = frozenset(("const", "let", "var"))
# Calls whose arguments leave the program: a wrong key in them is the other side's contract, not a slip of the pen.
_SENT = re.compile(
    r"(?i)prisma|fetch|axios|supabase|\b(?:stringify|json|insert|upsert|update|create|createMany|findMany|findFirst|"
    r"findUnique|where|query|mutate|post|put|patch|request|send|rpc|execute|formData)\b"
)
_SENT_KEYS = frozenset(("body", "where", "select", "include", "orderBy", "payload", "variables"))


def is_name(text: str) -> bool:
    """True for an identifier."""
    return _NAME.fullmatch(text) is not None


class Half(StrEnum):
    """What is misspelt in a shorthand `{ a }`: the key, the value, or both."""

    KEY = "key"
    VALUE = "value"
    BOTH = "both"


def rename_use(module: Module, index: int, name: str, half: Half) -> tuple[Span, ...]:
    """Write `name` for the token at `index`. In a shorthand (`{ a }`) the other half is kept: `{ name: a }` for a
    key, `{ a: name }` for a value.
    """
    token = module.tokens[index]
    texts = {Half.KEY: f"{name}: {token.text}", Half.VALUE: f"{token.text}: {name}", Half.BOTH: name}
    text = texts[half] if _is_shorthand(module, index) else name
    return (Span(start=token.start, stop=token.stop, text=text),)


def rename_import(module: Module, offset: int, old: str, name: str) -> tuple[Span, ...] | None:
    """Import `name` in place of `old` at a place; uses follow where each is a plain use, else the old name is kept as
    an alias. None when the place imports no `old`, or already imports `name`.
    """
    for declaration in find_imports(module):
        if not declaration.start <= offset < declaration.stop:
            continue
        binding = declaration.at(offset) or next((b for b in declaration.bindings if b.imported == old), None)
        if binding is None or binding.imported != old or any(b.imported == name for b in declaration.bindings):
            return None
        imported = Span(start=binding.name_start, stop=binding.name_start + len(old), text=name)
        if binding.local_start != binding.name_start:
            return (imported,)
        return _with_uses(module, binding, name) or (
            Span(start=imported.start, stop=imported.stop, text=f"{name} as {old}"),
        )
    return None


def is_sent_away(module: Module, index: int) -> bool:
    """True for a key or literal inside the data that leaves the program: a query, a request's body."""
    if module.tokens[index].kind is not Kind.STRING and module.word(index + 1) not in (":", ",", "}"):
        return False
    for opening in range(index - 1, -1, -1):
        if module.pairs.get(opening, -1) < index:
            continue
        if module.word(opening) == "{" and module.word(opening - 1) in ("=>", ")"):
            return False  # a function's body: what surrounds it does not send what is inside
        if _callee_sends(module, opening) or _key_sends(module, opening):
            return True
    return False


def _callee_sends(module: Module, opening: int) -> bool:
    if module.word(opening) != "(":
        return False
    first = opening - 1
    while first > 0 and (module.tokens[first].kind is Kind.WORD or module.word(first) in (".", "?.")):
        first -= 1
    return any(_SENT.search(module.word(index)) for index in range(first, opening))


def _key_sends(module: Module, opening: int) -> bool:
    return module.word(opening) == "{" and module.word(opening - 1) == ":" and module.word(opening - 2) in _SENT_KEYS


def _is_shorthand(module: Module, index: int) -> bool:
    return (
        module.word(index - 1) in ("{", ",")
        and module.word(index + 1) in (",", "}", "=")
        and _encloser(module, index) == "{"
    )


def _encloser(module: Module, index: int) -> str:
    for back in range(index - 1, -1, -1):
        if module.pairs.get(back, -1) > index:
            return module.word(back)
    return ""


def _with_uses(module: Module, binding: Binding, name: str) -> tuple[Span, ...] | None:
    """The import and every use renamed; None when a use is not plain, or the new name is taken in this file."""
    if module.path.endswith(COMPONENT_EXTENSIONS):
        return None  # the markup may use it
    spans = []
    for index, token in enumerate(module.tokens):
        if token.kind is not Kind.WORD:
            continue
        owner = token.text.partition(".")[0]
        if owner == name or (owner != token.text and owner == binding.local):
            return None  # taken, or the owner in a tag: <Menu.Item>
        if token.text != binding.local or module.word(index - 1) in (".", "?."):
            continue
        plain = token.start == binding.name_start or _is_plain_use(module, index)
        if not plain:
            return None
        spans.append(Span(start=token.start, stop=token.stop, text=name))
    return tuple(spans)


def _is_plain_use(module: Module, index: int) -> bool:
    """False for keys, shorthands, and places that may declare the name anew (a parameter, a variable)."""
    before, behind = module.word(index - 1), module.word(index + 1)
    return not _is_shorthand(module, index) and before not in _VARIABLES and behind not in (":", "=", "=>", "?")
