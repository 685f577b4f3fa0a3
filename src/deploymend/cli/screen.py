"""How text looks where it is going: a colour terminal, a plain one, a pipe, or a place that knows no UTF-8."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TextIO

MARKS = {"ok": "✓", "problem": "✗", "warning": "!", "off": "-", "retry": "⟳"}
# What we print ourselves, for places that cannot show it.
PLAIN = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "⟳": "~",
        "→": "->",
        "·": "-",
        "…": "...",
        "—": "-",
        "–": "-",
        "’": "'",
        "✅": "+",
        "🚨": "!",
        "•": "-",
    }
)
STYLES = {"ok": "32", "problem": "31", "warning": "33", "off": "2", "retry": "36", "bold": "1", "dim": "2"}
# Logs are hostile: what could move the cursor, set a title or reorder text (Unicode TR36) never reaches a terminal.
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Styled(NamedTuple):
    """Text in a style of `STYLES`."""

    text: str
    style: str


def mark(level: str) -> Styled:
    """The sign of `ok`, `problem`, `warning`, `off` or `retry`: told apart without colour too."""
    return Styled(MARKS[level], level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Where text goes. `color` only on a terminal that wants it; `unicode` when its encoding can hold our marks."""

    stream: TextIO
    color: bool
    unicode: bool

    def line(self, *parts: str | Styled) -> None:
        """One line from its parts, each made safe to show."""
        self.stream.write("".join(self.shown(part) for part in parts) + "\n")

    def width(self) -> int | None:
        """Columns of the terminal; None for a pipe or a file, where nothing is wrapped."""
        return shutil.get_terminal_size().columns if self.stream.isatty() else None

    def shown(self, part: str | Styled) -> str:
        """A part as this place can show it: no control characters but our own colours, plain signs where need be."""
        text, style = (part.text, part.style) if isinstance(part, Styled) else (part, None)
        text = CONTROLS.sub("", text)
        if not self.unicode:
            text = text.translate(PLAIN)
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if self.color and style else text


def screen_for(stream: TextIO, environment: Mapping[str, str]) -> Screen:
    """What a stream can show. `NO_COLOR` (no-color.org), `TERM=dumb` and pipes get no colour; FORCE_COLOR forces it."""
    wanted = bool(environment.get("FORCE_COLOR")) or (stream.isatty() and environment.get("TERM") != "dumb")
    return Screen(
        stream=stream,
        color=wanted and not environment.get("NO_COLOR"),
        unicode=_holds(stream, "".join(MARKS.values())),
    )


def _holds(stream: TextIO, text: str) -> bool:
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
