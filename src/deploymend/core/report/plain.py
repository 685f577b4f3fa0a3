"""The failure message as plain text: the seed's shape."""

from __future__ import annotations

from collections.abc import Iterator

from deploymend.core.report.failure import FailureReport


def plain(report: FailureReport) -> str:
    """As lines for a terminal, a pipe or a text mail."""
    return "\n".join(_lines(report))


def _lines(report: FailureReport) -> Iterator[str]:
    yield "🚨 DEPLOYMENT FAILED - Manual Intervention Required"
    yield ""
    yield report.since
    yield f"Why it ends here: {report.reason}"
    yield ""
    yield f"Attempts: {report.attempts}"
    if report.items:
        yield ""
        yield "Error Summary:"
    for item in report.items:
        yield f"- {item.head}: {item.text}" if item.text else f"- {item.head}"
        yield from (f"    {line}" for line in item.under)
    yield ""
    yield f"Latest Error: {report.latest_error}"
    yield from report.log
    yield ""
    yield "Recommended Actions:"
    for index, step in enumerate(report.steps, 1):
        yield f"{index}. {step.text}   {step.command}".rstrip()
    yield ""
    yield f"Spent: {report.spent}    Whole story: {report.story_command}"
