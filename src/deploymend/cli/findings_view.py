"""Findings as `init` and `doctor` show them: a mark, what was looked at, what was seen, and the cure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from deploymend.cli.screen import Screen, mark
from deploymend.ports import AccessFinding

SUBJECT_WIDTH = 18


def show_findings(screen: Screen, findings: Sequence[AccessFinding]) -> None:
    """One line each, and one more for the cure of what is not well."""
    for finding in findings:
        screen.line("  ", mark(finding.level), f" {finding.subject:<{SUBJECT_WIDTH}} {_indented(finding.text)}")
        if finding.cure:
            screen.line(
                f"    {'':<{SUBJECT_WIDTH}} {'cure: ' if finding.level != 'ok' else ''}{_indented(finding.cure)}"
            )


def findings_document(findings: Sequence[AccessFinding]) -> list[dict[str, object]]:
    """The same for programs: `{"level", "subject", "text", "cure"}` each."""
    return [asdict(finding) for finding in findings]


def _indented(text: str) -> str:
    return text.replace("\n", "\n" + " " * (SUBJECT_WIDTH + 5))
