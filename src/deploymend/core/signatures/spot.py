"""A place in a log where a signature matched, and ways to look at the lines around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from deploymend.core.model import Category, Cause
from deploymend.core.signatures.paths import clean_path

_LOCATION = re.compile(
    r"^\s{0,8}(?:ERROR in |file: |Error: )?"
    r"(?P<file>(?:(?:[A-Za-z]:)?[./\\][^:'\"`|<>]{0,400}|[\w@$\[][^\s:'\"`|<>]{0,400})\.[A-Za-z][A-Za-z0-9]{0,9})"
    r"(?:[ :(](?P<line>\d{1,7})[:,](?P<column>\d{1,7})(?:-\d{1,7}(?::\d{1,7})?)?\)?:?)?$"
)
# The head of a code frame, of SWC (`,-[src/a.ts:1:2]`) and of Rolldown and SWC with colours (`╭─[ src/a.ts:1:2 ]`).
_BOXED = re.compile(r"^\s{0,12}(?:,-|╭─)\[ ?(?P<file>\S.{0,500}?):(?P<line>\d{1,7}):(?P<column>\d{1,7}) ?\]\s{0,4}$")
# Code frames of tsc, Next, SWC, Babel, Rolldown, esbuild and Prisma: a gutter with a number or a marker under one.
_FRAME = re.compile(
    r"^\s{0,12}(?:>?\s{0,6}\d{1,7}\s{0,3}[|│┃]|\d{1,7}:(?:\s|$)|[|│┃:·]\s{0,200}[\^~─┬╰|│]|[|│┃]\s{0,4}$"
    r"|[\^~]{1,200}\s*$|,-\[|╭─|╰─|─{1,9}╯|`-{2}|╵)"
)
_HEADING = re.compile(
    r"\s{0,4}(?:\./|\.\./|/|[A-Za-z]:[\\/])?[^\s:|>*][^:|*]{0,400}\.(?:[cm]?[jt]sx?|vue|svelte|astro|mdx?|json)$"
)
_INDENTED = re.compile(r"^(?:\s{2,}|\t)\S")
_STACK = re.compile(r"^\s*(?:at |\[at )")
_FRAME_LINES = 16
_MAX_DIGITS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A file a log names, cleaned, with line and column where it says, and the index of the line that says so."""

    index: int
    file: str
    line: int | None = None
    column: int | None = None


class FileHeadings:
    """The lines of a log that hold nothing but a file name, found once, when they are first asked for."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines
        self._indexes: list[int] | None = None

    def above(self, index: int) -> str | None:
        """The file named on the nearest such line above, however far away; cleaned."""
        if self._indexes is None:
            self._indexes = [i for i, line in enumerate(self._lines) if _HEADING.match(line)]
        place = bisect_left(self._indexes, index)
        return clean_path(self._lines[self._indexes[place - 1]]) if place else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """A matched line. `groups` holds the named groups that took part; `index` counts from 0."""

    lines: Sequence[str]
    headings: FileHeadings
    index: int
    kind: str
    groups: Mapping[str, str]
    categories: Mapping[str, Category]

    @property
    def text(self) -> str:
        """The matched line."""
        return self.lines[self.index]

    def at(self, index: int) -> str:
        """A line of the log; empty outside of it."""
        return self.lines[index] if 0 <= index < len(self.lines) else ""

    def location_above(self, limit: int = 4) -> Location | None:
        """The nearest line above that is a file name with or without a place in it."""
        for index in range(self.index - 1, max(-1, self.index - 1 - limit), -1):
            found = location_in(self.lines[index], index)
            if found:
                return found
        return None

    def location_below(self, limit: int = 4) -> Location | None:
        """The nearest such line below."""
        for index in range(self.index + 1, min(len(self.lines), self.index + 1 + limit)):
            found = location_in(self.lines[index], index)
            if found:
                return found
        return None

    def find_above(self, pattern: re.Pattern[str], limit: int) -> tuple[int, re.Match[str]] | None:
        """The nearest line above that the pattern is found in."""
        for index in range(self.index - 1, max(-1, self.index - 1 - limit), -1):
            if found := pattern.search(self.lines[index]):
                return index, found
        return None

    def find_below(self, pattern: re.Pattern[str], limit: int) -> tuple[int, re.Match[str]] | None:
        """The nearest line below that the pattern is found in."""
        for index in range(self.index + 1, min(len(self.lines), self.index + 1 + limit)):
            if found := pattern.search(self.lines[index]):
                return index, found
        return None

    def details(self, limit: int = 12) -> tuple[str, ...]:
        """The indented lines right below, which go on with the message; stack traces are left out."""
        return self._while(self.index + 1, limit, lambda line: bool(_INDENTED.match(line)) and not is_frame(line))

    def block(self, limit: int = 12) -> tuple[str, ...]:
        """The lines right below until a blank one; stack traces are left out."""
        return self._while(self.index + 1, limit, lambda line: bool(line.strip()))

    def frame(self, start: int | None = None) -> tuple[str, ...]:
        """The code frame that begins within a few lines below `start` (or the matched line); empty without one."""
        begin = self.index + 1 if start is None else start
        for index in range(begin, min(len(self.lines), begin + 4)):
            if is_frame(self.lines[index]):
                return self._while(index, _FRAME_LINES, is_frame)
        return ()

    def _while(self, start: int, limit: int, accept: Callable[[str], bool]) -> tuple[str, ...]:
        taken: list[str] = []
        for line in self.lines[start : start + limit]:
            if not accept(line):
                break
            if not _STACK.match(line):
                taken.append(line)
        return tuple(taken)

    def cause(self, *, evidence: Sequence[str] = (), **fields: object) -> Cause:
        """The cause at this spot: fields from the groups of the pattern, then from `fields`; the matched line first."""
        values: dict[str, object] = {name: text for name, text in self.groups.items() if name in _TEXT_FIELDS}
        values |= {name: number(self.groups.get(name)) for name in ("line", "column") if name in self.groups}
        if "column0" in self.groups:
            values["column"] = number(self.groups["column0"], first=0)
        values |= {name: value for name, value in fields.items() if value is not None}
        if isinstance(file := values.get("file"), str):
            values["file"] = clean_path(file)
        values.setdefault("message", self.text.strip())
        own = (self.text, *(line for line in evidence if line.strip() and line != self.text))
        values.setdefault("kind", self.kind)
        values["category"] = self.categories.get(str(values["kind"]), Category.UNKNOWN)
        return Cause(evidence=own, **values)  # type: ignore[arg-type]  # names are those of Cause


_TEXT_FIELDS = frozenset({"file", "symbol", "suggestion", "code", "message"})


def location_in(line: str, index: int = 0) -> Location | None:
    """The place a line names when it is nothing but a place: `./a.tsx:12:3`, `src/a.ts`, `file: /x/a.jsx:4:57`."""
    found = (_LOCATION.match(line) or _BOXED.match(line)) if "." in line else None
    if not found:
        return None
    return Location(
        index=index, file=clean_path(found["file"]), line=number(found["line"]), column=number(found["column"])
    )


def is_frame(line: str) -> bool:
    """True for the lines of a code frame."""
    return bool(_FRAME.match(line))


def number(text: str | None, *, first: int = 1) -> int | None:
    """A line or column as a number from 1, of a tool that counts from `first`; None for what is no such number."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS:
        return None
    return int(text) + 1 - first or None
