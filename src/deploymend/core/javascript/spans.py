"""Changes to a text as replaced stretches, and the ways to take something out without leaving a mess."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_LINE_END = re.compile(r"\r\n|[\n\r]")
_BLANKS = re.compile(r"[ \t]*")
_BLANK_LINE = re.compile(r"[ \t]*(?:\r\n|[\n\r])")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Span:
    """Put `text` in place of the characters `start` to `stop - 1`."""

    start: int
    stop: int
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry of a comma list; `comma` is where the comma behind it stands, None when there is none."""

    start: int
    stop: int
    comma: int | None


def clash(spans: Iterable[Span]) -> bool:
    """True when two different stretches overlap."""
    ordered = sorted(set(spans))
    return any(later.start < earlier.stop for earlier, later in pairwise(ordered))


def apply_spans(text: str, spans: Iterable[Span]) -> str:
    """The text with all stretches replaced. They must not clash; the same one twice counts once."""
    for span in sorted(set(spans), reverse=True):
        text = text[: span.start] + span.text + text[span.stop :]
    return text


def without_statement(text: str, start: int, stop: int) -> Span:
    """Take a statement out, with its line when nothing else is on it, and with one of two blank lines around it."""
    line_start = _line_start(text, start)
    behind = _BLANKS.match(text, stop).end()  # type: ignore[union-attr] # it matches anywhere
    end = _LINE_END.match(text, behind)
    if text[line_start:start].strip() or (end is None and behind < len(text)):
        return Span(start=start, stop=behind)
    stop = end.end() if end else behind
    return Span(start=line_start, stop=_over_blank_line(text, stop) if _blank_before(text, line_start) else stop)


def without_items(text: str, items: Sequence[Item], doomed: Collection[int]) -> tuple[Span, ...]:
    """Take entries out of a comma list of which at least one stays. An entry with a line of its own takes it along."""
    spans = {_without_item(text, items[index]) for index in doomed}
    kept = [item for index, item in enumerate(items) if index not in doomed]
    last = kept[-1]
    if items[-1].comma is None and last.comma is not None:
        # The list ended without a comma, and its last entry goes: so must the comma before it.
        tail = items[-1]
        one_line = "\n" not in text[last.stop : tail.stop]
        spans = {span for span in spans if not one_line or span.start < last.stop}
        spans.add(Span(start=last.stop, stop=tail.stop if one_line else last.comma + 1))
    return tuple(sorted(spans))


def _without_item(text: str, item: Item) -> Span:
    stop = item.stop if item.comma is None else item.comma + 1
    line_start = _line_start(text, item.start)
    behind = _BLANKS.match(text, stop).end()  # type: ignore[union-attr] # it matches anywhere
    end = _LINE_END.match(text, behind)
    if end is not None and not text[line_start : item.start].strip():
        return Span(start=line_start, stop=end.end())
    return Span(start=item.start, stop=stop if end else behind)


def _line_start(text: str, place: int) -> int:
    return max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1


def _blank_before(text: str, line_start: int) -> bool:
    before = text[:line_start].removesuffix("\n").removesuffix("\r")
    return not text[_line_start(before, len(before)) : line_start].strip()


def _over_blank_line(text: str, place: int) -> int:
    found = _BLANK_LINE.match(text, place)
    return found.end() if found else place
