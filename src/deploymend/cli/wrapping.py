"""Text made to fit a terminal: broken between words, and what goes on stands under what it belongs to."""

from __future__ import annotations

import re
import textwrap

MIN_TEXT_WIDTH = 30
"""Below this a column of text helps nobody: the terminal may break the lines itself."""
COMMAND_GAP = "   "
"""Stands between words and a command to copy, which then gets a row of its own before it is broken."""
_HEAD = re.compile(r"\s*(?:[-*•] |\d+\. )?")


def wrapped(text: str, width: int | None) -> str:
    """Each row of `text` in at most `width` columns, None for no limit. Words longer than that stay whole, so that an
    address can still be copied.
    """
    if width is None:
        return text
    return "\n".join(_row(row, width) for row in text.split("\n"))


def hung(text: str, width: int | None, *, first: int, rest: int) -> str:
    """Text that begins in column `first` and goes on in column `rest`; without what stands before `first`."""
    if width is None or width - max(first, rest) < MIN_TEXT_WIDTH or first + len(text) <= width:
        return text
    return _broken(text, width, first=" " * first, rest=" " * rest)[first:]


def _row(row: str, width: int) -> str:
    if len(row) <= width:
        return row
    head = _HEAD.match(row)
    indent = " " * len(head[0] if head else "")
    before, gap, command = row.rpartition(COMMAND_GAP)
    if gap and before.strip():
        return f"{_row(before.rstrip(), width)}\n{_broken(command, width, first=indent, rest=indent)}"
    return _broken(row.lstrip(), width, first=row[: len(row) - len(row.lstrip())], rest=indent)


def _broken(text: str, width: int, *, first: str, rest: str) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=first,
        subsequent_indent=rest if width - len(rest) >= MIN_TEXT_WIDTH else "",
        break_long_words=False,
        break_on_hyphens=False,
        drop_whitespace=True,
    )
