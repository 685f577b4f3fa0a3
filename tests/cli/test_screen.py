"""What text looks like where it goes."""

from __future__ import annotations

import io

import pytest

from deploymend.cli.screen import MARKS, mark, screen_for


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Yes."""
        return True


def text_on(stream: io.TextIOWrapper, environment: dict[str, str]) -> str:
    """A marked and styled line as it arrives there."""
    screen = screen_for(stream, environment)
    screen.line(mark("ok"), " a → b")
    stream.seek(0)
    return stream.read()


def test_a_terminal_gets_colour() -> None:
    """And the mark all the same."""
    assert text_on(Terminal(io.BytesIO(), encoding="utf-8"), {}) == "\x1b[32m✓\x1b[0m a → b\n"


@pytest.mark.parametrize(
    ("stream", "environment"),
    [
        (Terminal(io.BytesIO(), encoding="utf-8"), {"NO_COLOR": "1"}),
        (Terminal(io.BytesIO(), encoding="utf-8"), {"TERM": "dumb"}),
        (Terminal(io.BytesIO(), encoding="utf-8"), {"NO_COLOR": "1", "FORCE_COLOR": "1"}),
        (io.TextIOWrapper(io.BytesIO(), encoding="utf-8"), {}),
    ],
)
def test_a_pipe_and_no_color_get_none(stream: io.TextIOWrapper, environment: dict[str, str]) -> None:
    """The same words, with no control characters."""
    assert text_on(stream, environment) == "✓ a → b\n"


def test_a_place_without_unicode_gets_plain_signs() -> None:
    """Each mark still differs from the others."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert text_on(stream, {}) == "+ a -> b\n"
    screen = screen_for(io.TextIOWrapper(io.BytesIO(), encoding="ascii"), {})
    assert len({screen.shown(mark(level)) for level in MARKS}) == len(MARKS)


def test_hostile_text_cannot_move_the_cursor() -> None:
    """Escapes, carriage returns, bells, titles and direction overrides in a log are left out."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    screen = screen_for(stream, {})
    assert screen.shown("a\x1b]0;title\x07b\rc\x9bd\u202ee\u2066f\tg") == "a]0;titlebcdef\tg"
