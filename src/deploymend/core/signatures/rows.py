"""Shorter ways to write the tables of the families."""

from __future__ import annotations

import re
from collections.abc import Callable

from deploymend.core.model import Category, Cause, Remedy
from deploymend.core.signatures.signature import Kind, Rank, Reader, Signature
from deploymend.core.signatures.spot import Spot

AUTO = Remedy.AUTO_FIXABLE
ASK = Remedy.REQUIRES_ANALYSIS
PERSON = Remedy.REQUIRES_INTERVENTION


def kinds_of(category: Category) -> Callable[..., Kind]:
    """A maker of kinds of one category: `kind("slug", ASK, "What to do next.")`."""

    def kind(slug: str, action: Remedy, advice: str, *, retryable: bool = False, rank: Rank = Rank.CAUSE) -> Kind:
        return Kind(slug=slug, category=category, action=action, advice=advice, retryable=retryable, rank=rank)

    return kind


def line(
    kind: str, pattern: str, *, file: str | None = None, read: Reader | None = None, rank: Rank | None = None
) -> Signature:
    """A signature whose evidence is the matched line, with its indented details and code frame."""
    return Signature(kind=kind, pattern=pattern, file=file, read=read, rank=rank)


def with_lines(*patterns: str, below: int = 20, above: int = 0, file: str | None = None) -> Reader:
    """A reader that also takes the lines near by that one of the patterns (stdlib re, linear) is found in."""
    wanted = re.compile("|".join(f"(?:{pattern})" for pattern in patterns))

    def read(spot: Spot) -> Cause:
        before = spot.lines[max(0, spot.index - above) : spot.index]
        after = spot.lines[spot.index + 1 : spot.index + 1 + below]
        return spot.cause(file=file, evidence=[text for text in (*before, *after) if wanted.search(text)])

    return read


def plain(spot: Spot) -> Cause:
    """The reader of signatures that have none: the matched line, its indented details and its code frame."""
    details = spot.details(6)
    return spot.cause(evidence=(*details, *spot.frame(spot.index + 1 + len(details))))


def located(*, above: int = 3, below: int = 3) -> Reader:
    """A reader that finds the file in a line of its own near by, and takes that line, details and the code frame."""

    def read(spot: Spot) -> Cause:
        place = None if "file" in spot.groups else spot.location_above(above) or spot.location_below(below)
        own = (spot.at(place.index),) if place else ()
        details = spot.details(6)
        return spot.cause(
            file=place.file if place else None,
            line=place.line if place else None,
            column=place.column if place else None,
            evidence=(*own, *details, *spot.frame(spot.index + 1 + len(details))),
        )

    return read
