from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploymend.core.redact import MASK, redact

A = "aB3" * 20


@pytest.mark.parametrize(
    "secret",
    [
        f"ghp_{A[:36]}",
        f"gho_{A[:36]}",
        f"github_pat_{A[:40]}",
        f"npm_{A[:36]}",
        f"sk-ant-api03-{A[:40]}",
        f"sk-{A[:40]}",
        f"vcp_{A[:40]}",
        "AKIA" + "A1B2C3D4E5F6G7H8",
        f"xoxb-{A[:24]}",
        f"sk_live_{A[:24]}",
        f"eyJhbGciOiJI.{A[:20]}.{A[:20]}",
        f"-----BEGIN RSA PRIVATE KEY-----\n{A}\n-----END RSA PRIVATE KEY-----",
        f"-----BEGIN PRIVATE KEY-----\n{A}\n{A}",
    ],
)
def test_token_shapes_are_masked(secret: str) -> None:
    """The shapes of well-known tokens go wherever they stand."""
    assert secret not in redact(f"before {secret}")
    assert redact(f"before {secret}") == f"before {MASK}"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("https://user:pass@host/x", f"https://user:{MASK}@host/x"),
        ("postgres://u:p%40ss@db.example:5432/x", f"postgres://u:{MASK}@db.example:5432/x"),
        ("Authorization: Bearer abcdef123", f"Authorization: Bearer {MASK}"),
        ('"authorization":"Basic abcdef123"', f'"authorization":"Basic {MASK}"'),
        ("MY_TOKEN=abcdef", f"MY_TOKEN={MASK}"),
        ("export DB_PASSWORD='hunter22'", f"export DB_PASSWORD='{MASK}'"),
        ('"API_KEY": "abcd1234"', f'"API_KEY": "{MASK}"'),
        ("//registry.example/:_authToken=abc", f"//registry.example/:_authToken={MASK}"),
        ("https://h.example/x?token=abcdef&a=1", f"https://h.example/x?token={MASK}&a=1"),
    ],
)
def test_values_after_telling_names_are_masked(text: str, masked: str) -> None:
    """What follows a name that tells a secret goes, the name stays."""
    assert redact(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "Cannot find name 'sk-button'.",
        "src/a.ts(1,2): error TS2304: Cannot find name 'token'.",
        "npm error code E404",
        "https://nextjs.org/docs/messages/module-not-found",
        "KEY=",
    ],
)
def test_ordinary_text_stays(text: str) -> None:
    """Words that only look like secrets stay."""
    assert redact(text) == text


def test_known_values_are_masked_longest_first() -> None:
    """Exact values go, whole, each line of a long one too; words shorter than six characters stay."""
    assert redact("x correct-horse-battery y horse short", ("correct-horse", "correct-horse-battery", "short")) == (
        f"x {MASK} y horse short"
    )
    assert redact("line-one1 and line-two2", ("line-one1\nline-two2",)) == f"{MASK} and {MASK}"


def test_half_a_surrogate_pair_does_no_harm() -> None:
    """Text from a broken JSON escape is masked like any other."""
    assert redact("\ud800 MY_TOKEN=abcdef") == f"? MY_TOKEN={MASK}"


@given(st.text(max_size=300), st.lists(st.text(min_size=6, max_size=20), max_size=3))
@settings(max_examples=300, deadline=None)
def test_masking_again_changes_nothing(text: str, known: list[str]) -> None:
    """Redaction is idempotent for any text and any known values."""
    once = redact(text, known)
    assert redact(once, known) == once


PARTS = st.sampled_from(
    [
        "KEY=",
        "TOKEN: ",
        "://a:",
        "@",
        "authorization: bearer ",
        MASK,
        "[",
        "]",
        "abcd",
        " ",
        '"',
        "?token=",
        "ghp_" + A[:36],
    ]
)


@given(st.lists(PARTS, max_size=12).map("".join))
@settings(max_examples=500, deadline=None)
def test_masking_again_changes_nothing_for_secretive_text(text: str) -> None:
    """The same for text made of the shapes the rules look for."""
    once = redact(text)
    assert redact(once) == once
    assert "ghp_" not in once


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=6, max_size=30).filter(lambda text: text not in MASK),
    st.text(max_size=50),
)
@settings(max_examples=200, deadline=None)
def test_a_known_value_never_stays(secret: str, around: str) -> None:
    """No known value is left in the result."""
    assert secret not in redact(f"{around} {secret} {around}", (secret,)).replace(MASK, "")
