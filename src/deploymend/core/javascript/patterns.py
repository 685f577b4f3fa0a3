"""Destructuring patterns: `{ a, b: c = 1, ...rest }` and `[a, , b]`, and how to take entries out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from deploymend.core.javascript.extents import pure_value
from deploymend.core.javascript.module import Module
from deploymend.core.javascript.spans import Item, Span, without_items


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The tokens `first` to `last` of a pattern; `last` below `first` is a hole. `comma` is the one behind it."""

    first: int
    last: int
    comma: int | None


def entries(module: Module, opening: int) -> tuple[Entry, ...]:
    """What stands between the brackets, holes of arrays included."""
    closing = module.pairs.get(opening, opening)
    found, first, index = [], opening + 1, opening + 1
    while index < closing:
        if module.word(index) == ",":
            found.append(Entry(first=first, last=index - 1, comma=index))
            first = index + 1
        index = module.pairs.get(index, index) + 1 if module.word(index) in ("(", "[", "{") else index + 1
    if first < closing:
        found.append(Entry(first=first, last=closing - 1, comma=None))
    return tuple(found)


def binds(module: Module, entry: Entry, index: int) -> bool:
    """True when the token at `index` is the name an entry binds, and taking the entry out loses no effect."""
    start = entry.first
    if module.word(start) == "...":
        return index == start + 1 == entry.last
    if index == start + 2 and module.word(start + 1) == ":":
        start = index
    if index != start:
        return False
    has_default = module.word(start + 1) == "=" and pure_value(module, start + 2) == entry.last + 1
    return start == entry.last or has_default


def without_entries(module: Module, opening: int, doomed: Collection[int]) -> tuple[Span, ...] | None:
    """Take entries out, by their place in the list. None when none would stay, or a rest element would gain by it."""
    found = entries(module, opening)
    kept = [number for number, entry in enumerate(found) if number not in doomed and entry.last >= entry.first]
    if not kept or any(module.word(found[number].first) == "..." for number in kept if module.word(opening) == "{"):
        return None
    if module.word(opening) == "{":
        return without_items(module.text, [_item(module, entry) for entry in found], doomed)
    return _holes(module, found, doomed, kept[-1])


def _item(module: Module, entry: Entry) -> Item:
    comma = module.tokens[entry.comma].start if entry.comma is not None else None
    return Item(start=module.tokens[entry.first].start, stop=module.tokens[entry.last].stop, comma=comma)


def _holes(module: Module, found: tuple[Entry, ...], doomed: Collection[int], last: int) -> tuple[Span, ...]:
    """An array keeps its places: an entry before the last one kept leaves a hole, those behind it go altogether."""
    spans = [
        Span(start=module.tokens[found[number].first].start, stop=module.tokens[found[number].last].stop)
        for number in doomed
        if number < last
    ]
    if any(number > last for number in doomed):
        tail = found[-1]
        stop = module.tokens[tail.last if tail.last >= tail.first else tail.first - 1].stop
        spans.append(Span(start=module.tokens[found[last].last].stop, stop=stop))
    return tuple(sorted(spans))
