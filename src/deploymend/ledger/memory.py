"""The seed's Markdown memory, for people and for Claude: written from the record, stable when written again.

memory/b_long_term_memory/deployment_failures/<incident>.md     one failure, with its whole story
memory/d_working_memory/active/deployment_recovery_log.md       one line an incident, newest first
memory/e_procedural/error_fix_patterns.md                       which fixer cured which kind, how often
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploymend.core.incident import Incident
from deploymend.core.redact import redact
from deploymend.core.report import Line, story
from deploymend.core.report.markdown import escaped, fenced
from deploymend.core.report.words import short
from deploymend.errors import BuildEnvironmentError

FAILURES = "memory/b_long_term_memory/deployment_failures"
LOG = "memory/d_working_memory/active/deployment_recovery_log.md"
PATTERNS = "memory/e_procedural/error_fix_patterns.md"
LOG_HEAD = "# Deployment recovery log\n\nNewest first; written by deploymend.\n\n"
MAX_LOG_LINES = 500
DELIVERED = ("green", "red", "canceled", "blocked", "no_deployment", "timed_out")


class Memory:
    """Writes below `folder`. Files are replaced whole, so that a reader never sees half of one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def write(self, incident: Incident, outcomes: Sequence[Mapping[str, object]]) -> None:
        """Bring the three memories up to date with one ended incident and all outcomes so far."""
        await asyncio.to_thread(self._write, incident, outcomes)

    def _write(self, incident: Incident, outcomes: Sequence[Mapping[str, object]]) -> None:
        try:
            self._put(f"{FAILURES}/{incident.id}.md", failure_page(incident))
            self._put(LOG, recovery_log(self._get(LOG), incident))
            self._put(PATTERNS, patterns_page(outcomes))
        except OSError as error:
            msg = f"the memory in {self._folder} could not be written: {error.strerror}"
            raise BuildEnvironmentError(msg, next_step="check the disk and the folder's rights") from error

    def _get(self, name: str) -> str:
        path = self._folder / name
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _put(self, name: str, text: str) -> None:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            half.write_text(redact(text), encoding="utf-8")
            half.replace(path)
        except OSError:
            half.unlink(missing_ok=True)
            raise


def failure_page(incident: Incident) -> str:
    """One failure as a page: what failed, the story, the report of its log, and the diffs that were delivered."""
    failing = incident.failing
    lines = [
        f"# {incident.project}: {incident.attempts[0].error_kind if incident.attempts else _kind(incident)}",
        "",
        f"- Incident: {incident.id}",
        f"- Branch: {incident.branch}, commit {short(failing.commit_sha)}",
        f"- Red since: {failing.created_at.isoformat()}",
        f"- Ended: {incident.state.value}. {incident.reason}",
        "",
        "## Story",
        "",
        *(_told(line) for line in story(incident)),
    ]
    for attempt in incident.attempts:
        if attempt.proposal is not None and attempt.proposal.diff:
            lines += [
                "",
                f"## Attempt {attempt.number}: the repair",
                "",
                *fenced(redact(attempt.proposal.diff).rstrip().splitlines(), language="diff"),
            ]
    if incident.diagnosis is not None:
        lines += ["", "## The last error", "", *fenced(redact(incident.diagnosis.distilled).rstrip().splitlines())]
    return "\n".join(lines).rstrip() + "\n"


def _told(line: Line) -> str:
    text = escaped(redact(line.text))
    return f"- {line.label}: {text}" if line.label and text else f"- {line.label or text}"


def _kind(incident: Incident) -> str:
    return incident.diagnosis.kind if incident.diagnosis else "unknown"


def recovery_log(before: str, incident: Incident) -> str:
    """The log with this incident's line on top, or in its place when it has one already."""
    mark = f"`{incident.id}`"
    used = f"{len(incident.attempts)} attempts" if len(incident.attempts) != 1 else "1 attempt"
    when = (incident.ended_at or incident.opened_at).isoformat(timespec="seconds")
    kind = incident.attempts[0].error_kind if incident.attempts else _kind(incident)
    line = f"- {when} {mark} {incident.project}/{incident.branch}: {kind}, {incident.state.value} after {used}"
    lines = [old for old in before.splitlines() if old.startswith("- ")]
    if any(mark in old for old in lines):
        lines = [line if mark in old else old for old in lines]
    else:
        lines.insert(0, line)
    return LOG_HEAD + "\n".join(lines[:MAX_LOG_LINES]) + "\n"


def patterns_page(outcomes: Sequence[Mapping[str, object]]) -> str:
    """Which fixer was tried for which kind, what came of it, and an example of what it did."""
    tried: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    example: dict[tuple[str, str], str] = {}
    for row in outcomes:
        pair = (str(row["kind"]), str(row["fixer"]))
        tried[pair][str(row["result"])] += 1
        if row["result"] == "green" and row["summary"]:
            example[pair] = str(row["summary"])
    lines = [
        "# Error fix patterns",
        "",
        "What was tried for which kind of failure, and how it ended; written by deploymend.",
        "",
        "| kind | fixer | delivered | green | refused | failed proof | declined | example |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for pair in sorted(tried):
        count = tried[pair]
        cells = [
            *pair,
            str(sum(count[name] for name in DELIVERED)),
            str(count["green"]),
            str(count["refused"]),
            str(count["failed"]),
            str(count["declined"]),
            example.get(pair, "").replace("|", "\\|").replace("\n", " "),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"
