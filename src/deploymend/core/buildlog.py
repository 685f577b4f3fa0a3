"""A build log from whatever it was kept in: a file, a paste, a terminal's output, a platform's text."""

from __future__ import annotations

from collections.abc import Sequence

from deploymend.core.encoding import decode_log, repair_mojibake, split_lines, strip_terminal_codes
from deploymend.core.model import BuildLog
from deploymend.core.prefixes import strip_prefixes
from deploymend.core.sections import find_sections, is_complete, last_build_start
from deploymend.core.wrapping import unwrap


def parse_log(text: str | bytes) -> BuildLog:
    """Clean a log and find its parts. Never raises, whatever it is given; of several builds in it, the last one counts.

    Nothing is dropped but prefixes, terminal codes, trailing blanks and earlier builds, so its lines are verbatim.
    """
    raw = split_lines(decode_log(text) if isinstance(text, bytes) else text)
    return clean_log(unwrap(raw))


def clean_log(raw: Sequence[str], *, complete: bool | None = None) -> BuildLog:
    """A log from lines as they were printed. `complete` None: judge by the log's own last lines."""
    plain = repair_mojibake(strip_terminal_codes("\n".join(raw))).split("\n")
    lines = [line.rstrip() for line in strip_prefixes(plain)]
    last = lines[last_build_start(lines) :]
    while last and not last[-1]:
        last.pop()
    return BuildLog(
        lines=tuple(last),
        sections=find_sections(last),
        complete=is_complete(last) if complete is None else complete,
    )
