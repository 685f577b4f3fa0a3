"""Components and pages, split into scripts and markup."""

from __future__ import annotations

import pytest

from deploymend.core.javascript.components import split_component


@pytest.mark.parametrize("text", ["<script" * 60_000, "<script>" * 60_000, "<script></script" * 30_000])
def test_broken_components_are_split_in_one_pass(text: str) -> None:
    """Tags that never end cost no more than others, and nothing gets lost between scripts and markup."""
    scripts, markup = split_component(".vue", text)
    assert len(scripts) == len(markup) == len(text)
    assert all(text[i] in (scripts[i], markup[i]) for i in range(0, len(text), 97))


def test_scripts_and_markup_keep_their_places() -> None:
    """Also behind characters outside the first plane, and with the line ends of Windows."""
    scripts, markup = split_component(".vue", "<p>😀é</p>\r\n<SCRIPT lang='ts'>a()\r\n</SCRIPT>")
    assert scripts == f"{' ' * 9}\r\n{' ' * 18}a()\r\n{' ' * 9}"
    assert markup == "<p>😀é</p>\r\n<SCRIPT lang='ts'>   \r\n</SCRIPT>"


def test_front_matter_is_a_script_of_astro_only() -> None:
    """Three dashes mean nothing in a Vue component."""
    text = "---\na()\n---\n<p/>"
    assert split_component(".astro", text) == ("   \na()\n   \n    ", "---\n   \n---\n<p/>")
    assert split_component(".vue", text)[1] == text
