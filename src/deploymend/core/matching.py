"""Find the lines of a log that name a cause, in one linear pass, and read the causes from them.

All patterns together run over the whole log once; only lines that one of them may match are looked at again. re2
matches in linear time, so no log can hang the reader.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import re2

from deploymend.core.model import Category, Cause
from deploymend.core.scan import line_pattern, options, scan
from deploymend.core.signatures import KINDS, SIGNATURES, Rank, Signature
from deploymend.core.signatures.rows import plain
from deploymend.core.signatures.spot import FileHeadings, Spot

_MAX_HITS = 2000
_MAX_EVIDENCE_LINES = 24
_MAX_LINE = 2000
_GROUP_NAME = re.compile(r"\(\?P<\w+>")
# Warnings of a webpack build that goes on. Wording of Next 13 to 15.
_WARNINGS_START = re.compile(r"^\s*⚠ Compiled with warnings")
_WARNINGS_END = re.compile(r"^\s*(?:✓|⨯|Failed to|> Build|Linting|Skipping|Checking|Collecting|Running |Error: )")
# pnpm's warning of a download that it goes on to try again.
_TRIED_AGAIN = "Will retry in "
_BUILD_SUCCEEDED = "Build Completed in "


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A cause and the line (from 0) that names it."""

    index: int
    rank: Rank
    cause: Cause


def find_hits(lines: Sequence[str]) -> list[Hit]:
    """Every cause that a line names, in the order of the log, at most 2,000. Decoys that can be told are left out."""
    headings = FileHeadings(lines)
    done, warnings = _written_at(lines), _warning_lines(lines)
    hits: list[Hit] = []
    for index, matched in _candidates(lines):
        hit = _read(lines, headings, index, matched) if index > done else None
        if hit and not (index in warnings and hit.cause.category is Category.IMPORT):
            hits.append(hit)
            if len(hits) >= _MAX_HITS:
                break
    return hits


def _read(lines: Sequence[str], headings: FileHeadings, index: int, matched: Sequence[int]) -> Hit | None:
    """The first of the matching signatures, in the order of the table, that makes a cause of the line."""
    for number in matched:
        signature = SIGNATURES[number]
        found = _patterns()[number].search(lines[index])
        if not found:
            continue
        groups = {name: text for name, text in found.groupdict().items() if text is not None}
        spot = Spot(
            lines=lines, headings=headings, index=index, kind=signature.kind, groups=groups, categories=_categories()
        )
        cause = (signature.read or plain)(spot)
        if cause:
            rank = Rank.GUESS if _TRIED_AGAIN in lines[index] else _rank(signature, cause)
            return Hit(index=index, rank=rank, cause=_trimmed(cause, signature))
    return None


def _rank(signature: Signature, cause: Cause) -> Rank:
    return KINDS[cause.kind].rank if signature.rank is None else signature.rank


def _trimmed(cause: Cause, signature: Signature) -> Cause:
    evidence = tuple(line[:_MAX_LINE] for line in dict.fromkeys(cause.evidence))[:_MAX_EVIDENCE_LINES]
    return replace(cause, evidence=evidence, message=cause.message[:_MAX_LINE], file=cause.file or signature.file)


def _candidates(lines: Sequence[str]) -> Iterator[tuple[int, Sequence[int]]]:
    """The lines that some signature may match, with the numbers of those signatures."""
    one_pass, by_line = _matchers()
    last = -1
    for index, _ in scan(one_pass, lines):
        if index != last:
            last = index
            yield index, sorted(by_line.Match(lines[index]) or range(len(SIGNATURES)))


def _written_at(lines: Sequence[str]) -> int:
    """The line that says that the output was written: what was complained of before it did not stop the build."""
    return max((index for index, line in enumerate(lines) if line.startswith(_BUILD_SUCCEEDED)), default=-1)


def _warning_lines(lines: Sequence[str]) -> set[int]:
    """The lines between "Compiled with warnings" and the next milestone: imports named there did not stop the build."""
    warned: set[int] = set()
    inside = False
    for index, line in enumerate(lines):
        if "⚠" in line and _WARNINGS_START.match(line):
            inside = True
        elif inside and _WARNINGS_END.match(line):
            inside = False
        if inside:
            warned.add(index)
    return warned


@cache
def _categories() -> dict[str, Category]:
    return {slug: kind.category for slug, kind in KINDS.items()}


@cache
def _patterns() -> tuple[re2._Regexp, ...]:
    return tuple(re2.compile(signature.pattern, options()) for signature in SIGNATURES)


@cache
def _matchers() -> tuple[re2._Regexp, re2.Set]:
    """One pattern of all for the whole text, and a set that says which ones match a line."""
    by_line = re2.Set.SearchSet(options())
    bare = []
    for signature in SIGNATURES:
        by_line.Add(signature.pattern)
        bare.append(f"(?:{_GROUP_NAME.sub('(?:', signature.pattern)})")
    by_line.Compile()
    return line_pattern("|".join(bare)), by_line
