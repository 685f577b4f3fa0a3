"""One linear pass of a re2 pattern over all lines of a log at once: some hundred times faster than line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import re2

_MATCHER_BYTES = 256 * 1024 * 1024


@cache
def options() -> re2.Options:
    """Options for matching hostile logs: nothing is printed, a line end is never matched, memory is bounded."""
    chosen = re2.Options()
    chosen.log_errors = False
    chosen.never_nl = True
    chosen.max_mem = _MATCHER_BYTES
    return chosen


@cache
def line_pattern(pattern: str) -> re2._Regexp:
    """A pattern for `scan`; `^` and `$` are those of a line."""
    return re2.compile(f"(?m){pattern}".encode(), options())


def scan(pattern: re2._Regexp, lines: Sequence[str]) -> Iterator[tuple[int, re2._Match]]:
    """Every match with the index of its line, in order. Matches are bytes."""
    text = "\n".join(lines).encode()
    index, position = 0, 0
    for found in pattern.finditer(text):
        start = found.start()
        index += text.count(b"\n", position, start)
        position = start
        yield index, found
