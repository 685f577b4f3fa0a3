"""The parts that are unused, cut out of the text."""

from __future__ import annotations

from collections.abc import Sequence

from deploymend.core.javascript.declarations import Extent, declaration_of
from deploymend.core.javascript.imports import without_bindings
from deploymend.core.javascript.module import Module
from deploymend.core.javascript.patterns import entries, without_entries
from deploymend.core.javascript.spans import Span, without_statement
from deploymend.core.javascript.unused.place import Part

# A documentation comment that stands directly above a declaration describes it and goes with it.
_DOCUMENTATION = "/**"


def cut(module: Module, parts: Sequence[Part]) -> tuple[Span, ...] | None:
    """The stretches that take out parts with one owner together. None when that cannot be done without a loss."""
    first = parts[0]
    if first.imported is not None:
        return without_bindings(module, first.imported, frozenset().union(*(part.names for part in parts)))
    if first.opening is not None:
        return _from_pattern(module, first.opening, frozenset().union(*(part.numbers for part in parts)))
    if first.declaration is not None:
        return (_whole(module, first.declaration),)
    if first.binding is not None:
        start = module.tokens[first.binding.first - 1].stop
        return (Span(start=start, stop=module.tokens[first.binding.last].stop),)
    name = module.tokens[first.owner].start
    return (Span(start=name, stop=name, text="_"),)


def _from_pattern(module: Module, opening: int, doomed: frozenset[int]) -> tuple[Span, ...] | None:
    if doomed.issuperset(number for number, entry in enumerate(entries(module, opening)) if entry.last >= entry.first):
        extent = declaration_of(module, opening)
        return (_whole(module, extent),) if extent is not None else None
    spans = without_entries(module, opening, doomed)
    if spans is None or any(module.comment_within(span.start, span.stop) for span in spans):
        return None
    return spans


def _whole(module: Module, extent: Extent) -> Span:
    start, stop = module.tokens[extent.first].start, module.tokens[extent.last].stop
    above = [comment for comment in module.comments if comment.stop <= start]
    if above and above[-1].text.startswith(_DOCUMENTATION):
        between = module.text[above[-1].stop : start]
        if not between.strip() and module.line_of(start) - module.line_of(above[-1].stop) == 1:
            start = above[-1].start
    return without_statement(module.text, start, stop)
