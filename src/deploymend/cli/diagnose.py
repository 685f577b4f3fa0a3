"""`deploymend diagnose`: explain logs from files, stdin or a deployment."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from deploymend.cli.diagnosis_view import show_diagnosis
from deploymend.cli.errors_view import error_document, show_error
from deploymend.cli.logs import NamedLog, names_or_stdin, read_log
from deploymend.cli.output import error_screen, format_option, screen, write_json, write_jsonl
from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose as diagnose_log
from deploymend.core.diagnosis_json import diagnosis_to_json
from deploymend.core.model import DeploymentState, Diagnosis
from deploymend.errors import YourError

FAILED = {DeploymentState.ERROR, DeploymentState.BLOCKED, DeploymentState.CANCELED}
Explained = tuple[str, Diagnosis | YourError]


@click.command()
@click.argument("logs", nargs=-1, metavar="[LOG ...]", type=click.Path())
@click.option("--deployment", metavar="ID", help="Explain this deployment of the configured project (needs a token).")
@click.option(
    "--project", metavar="NAME", help="Which configured project the deployment is of, when there are several."
)
@format_option
def diagnose(*, logs: tuple[str, ...], deployment: str | None, project: str | None, output_format: str) -> int:
    """Explain why a build failed, from its log. No account needed.

    \b
      deploymend diagnose build.log
      npm run build 2>&1 | deploymend diagnose -
      deploymend diagnose --deployment dpl_… --format json

    LOG is a file, or - for stdin. Any build log will do: copied from a dashboard, from CI, with colours or timestamps.
    With several, jsonl gives one object a log, in their order.
    """  # noqa: D301 - click wants the backspace itself
    if deployment and logs:
        raise click.UsageError("give log files or --deployment, not both")
    if deployment:
        found: Sequence[Explained] = [(deployment, asyncio.run(_diagnose_deployment(deployment, project)))]
    else:
        found = list(_explain(names_or_stdin(logs)))
    _show(found, output_format)
    return max((answer.exit_code for _, answer in found if isinstance(answer, YourError)), default=0)


def _explain(names: Sequence[str]) -> Iterator[Explained]:
    for name in names:
        try:
            log = read_log(name)
        except YourError as error:
            yield name, error
            continue
        _tell_of_cut(log)
        yield name, diagnose_log(parse_log(log.data))


async def _diagnose_deployment(deployment_id: str, project: str | None) -> Diagnosis:
    # The platform's client takes as long to load as all the rest: whoever explains a file does not wait for it.
    from deploymend.cli.connect import choose_project, open_vercel
    from deploymend.config import find_config, read_config

    config = read_config(find_config(Path.cwd()))
    async with open_vercel(config, choose_project(config, project), os.environ) as vercel:
        deployment = await vercel.get_deployment(deployment_id)
        if deployment.state not in FAILED:
            raise YourError(
                f"{deployment_id} has not failed: it is {deployment.state}", next_step="Name a failed deployment."
            )
        return diagnose_log(await vercel.read_log(deployment.id), deployment=deployment)


def _tell_of_cut(log: NamedLog) -> None:
    if log.cut_bytes:
        error_screen().line(f"note: {log.name} is long; its first {log.cut_bytes:,} bytes were left out")


def _show(found: Sequence[Explained], output_format: str) -> None:
    for _, answer in found:
        if isinstance(answer, YourError):
            show_error(answer, output_format="text")
    if output_format == "text":
        for name, answer in found:
            if isinstance(answer, Diagnosis):
                show_diagnosis(screen(), answer, name=name if len(found) > 1 else None)
        return
    rows = [_row(name, answer) for name, answer in found]
    if output_format == "jsonl":
        write_jsonl(rows)
    else:
        write_json(rows[0] if len(rows) == 1 else rows)


def _row(name: str, answer: Diagnosis | YourError) -> dict[str, object]:
    if isinstance(answer, YourError):
        return {"log": name, **error_document(answer)}
    return {"log": name, **diagnosis_to_json(answer)}
