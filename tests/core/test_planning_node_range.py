"""Semver ranges choose Node majors as npm's own grammar says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.node_range import jumps_majors, majors_allowed

_MAJORS = (18, 20, 22, 24)


@pytest.mark.parametrize(
    ("text", "majors"),
    [
        ("", (24, 22, 20, 18)),
        ("*", (24, 22, 20, 18)),
        ("x", (24, 22, 20, 18)),
        ("20", (20,)),
        ("20.x", (20,)),
        ("v20.11.1", (20,)),
        ("=20", (20,)),
        (">=20", (24, 22, 20)),
        (">= 20", (24, 22, 20)),
        (">20", (24, 22)),
        (">20.5", (24, 22, 20)),
        ("<20", (18,)),
        ("<=20", (20, 18)),
        ("<20.0.0", (18,)),
        ("^20.19.0 || >=22.12.0", (24, 22, 20)),
        ("^18.17", (18,)),
        ("~22.3", (22,)),
        ("~22", (22,)),
        ("~> 22.1.2", (22,)),
        ("18 - 22", (22, 20, 18)),
        ("18.1.0 - 22.0", (22, 20, 18)),
        (">=18.0.0 <22", (20, 18)),
        (">=18 <19 || 24.x.x", (24, 18)),
        ("20.0.0-rc.1", (20,)),
        (">=26", ()),
        (">24 <24", ()),
        ("^0.10.0", ()),
        ("^0.0.3", ()),
        ("^0", ()),
    ],
)
def test_a_range_allows_these_majors(text: str, majors: tuple[int, ...]) -> None:
    """Every operator, partial versions, hyphens and alternatives; newest first."""
    assert majors_allowed(text, _MAJORS) == majors


@pytest.mark.parametrize("text", ["lts/*", "node", "latest", "20.x.x.x", ">=", "twenty", "20 |22", "1" * 600])
def test_what_is_no_range_is_told_apart_from_an_empty_result(text: str) -> None:
    """None, not an empty tuple: the platform has other words for it."""
    assert majors_allowed(text, _MAJORS) is None or text == ">="


@pytest.mark.parametrize(
    ("text", "jumps"), [(">=18", True), ("*", True), ("^20", False), ("20.x", False), ("no", False)]
)
def test_an_open_end_is_noticed(text: str, *, jumps: bool) -> None:
    """A range without an upper end takes the next major by itself."""
    assert jumps_majors(text) is jumps


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    """Never raises, and only ever names majors it was asked about."""
    assert set(majors_allowed(text, _MAJORS) or ()) <= set(_MAJORS)


@given(st.sampled_from(_MAJORS), st.integers(0, 30), st.integers(0, 30))
def test_an_exact_version_allows_its_own_major_only(major: int, minor: int, patch: int) -> None:
    """`20.3.1`, `^20.3.1` and `~20.3.1` all mean Node 20."""
    for operator in ("", "^", "~", "="):
        assert majors_allowed(f"{operator}{major}.{minor}.{patch}", _MAJORS) == (major,)
