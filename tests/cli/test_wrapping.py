"""Text on a terminal: no row wider than it, nothing lost, and commands and addresses that can still be copied."""

from __future__ import annotations

from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.cli.screen import Screen
from deploymend.cli.story_view import show_line
from deploymend.cli.wrapping import hung, wrapped
from deploymend.core.report import Line, Mark

WORDS = st.lists(st.text("abcdefghij", min_size=1, max_size=18), max_size=40)


def plain() -> Screen:
    """A place without colour."""
    return Screen(stream=StringIO(), color=False, unicode=True)


@given(words=WORDS, indent=st.integers(0, 12))
def test_rows_fit_and_keep_every_word(words: list[str], indent: int) -> None:
    """Whatever is said: at 80 columns no row is wider, and the words are the same in the same order."""
    text = " " * indent + " ".join(words)
    rows = wrapped(text, 80).split("\n")
    assert max(map(len, rows)) <= 80
    assert " ".join(rows).split() == words


@given(words=WORDS)
def test_hung_text_fits_beside_its_head(words: list[str]) -> None:
    """The first row leaves room for what stands before it, the others for the indent."""
    first, *rest = hung(" ".join(words), 80, first=30, rest=13).split("\n")
    assert len(first) <= 50
    assert all(row.startswith(" " * 13) and len(row) <= 80 for row in rest)


def test_a_pipe_is_never_wrapped() -> None:
    """Without a width nothing changes."""
    assert wrapped("word " * 99, None) == "word " * 99


def test_an_address_stays_whole() -> None:
    """A word longer than the terminal is left for the terminal to break: broken by us it could not be copied."""
    address = "https://shop.example/" + "x" * 90
    assert address in wrapped(f"Live at: {address}", 80)


def test_a_command_gets_its_own_row() -> None:
    """Before it is broken in two, and under the step it belongs to."""
    command = "git pull && git revert --no-edit 291e52c f011060 8917653 && git push"
    assert wrapped(f"2. Take deploymend's 3 commits back:   {command}", 80).split("\n") == [
        "2. Take deploymend's 3 commits back:",
        f"   {command}",
    ]


@pytest.mark.parametrize(("width", "shown"), [(80, "dpl_450gvxJe…"), (None, "dpl_450gvxJeLiLv9StMoZkXYytxk1zE")])
def test_ids_are_short_on_a_terminal(width: int | None, shown: str) -> None:
    """In a pipe they are whole."""
    line = Line(mark=Mark.FAILED, label="build failed in 7.2 s", text="deployment dpl_450gvxJeLiLv9StMoZkXYytxk1zE")
    assert show_line(plain(), line, width=width) == f"  ✗ build failed in 7.2 s   deployment {shown}"
