"""Findings as `init` and `doctor` show them: a mark, what was looked at, what was seen, and the cure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from deploymend.cli.screen import Screen, mark
from deploymend.cli.wrapping import hung
from deploymend.ports import AccessFinding

SUBJECT_WIDTH = 18
TEXT_COLUMN = SUBJECT_WIDTH + 5


def show_findings(screen: Screen, findings: Sequence[AccessFinding]) -> None:
    """One line each, and one more for the cure of what is not well; on a terminal they wrap under themselves."""
    for finding in findings:
        subject = f" {finding.subject:<{SUBJECT_WIDTH}} "
        screen.line("  ", mark(finding.level), subject, _column(screen, finding.text))
        if finding.cure:
            cure = f"cure: {finding.cure}" if finding.level != "ok" else finding.cure
            screen.line(" " * TEXT_COLUMN, _column(screen, cure))


def findings_document(findings: Sequence[AccessFinding]) -> list[dict[str, object]]:
    """The same for programs: `{"level", "subject", "text", "cure"}` each."""
    return [asdict(finding) for finding in findings]


def _column(screen: Screen, text: str) -> str:
    rows = (hung(screen.shown(row), screen.width(), first=TEXT_COLUMN, rest=TEXT_COLUMN) for row in text.splitlines())
    return ("\n" + " " * TEXT_COLUMN).join(rows)
