from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.diagnosis import diagnose
from deploymend.core.matching import _read, find_hits
from deploymend.core.model import BuildLog, Category
from deploymend.core.signatures import FAMILIES, KINDS, SIGNATURES
from deploymend.core.signatures.spot import FileHeadings
from deploymend.core.signatures.typescript_messages import TS_MESSAGES


def _samples() -> list[tuple[str, str]]:
    """The kind and the log of each block of the samples."""
    text = Path(__file__).with_name("signature_samples.txt").read_text(encoding="utf-8")
    blocks = text.split("\n== ")[1:]
    return [(kind, log.removesuffix("\n")) for kind, _, log in (block.partition("\n") for block in blocks)]


SAMPLES = _samples()


@pytest.mark.parametrize(("kind", "text"), SAMPLES)
def test_kind_of_sample(kind: str, text: str) -> None:
    """Each shape is told as the kind it is, in the kind's category, with the matched line as evidence."""
    diagnosis = diagnose(BuildLog(lines=tuple(text.split("\n"))))
    assert diagnosis.kind == kind
    if kind != "no-cause-in-log":
        assert diagnosis.category is KINDS[kind].category
        assert diagnosis.causes[0].evidence[0] in text.split("\n")


def test_every_kind_is_reached() -> None:
    """Each kind of the table has a sample, or is a message of the compiler or a rule of ESLint."""
    from_tables = {row.kind for row in TS_MESSAGES} | {kind for kind in KINDS if kind.startswith("eslint-")}
    assert set(KINDS) - {kind for kind, _ in SAMPLES} - from_tables == set()


def test_table_is_consistent() -> None:
    """Slugs are unique, every signature names a kind, every pattern is re2, no group is unknown."""
    slugs = Counter(kind.slug for family in FAMILIES for kind in family.kinds)
    assert [slug for slug, count in slugs.items() if count > 1] == []
    assert [signature.kind for signature in SIGNATURES if signature.kind not in KINDS] == []
    known = {"file", "line", "column", "column0", "symbol", "suggestion", "code", "message"}
    assert {name for signature in SIGNATURES for name in re2.compile(signature.pattern).groupindex} <= known
    assert all(kind.category is not Category.UNKNOWN and kind.advice for kind in KINDS.values())


@pytest.mark.parametrize("row", TS_MESSAGES, ids=lambda row: row.kind + str(row.codes[0]))
def test_compiler_messages_name_known_kinds(row: object) -> None:
    """Every row of the compiler's messages has a kind of the table and a pattern that compiles."""
    assert row.kind in KINDS  # type: ignore[attr-defined]
    assert re2.compile(row.pattern)  # type: ignore[attr-defined]


def test_line_that_the_set_says_nothing_of() -> None:
    """When the set of patterns runs out of memory every signature is tried on the line."""
    lines = ["error: lockfile had changes, but lockfile is frozen"]
    hit = _read(lines, FileHeadings(lines), 0, range(len(SIGNATURES)))
    assert hit is not None
    assert hit.cause.kind == "bun-frozen-lockfile"


PIECES = st.sampled_from(
    [line for _, text in SAMPLES for line in text.split("\n")] + ["", "  12 | x", "    at x (y:1:2)"]
)


@given(
    st.lists(
        st.one_of(PIECES, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=80)),
        max_size=20,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_mixture_is_read(lines: list[str]) -> None:
    """Any mixture of shapes and noise gives causes of known kinds, whose evidence is lines of the log."""
    for hit in find_hits(lines):
        assert hit.cause.kind in KINDS
        assert set(hit.cause.evidence) <= set(lines)
