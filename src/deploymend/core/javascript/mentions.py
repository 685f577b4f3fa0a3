"""The places in a file where a cause's module is named."""

from __future__ import annotations

from deploymend.core.javascript.module import Module
from deploymend.core.javascript.specifiers import Specifier, find_specifiers
from deploymend.core.model import Cause


def find_mentions(module: Module, cause: Cause) -> tuple[Specifier, ...]:
    """Every mention of the cause's specifier in its file; nothing when the cause's line does not hold one.

    Without a symbol (TS1149 and TS1261 speak of files), the mentions on the cause's line.
    """
    found = find_specifiers(module)
    if cause.symbol is None:
        return tuple(mention for mention in found if cause.line and _on(module, mention, cause.line))
    same = tuple(mention for mention in found if mention.value == cause.symbol)
    if cause.line is not None and not any(_on(module, mention, cause.line) for mention in same):
        return ()
    return same


def _on(module: Module, mention: Specifier, line: int) -> bool:
    return module.line_of(mention.statement_start) <= line <= module.line_of(mention.start)
