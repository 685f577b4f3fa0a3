"""Undo line wrapping: PowerShell breaks redirected lines at the console's width, inside messages and inside words.

Seen with Windows PowerShell 5.1 (`2>&1 | Out-File`) and with `vercel deploy --debug`. Both break without dropping a
character, so joining is concatenation; what must be found is which line ends were not there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_RECORD = re.compile(r"\s{0,8}\+ CategoryInfo")
_RECORD_LINE = re.compile(r"\s{0,8}\+ ")
_DEBUG_ENTRY = re.compile(r"^(?:> \[debug\]|\[client-debug\])")
_RECORD_LINES = 4
_MIN_WIDTH = 16
_MAX_WIDTH = 400
_MAX_ENTRY_LINES = 40


def unwrap(lines: Sequence[str]) -> list[str]:
    """The lines as the tools printed them; unchanged when nothing shows that they were wrapped."""
    if any("Spinner invoked (" in line for line in lines):
        return _join_debug_entries(lines)
    width = _console_width(lines)
    return _join_at(lines, width) if width else list(lines)


def _join_debug_entries(lines: Sequence[str]) -> list[str]:
    """One line for each entry of `vercel --debug`: an entry goes on until its delay note or the next entry."""
    joined: list[str] = []
    open_entry = 0
    for line in lines:
        if open_entry and not _DEBUG_ENTRY.match(line):
            joined[-1] += line
            open_entry += 1
        else:
            joined.append(line)
            open_entry = 1 if "Spinner invoked (" in line else 0
        if open_entry and (joined[-1].rstrip().endswith("ms delay") or open_entry >= _MAX_ENTRY_LINES):
            open_entry = 0
    return joined


def _console_width(lines: Sequence[str]) -> int:
    """The width PowerShell wrapped at: the lines of its own error records fill it. 0 when there is no record."""
    record = (
        near
        for index, line in enumerate(lines)
        if _RECORD.match(line)
        for near in lines[max(0, index - _RECORD_LINES) : index + 1]
        if _RECORD_LINE.match(near)
    )
    width = max((len(line) for line in record), default=0)
    return width if _MIN_WIDTH <= width <= _MAX_WIDTH else 0


def _join_at(lines: Sequence[str], width: int) -> list[str]:
    joined: list[str] = []
    pending = False
    for index, line in enumerate(lines):
        if pending:
            joined[-1] += line
        else:
            joined.append(line)
        following = lines[index + 1] if index + 1 < len(lines) else ""
        pending = _is_cut(line, following, width)
    return joined


def _is_cut(line: str, following: str, width: int) -> bool:
    """A line was cut when it fills the width, or when it ends in a space because the next word did not fit."""
    if not following.strip() or following[0] in "+>":
        return False
    if len(line) == width:
        return True
    return line.endswith(" ") and len(line) < width <= len(line) + len(following.split(None, 1)[0])
