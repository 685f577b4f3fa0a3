"""Which Node majors a semver range allows: enough of npm's range grammar to choose a major, and no more.

Grammar: "Ranges" in the README of the npm package `semver`. Prerelease tags are read and ignored: platforms offer
released majors only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_Version = tuple[int, int, int]
_Interval = tuple[_Version, _Version]

_TOP: _Version = (1 << 30, 0, 0)
_BOTTOM: _Version = (0, 0, 0)
_MAX_RANGE_CHARS = 512
_PARTIAL = (
    r"v?=?\s*(\d{1,9}|[xX*])?(?:\.(\d{1,9}|[xX*]))?(?:\.(\d{1,9}|[xX*]))?(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?"
)
_COMPARATOR = re.compile(rf"(>=|<=|>|<|=|\^|~>|~)?\s*{_PARTIAL}(?=\s|$)")
_HYPHEN = re.compile(rf"^\s*{_PARTIAL}\s+-\s+{_PARTIAL}\s*$")


def majors_allowed(text: str, majors: Iterable[int]) -> tuple[int, ...] | None:
    """Those of `majors` with at least one version inside the range, newest first; None when it is no valid range.

    An empty range and `*` allow all. Ranges over 512 characters count as invalid.
    """
    if len(text) > _MAX_RANGE_CHARS:
        return None
    intervals: list[_Interval] = []
    for alternative in text.split("||"):
        interval = _hyphen(alternative) or _comparators(alternative)
        if interval is None:
            return None
        intervals.append(interval)
    ordered = sorted(set(majors), reverse=True)
    return tuple(major for major in ordered if any(_overlaps(interval, major) for interval in intervals))


def jumps_majors(text: str) -> bool:
    """True when the range has no upper end: a newer Node major would be taken as soon as there is one."""
    return majors_allowed(text, (_TOP[0] - 1,)) not in (None, ())


def _overlaps(interval: _Interval, major: int) -> bool:
    low, high = interval
    return max(low, (major, 0, 0)) < min(high, (major + 1, 0, 0))


def _hyphen(text: str) -> _Interval | None:
    match = _HYPHEN.match(text)
    if match is None or match.group(1) is None or match.group(4) is None:
        return None
    return _span(match.groups()[:3])[0], _span(match.groups()[3:6])[1]


def _comparators(text: str) -> _Interval | None:
    low, high = _BOTTOM, _TOP
    position = 0
    text = text.strip()
    while position < len(text):
        match = _COMPARATOR.match(text, position)
        if match is None or match.end() == position:
            return None
        low_here, high_here = _bounds(match.group(1) or "=", match.groups()[1:4])
        low, high = max(low, low_here), min(high, high_here)
        position = match.end()
        while position < len(text) and text[position].isspace():
            position += 1
    return low, high


def _bounds(operator: str, parts: tuple[str | None, ...]) -> _Interval:
    """What one comparator allows, as [low, high)."""
    low, high = _span(parts)
    table: dict[str, _Interval] = {
        ">=": (low, _TOP),
        ">": (high, _TOP),
        "<": (_BOTTOM, low),
        "<=": (_BOTTOM, high),
        "=": (low, high),
        "^": (low, max(high, _next_breaking(low, _numbers(parts)))),
        "~": (low, (low[0], low[1] + 1, 0) if len(_numbers(parts)) > 1 else high),
    }
    return table["~" if operator == "~>" else operator]


def _next_breaking(low: _Version, numbers: list[int]) -> _Version:
    """The first version `^` refuses: the leftmost number that is not zero goes up by one."""
    major, minor, patch = low
    if major or len(numbers) < 2:  # noqa: PLR2004 - `^0` is `0.x`
        return (major + 1, 0, 0)
    if minor or len(numbers) < 3:  # noqa: PLR2004 - `^0.0` is `0.0.x`
        return (0, minor + 1, 0)
    return (0, 0, patch + 1)


def _numbers(parts: tuple[str | None, ...]) -> list[int]:
    """The leading numbers of a partial version: `20.x.3` is just 20."""
    numbers: list[int] = []
    for part in parts:
        if part is None or not part.isdigit():
            break
        numbers.append(int(part))
    return numbers


def _span(parts: tuple[str | None, ...]) -> _Interval:
    """All versions a partial version stands for: `20` is [20.0.0, 21.0.0), nothing at all is everything."""
    match _numbers(parts):
        case [major, minor, patch]:
            return (major, minor, patch), (major, minor, patch + 1)
        case [major, minor]:
            return (major, minor, 0), (major, minor + 1, 0)
        case [major]:
            return (major, 0, 0), (major + 1, 0, 0)
        case _:
            return _BOTTOM, _TOP
