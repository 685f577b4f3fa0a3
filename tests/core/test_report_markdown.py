"""The failure message as Markdown, read back by rules of CommonMark; other people's text stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploymend.core.model import Trial, TrialOutcome
from deploymend.core.report import incident_message
from deploymend.core.report.markdown import code, escaped, fenced
from deploymend.testing.samples import (
    sample_attempt,
    sample_deployment,
    sample_diagnosis,
    sample_ended,
    sample_proposal,
)

TRIAL = Trial(fixer="model", outcome=TrialOutcome.FAILED, summary="try", reason="still fails")


def rendered(**fields: object) -> str:
    """The Markdown of a failure."""
    return incident_message(sample_ended(**fields), kind="failure", number=7).markdown


def test_it_has_headings_lists_and_a_code_block() -> None:
    """In the order of the plain text, with an empty line around each part."""
    attempt = sample_attempt(proposal=sample_proposal(trials=(TRIAL,)))
    lines = rendered(attempts=(attempt,)).splitlines()
    headings = [line for line in lines if line.startswith("#")]
    assert headings == [
        "## 🚨 Deployment failed: manual intervention required",
        "### Error summary",
        "### Latest error",
        "### Recommended actions",
    ]
    for heading in headings[1:]:
        place = lines.index(heading)
        assert (lines[place - 1], lines[place + 1]) == ("", "")
    summary = lines.index("### Error summary")
    assert lines[summary + 2].startswith("- **Attempt 1:** import · wrong-case-import - ")
    assert lines[summary + 3] == "  - model: try - failed before the push: still fails"
    block = lines.index("```text")
    assert lines[block + 1 : block + 5] == ["src/Cart.tsx:3", "Cannot find module './button'.", "```", ""]
    assert "1. Name the file as it is written on disk." in lines
    undo = "`git pull && git revert --no-edit 0000000 && git push`"
    assert f"2. Take deploymend's 1 commit back: {undo}" in lines
    assert lines[-1].endswith("**Whole story:** `deploymend incidents 7`")


def test_parts_that_are_missing_leave_no_empty_heading() -> None:
    """No attempts, no log."""
    text = rendered(attempts=(), diagnosis=None)
    assert "### Error summary" not in text
    assert "```" not in text
    assert "### Latest error\n\nthe log says nothing\n" in text
    assert "- No fixer proposed anything" in rendered(attempts=(), history=(sample_proposal(commit=None, trials=()),))


def test_a_log_cannot_end_its_block() -> None:
    """The fence is longer than any run of backticks inside."""
    text = rendered(diagnosis=sample_diagnosis(distilled="a\n```\n## Not a heading\n````"))
    assert "`````text\na\n```\n## Not a heading\n````\n`````\n" in text


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("[click](https://evil.example)", r"\[click\](https://evil.example)"),
        ("![x](https://evil.example/p.png)", r"!\[x\](https://evil.example/p.png)"),
        ("<!channel> <@U123>", "\\<!channel\\> \\<@\u200bU123\\>"),
        ("@here **now** `x`", "@\u200bhere \\*\\*now\\*\\* \\`x\\`"),
        ("src/a_b.ts ~x~ _y_ c#", r"src/a_b.ts \~x\~ \_y\_ c#"),
        ("# heading\n- entry", r"\# heading - entry"),
        ("C:\\path", "C:\\\\path"),
        ("pat@example.test", "pat@\u200bexample.test"),
    ],
)
def test_inline_text_is_no_markup(hostile: str, harmless: str) -> None:
    """Nothing links, nothing shouts, nobody is called; words with `_` inside stay readable."""
    assert escaped(hostile) == harmless


def test_a_commit_subject_cannot_call_everybody() -> None:
    """It is quoted in the message."""
    text = rendered(failing=sample_deployment(commit_message="<!everyone> @channel [x](y)"))
    assert "@channel" not in text
    assert "[x](" not in text.replace("\\[x\\](", "")


@given(st.text(alphabet="a`\n ~", max_size=30))
def test_code_and_fences_hold_any_backticks(text: str) -> None:
    """A code span or block ends at its own fence only."""
    inline = code(text)
    fence = re.match(r"`+", inline)
    assert fence is not None
    inside = inline[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in re.findall(r"`+", inside)
    lines = list(fenced(text.splitlines()))
    if lines:
        fence_line = lines[0].removesuffix("text")
        assert fence_line not in "\n".join(lines[1:-2])
        assert lines[-2:] == [fence_line, ""]


def test_no_lines_make_no_block() -> None:
    """An empty block would only be noise."""
    assert list(fenced(())) == []
