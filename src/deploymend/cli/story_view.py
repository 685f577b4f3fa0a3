"""A story's lines as text for a screen: sign, left column, and text that wraps under itself on a terminal."""

from __future__ import annotations

import textwrap

from deploymend.cli.screen import Screen, Styled, mark
from deploymend.core.report import Line, Mark

SIGNS = {Mark.FAILED: "problem", Mark.DONE: "ok", Mark.AGAIN: "retry", Mark.PERSON: "warning"}
DETAIL_INDENT = 4
LABEL_WIDTH = 9
MIN_TEXT_WIDTH = 30


def show_line(screen: Screen, line: Line, *, width: int | None) -> str:
    """One line of a story; `width` None never wraps, for pipes."""
    if line.mark is Mark.DETAIL:
        head = " " * DETAIL_INDENT + screen.shown(Styled(f"{line.label:<{LABEL_WIDTH}}", "dim"))
        return head + _hung(screen, line.text, DETAIL_INDENT + LABEL_WIDTH, width)
    sign = screen.shown(mark(SIGNS[line.mark]))
    label = screen.shown(Styled(line.label, "bold"))
    if not line.text:
        return f"  {sign} {label}"
    return f"  {sign} {label}   " + _hung(screen, line.text, len(line.label) + 7, width)


def _hung(screen: Screen, text: str, indent: int, width: int | None) -> str:
    text = screen.shown(text)
    if width is None or width - indent < MIN_TEXT_WIDTH:
        return text
    rows = textwrap.wrap(text, width - indent, break_long_words=False, break_on_hyphens=False) or [""]
    return ("\n" + " " * indent).join(rows)
