"""The failure message as Markdown, for chats and mail; and how text that is not ours goes into Markdown.

Logs, commit subjects and file names are other people's text: it must not end a code block, become a link or an image,
or call everybody in a channel.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from deploymend.core.report.failure import FailureReport, Item, Step

_SPECIAL = re.compile(r"[\\`*\[\]<>]|(?<!\w)[_~#]|[_~](?!\w)")  # within a word `_` and `~` mean nothing
_MENTION = re.compile(r"@(?=\w)")
_BACKTICKS = re.compile(r"`+")
_ZERO_WIDTH_SPACE = "\u200b"
_SHORTEST_FENCE = 3


def markdown(report: FailureReport) -> str:
    """With headings, lists and code blocks, in the order of the plain text."""
    return "\n".join(_lines(report))


def _lines(report: FailureReport) -> Iterator[str]:
    yield "## 🚨 Deployment failed: manual intervention required"
    yield ""
    yield escaped(report.since)
    yield ""
    yield f"**Why it ends here:** {escaped(report.reason)}"
    yield ""
    yield f"**Attempts:** {report.attempts}"
    yield ""
    if report.items:
        yield "### Error summary"
        yield ""
        yield from (line for item in report.items for line in _item(item))
        yield ""
    yield "### Latest error"
    yield ""
    yield escaped(report.latest_error)
    yield ""
    yield from fenced(report.log)
    yield "### Recommended actions"
    yield ""
    yield from (f"{index}. {_step(step)}" for index, step in enumerate(report.steps, 1))
    yield ""
    yield f"**Spent:** {report.spent} **Whole story:** {code(report.story_command)}"


def _item(item: Item) -> Iterator[str]:
    yield f"- **{item.head}:** {escaped(item.text)}" if item.text else f"- {item.head}"
    yield from (f"  - {escaped(line)}" for line in item.under)


def _step(step: Step) -> str:
    return f"{escaped(step.text)} {code(step.command)}" if step.command else escaped(step.text)


def escaped(text: str) -> str:
    """One line of other people's text inside a paragraph or list entry: nothing in it is markup, nobody is called."""
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(text.split()))
    return _MENTION.sub(f"@{_ZERO_WIDTH_SPACE}", line)


def code(text: str) -> str:
    """Text as inline code, whatever backticks it holds (CommonMark 0.31, section 6.1)."""
    line = " ".join(text.split())
    longest = max((len(run) for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {line} {fence}" if longest else f"{fence}{line}{fence}"


def fenced(lines: Sequence[str], *, language: str = "text") -> Iterator[str]:
    """Lines as a code block that nothing in them can end (CommonMark 0.31, section 4.5), and an empty line after it."""
    if not lines:
        return
    longest = max((len(run) for line in lines for run in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    yield f"{fence}{language}"
    yield from lines
    yield fence
    yield ""
