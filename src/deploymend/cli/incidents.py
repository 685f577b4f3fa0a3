"""`deploymend incidents`: what happened."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deploymend.cli.output import format_option, screen, write_json, write_jsonl

if TYPE_CHECKING:
    from deploymend.cli.screen import Screen, Styled
    from deploymend.config import Config
    from deploymend.core.incident import Incident

STATES = {"open": "retry", "recovered": "ok", "escalated": "problem", "stood_down": "off"}


@click.command(short_help="What happened: the list, or one whole story.")
@click.argument("reference", metavar="[ID]", required=False)
@click.option("--project", help="Only incidents of this project.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many to list.")
@click.option("--diff/--no-diff", default=True, show_default=True, help="Show the repairs' diffs in a story.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Another deploymend.toml.")
@format_option
def incidents(  # noqa: PLR0917 - click passes each option by its name
    reference: str | None,
    project: str | None,
    limit: int,
    diff: bool,  # noqa: FBT001 - as above
    config: Path | None,
    output_format: str,
) -> None:
    """List incidents, newest first, or tell one whole: causes, attempts with their diffs, proof, messages, cost.
    ID is the number, or the beginning of the id.

    \b
    Examples:
      deploymend incidents
      deploymend incidents 17
      deploymend incidents 17 --format json      the state document
    """  # noqa: D301 - click's mark for paragraphs that keep their lines
    from deploymend.cli.project_setup import any_config

    settings = any_config(config)
    if reference is None:
        _list(asyncio.run(_load_all(settings, project, limit)), output_format)
        return
    number, found = asyncio.run(_load(settings, reference))
    if output_format == "text":
        _tell(screen(), number, found, diff=diff)
        return
    document = _document(number, found)
    write_json(document) if output_format == "json" else write_jsonl([document])


async def _load_all(config: Config, project: str | None, limit: int) -> Sequence[tuple[int, Incident]]:
    from deploymend.app.history import open_history

    async with open_history(config, os.environ) as history:
        return await history.store.list(project=project, limit=limit)


async def _load(config: Config, reference: str) -> tuple[int, Incident]:
    from deploymend.app.history import open_history
    from deploymend.errors import NotFoundError, YourError

    async with open_history(config, os.environ) as history:
        try:
            return await history.store.load(reference)
        except NotFoundError as error:  # no service failed: the name on the command line is wrong
            raise YourError(error.message, next_step=error.next_step) from error


def _document(number: int, incident: Incident) -> object:
    from deploymend.core.report import state_document

    return state_document(incident, number=number)


def _list(found: Sequence[tuple[int, Incident]], output_format: str) -> None:
    from deploymend.cli.screen import mark
    from deploymend.cli.wrapping import hung
    from deploymend.core.report.words import short

    rows = [
        {
            "incident": number,
            "id": one.id,
            "project": one.project,
            "branch": one.branch,
            "state": one.state.value,
            "kind": one.attempts[0].error_kind if one.attempts else (one.diagnosis.kind if one.diagnosis else None),
            "attempts": len(one.attempts),
            "opened_at": one.opened_at.isoformat(),
            "ended_at": one.ended_at.isoformat() if one.ended_at else None,
            "commit": one.failing.commit_sha,
        }
        for number, one in found
    ]
    if output_format != "text":
        write_json(rows) if output_format == "json" else write_jsonl(rows)
        return
    place = screen()
    if not found:
        place.line("No incidents yet. `deploymend watch` or `deploymend sync` make them when a deployment goes red.")
    for row, (_, one) in zip(rows, found, strict=True):
        when = f"{one.opened_at.astimezone():%Y-%m-%d %H:%M}"
        used = f"{row['attempts']} attempts" if row["attempts"] != 1 else "1 attempt"
        head = f" {row['incident']:>4}  {when}  "
        where = f"{one.project}/{one.branch} @ {short(one.failing.commit_sha)}"
        text = f"{where}  {row['kind'] or 'not diagnosed'}, {one.state.replace('_', ' ')}, {used}"
        column = len(head) + 1
        text = hung(place.shown(text), place.width(), first=column, rest=column)
        place.line(mark(STATES[one.state.value]), head, text)


def _tell(place: Screen, number: int, incident: Incident, *, diff: bool) -> None:
    from deploymend.cli.screen import Styled
    from deploymend.cli.story_view import show_line
    from deploymend.core.report import story
    from deploymend.core.report.words import short

    width = place.width()
    head = f"incident {number}   {incident.project}/{incident.branch} @ {short(incident.failing.commit_sha)}"
    place.line(Styled(f"{head}   {incident.id}", "bold"))
    place.line()
    for line in story(incident):
        place.stream.write(show_line(place, line, width=width) + "\n")
    if diff:
        for attempt in incident.attempts:
            if attempt.proposal is not None and attempt.proposal.diff:
                place.line()
                place.line(Styled(f"  attempt {attempt.number}, {short(attempt.commit)}", "bold"))
                for row in attempt.proposal.diff.rstrip("\n").splitlines():
                    place.line(_diff_row(f"    {row}", row))
    _steps(place, number, incident)
    _messages(place, incident)


def _steps(place: Screen, number: int, incident: Incident) -> None:
    """What a person should do, when it ended with calling one."""
    from deploymend.cli.wrapping import wrapped
    from deploymend.core.report.failure import failure_report

    if STATES[incident.state.value] != "problem":
        return
    place.line()
    place.line("  What to do")
    for index, step in enumerate(failure_report(incident, number=number).steps, 1):
        row = f"    {index}. {step.text}" + (f"   {step.command}" if step.command else "")
        place.line(wrapped(place.shown(row), place.width()))


def _diff_row(text: str, row: str) -> str | Styled:
    from deploymend.cli.screen import Styled

    if row.startswith("+") and not row.startswith("+++"):
        return Styled(text, "ok")
    return Styled(text, "problem") if row.startswith("-") and not row.startswith("---") else text


def _messages(place: Screen, incident: Incident) -> None:
    telling = incident.telling
    if telling is None:
        return
    place.line()
    for channel in telling.delivered:
        place.line(f"  {telling.kind} message: delivered to {channel}")
    for channel in telling.unsure:
        place.line(f"  {telling.kind} message: interrupted while sending to {channel}; it may not have arrived")
    for channel in telling.undelivered:
        place.line(f"  {telling.kind} message: NOT delivered to {channel} after {telling.tries} tries")
    for reason in telling.reasons:
        place.line(f"    {reason}")
