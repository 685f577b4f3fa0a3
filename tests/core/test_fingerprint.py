from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.fingerprint import fingerprint

NAMES = st.text(st.characters(categories=["L"], max_codepoint=0x17F), min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Cannot find name 'a'.", "Cannot find name 'something else'."),
        ("Budget 5.00 MB was not met by 2.14 MB", "Budget 10 MB was not met by 1 MB"),
        ("failed in /vercel/path0/src/a.ts:12:3", "failed in /home/x/y.tsx:1:77"),
        ("next 15.5.3 failed", "next 16.0.0-canary.1 failed"),
        ("fetch https://a.example/x failed", "fetch https://b.example:80/y?z failed"),
        ("commit 01e1395 failed", "commit ffffffffff failed"),
        ("in App.tsx", "in Other.vue"),
    ],
)
def test_same_fault_same_fingerprint(one: str, other: str) -> None:
    """Names, numbers, versions, paths, addresses and hashes do not count."""
    assert fingerprint("k", one) == fingerprint("k", other)


def test_different_faults_differ() -> None:
    """Other words or another kind are another fault."""
    shared = {
        fingerprint("k", "is not assignable"),
        fingerprint("k", "is possibly null"),
        fingerprint("l", "is possibly null"),
    }
    assert len(shared) == 3


@given(NAMES, NAMES, st.integers(0, 10**6), st.integers(0, 10**6))
@settings(max_examples=200, deadline=None)
def test_names_and_numbers_never_count(one: str, other: str, line: int, column: int) -> None:
    """For any names and any places the fingerprint is the same."""
    assert fingerprint("k", f"Property '{one}' at {line} is missing") == fingerprint(
        "k", f"Property '{other}' at {column} is missing"
    )


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_shape(message: str) -> None:
    """Always the kind, a colon and twelve hexadecimal digits."""
    kind, _, digits = fingerprint("ts-unused", message).partition(":")
    assert kind == "ts-unused"
    assert len(bytes.fromhex(digits)) == 6
