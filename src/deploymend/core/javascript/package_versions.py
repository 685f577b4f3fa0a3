"""Which published version of a package fits, as far as majors tell; the package manager has the last word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from deploymend.core.node_range import majors_allowed

_RELEASE = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")


def newest_release(versions: Sequence[str], ranges: Sequence[str]) -> str | None:
    """The highest released version whose major every range allows. Prereleases and unreadable ranges do not count."""
    found = [
        (tuple(map(int, match.groups())), version) for version in versions if (match := _RELEASE.fullmatch(version))
    ]
    allowed = [(number, version) for number, version in found if all(fits(version, one) for one in ranges)]
    return max(allowed)[1] if allowed else None


def fits(version: str, wanted: str) -> bool:
    """True when the range allows some version of the same major, or cannot be read."""
    major = version.partition(".")[0]
    return not major.isdecimal() or majors_allowed(wanted, (int(major[:9]),)) != ()


def same_major(version: str) -> str:
    """The range of all versions with this one's major."""
    return f"{version.partition('.')[0]}.x"
