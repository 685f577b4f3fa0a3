"""`deploymend init`: write deploymend.toml from what is here."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from deploymend.cli.discovery import Discovery, discover
from deploymend.cli.findings_view import findings_document, show_findings
from deploymend.cli.output import format_option, screen, write_json, write_jsonl
from deploymend.config import FILE_NAME, parse_config
from deploymend.config.reference import json_schema
from deploymend.config.seed import Adopted, adopt_seed
from deploymend.config.writing import to_toml
from deploymend.errors import ConfigurationError, YourError
from deploymend.ports import AccessFinding

NOTHING = Adopted(settings={}, notes=())


@click.command()
@click.argument("path", default=".", type=click.Path(file_okay=False, exists=True, path_type=Path))
@click.option("--project", metavar="NAME", help="The project's name or id on the platform, instead of what is found.")
@click.option("--team", metavar="TEAM", help="The slug or id of the team that owns it.")
@click.option(
    "--from-json", "seed", metavar="FILE", help="Take over settings from the older JSON documents; - is stdin."
)
@click.option("--force", is_flag=True, help=f"Replace a {FILE_NAME} that is there.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of all settings, and do nothing else.")
@format_option
def init(
    *,
    path: Path,
    project: str | None,
    team: str | None,
    seed: str | None,
    force: bool,
    schema: bool,
    output_format: str,
) -> None:
    """Write deploymend.toml from what is here: the git remote, the Vercel link, the framework.

    \b
      deploymend init
      deploymend init --from-json vercel_monitoring.json

    Nothing is sent anywhere, and a file that is there is kept unless --force says otherwise.
    """  # noqa: D301 - click wants the backspace itself
    if schema:
        click.echo(json_schema(), nl=False)
        return
    adopted = adopt_seed(_read_seed(seed), name=seed) if seed else NOTHING
    found = asyncio.run(discover(path.resolve()))
    target = found.root / FILE_NAME
    text = to_toml(projects=_projects(found, project, team), groups=adopted.settings)
    parse_config(text)
    _write(target, text, force=force)
    _tell(found, adopted, target, output_format)


def _projects(found: Discovery, project: str | None, team: str | None) -> list[Mapping[str, object]]:
    if project:
        return [{"name": project, "team": team, "repository": "."}]
    return [{"name": one.name, "team": team or one.team, "repository": "."} for one in found.projects]


def _read_seed(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{name} cannot be read: {error.strerror}", next_step="Check the path.") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{name} is not UTF-8", next_step="Save it as UTF-8.") from error


def _write(target: Path, text: str, *, force: bool) -> None:
    if os.path.lexists(target) and not force:
        raise YourError(
            f"{target} is there already; nothing was changed",
            next_step="Edit it, or write it anew with: deploymend init --force",
        )
    half = target.with_name(f".{FILE_NAME}.new")
    try:
        half.write_text(text, encoding="utf-8")
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise YourError(f"{target} cannot be written: {error.strerror}", next_step=f"ls -ld {target.parent}") from error


def _tell(found: Discovery, adopted: Adopted, target: Path, output_format: str) -> None:
    notes = [AccessFinding(level="warning", subject="from JSON", text=note) for note in adopted.notes]
    findings = [*found.findings(), *notes]
    document = {"written": str(target), "findings": findings_document(findings)}
    if output_format == "json":
        write_json(document)
    elif output_format == "jsonl":
        write_jsonl([document])
    else:
        show_findings(screen(), findings)
        screen().line(f"\n  wrote {target}")
        screen().line("  next: export VERCEL_TOKEN=… and then: deploymend doctor")
