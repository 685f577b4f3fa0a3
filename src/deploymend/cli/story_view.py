"""A story's lines as text for a screen: sign, left column, and text that wraps under itself on a terminal."""

from __future__ import annotations

import re

from deploymend.cli.screen import Screen, Styled, mark
from deploymend.cli.wrapping import hung
from deploymend.core.report import Line, Mark

SIGNS = {Mark.FAILED: "problem", Mark.DONE: "ok", Mark.AGAIN: "retry", Mark.PERSON: "warning"}
DETAIL_INDENT = 4
LABEL_WIDTH = 9
TEXT_COLUMN = DETAIL_INDENT + LABEL_WIDTH
# An id of Vercel's is longer than half a terminal's line; whole ones are in pipes and in every JSON.
DEPLOYMENT_ID = re.compile(r"\b(dpl_\w{8})\w{4,}")


def show_line(screen: Screen, line: Line, *, width: int | None) -> str:
    """One line of a story; `width` None, for pipes, neither wraps nor shortens anything."""
    text = screen.shown(line.text if width is None else DEPLOYMENT_ID.sub(r"\1…", line.text))
    if line.mark is Mark.DETAIL:
        head = " " * DETAIL_INDENT + screen.shown(Styled(f"{line.label:<{LABEL_WIDTH}}", "dim"))
        return head + hung(text, width, first=TEXT_COLUMN, rest=TEXT_COLUMN)
    sign = screen.shown(mark(SIGNS[line.mark]))
    label = screen.shown(Styled(line.label, "bold"))
    if not text:
        return f"  {sign} {label}"
    return f"  {sign} {label}   " + hung(text, width, first=len(line.label) + 7, rest=TEXT_COLUMN)
