"""Which lines of two texts belong together: the rules judge what a change adds, not what was there.

Patience matching (Bram Cohen): lines that occur once on both sides, in the longest order they share, are anchors, and
equal neighbours grow from them. It takes n log n time on any input, where `difflib` can take n cubed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Regions:
    """A region number for every line of both sides. Equal lines share one of their own; a hunk's lines share one.

    `removed` and `added` are the line numbers (from 1) that have no equal on the other side.
    """

    before: tuple[int, ...]
    after: tuple[int, ...]
    removed: tuple[int, ...]
    added: tuple[int, ...]


def regions(before: str | None, after: str | None) -> Regions:
    """Match two texts line by line, indentation and inner white space ignored. None is a side without the file."""
    old, new = _lines(before), _lines(after)
    pairs = [*_matched(old, new), (len(old), len(new))]
    old_regions, new_regions = [0] * len(old), [0] * len(new)
    removed: list[int] = []
    added: list[int] = []
    region = old_at = new_at = 0
    for old_line, new_line in pairs:
        region += 1
        for line in range(old_at, old_line):
            old_regions[line] = region
            removed.append(line + 1)
        for line in range(new_at, new_line):
            new_regions[line] = region
            added.append(line + 1)
        if old_line < len(old):
            region += 1
            old_regions[old_line] = new_regions[new_line] = region
        old_at, new_at = old_line + 1, new_line + 1
    return Regions(before=tuple(old_regions), after=tuple(new_regions), removed=tuple(removed), added=tuple(added))


def _lines(text: str | None) -> list[str]:
    return [] if text is None else [" ".join(line.split()) for line in text.split("\n")]


def _matched(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of equal lines, in order on both sides."""
    pairs: list[tuple[int, int]] = []
    old_at = new_at = 0
    for old_anchor, new_anchor in [*_anchors(old, new), (len(old), len(new))]:
        while old_at < old_anchor and new_at < new_anchor and old[old_at] == new[new_at]:
            pairs.append((old_at, new_at))
            old_at, new_at = old_at + 1, new_at + 1
        back = 0
        while (
            min(old_anchor - old_at, new_anchor - new_at) > back
            and old[old_anchor - back - 1] == new[new_anchor - back - 1]
        ):
            back += 1
        last = 1 if old_anchor < len(old) and new_anchor < len(new) else 0
        pairs.extend((old_anchor + step, new_anchor + step) for step in range(-back, last))
        old_at, new_at = old_anchor + last, new_anchor + last
    return pairs


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Lines that occur once on each side, thinned to the longest run that is in order on both."""
    old_once, new_once = _once(old), _once(new)
    shared = [(place, new_once[line]) for line, place in old_once.items() if line in new_once]
    return _longest_rising(sorted(shared))


def _once(lines: Sequence[str]) -> dict[str, int]:
    counts = Counter(lines)
    return {line: place for place, line in enumerate(lines) if counts[line] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest subsequence whose second numbers rise (patience sorting)."""
    tops: list[int] = []
    top_pairs: list[int] = []
    previous: list[int] = []
    for index, (_, value) in enumerate(pairs):
        pile = bisect_left(tops, value)
        previous.append(top_pairs[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [value]
        top_pairs[pile : pile + 1] = [index]
    chain: list[tuple[int, int]] = []
    index = top_pairs[-1] if top_pairs else -1
    while index >= 0:
        chain.append(pairs[index])
        index = previous[index]
    return chain[::-1]
