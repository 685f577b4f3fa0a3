"""`deploymend doctor`: check the set-up, from the configuration to the sandbox; each finding with its cure."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

import click

from deploymend.cli import checkups
from deploymend.cli.connect import open_vercel
from deploymend.cli.findings_view import findings_document, show_findings
from deploymend.cli.output import format_option, screen, write_json, write_jsonl
from deploymend.config import Config, ProjectConfig, find_config, read_config
from deploymend.errors import DeploymendError
from deploymend.ports import AccessFinding

PROBLEMS = 2


@click.command()
@click.option(
    "--config", "config_path", metavar="FILE", type=click.Path(path_type=Path), help="Another deploymend.toml."
)
@format_option
def doctor(*, config_path: Path | None, output_format: str) -> int:
    """Check the set-up: token, project, repository, commit author, Node, sandbox, notifications.

    \b
      deploymend doctor
      deploymend doctor --format json

    Nothing is changed and nobody is told anything. Exit code 2 when there is a problem; warnings alone are 0.
    """  # noqa: D301 - click wants the backspace itself
    findings = asyncio.run(examine(config_path, os.environ))
    problems = sum(finding.level == "problem" for finding in findings)
    if output_format == "json":
        write_json({"problems": problems, "findings": findings_document(findings)})
    elif output_format == "jsonl":
        write_jsonl(findings_document(findings))
    else:
        show_findings(screen(), findings)
        screen().line()
        screen().line(f"  {problems} to mend: the cures stand above." if problems else "  Nothing to mend.")
    return PROBLEMS if problems else 0


async def examine(config_path: Path | None, environment: Mapping[str, str]) -> list[AccessFinding]:
    """All findings, in the order a person should read them: what hides the rest comes first."""
    config, findings = _configuration(config_path)
    if config.projects:
        token = checkups.check_token(environment)
        findings.append(token)
        for project in config.projects:
            if token.level == "ok":
                findings += await _platform(config, project, environment)
            findings += await checkups.check_repository(project.repository, name=project.name)
            findings += await checkups.check_build(project.repository, environment, name=project.name)
    findings.append(await checkups.check_git())
    findings += await checkups.check_node()
    findings.append(await checkups.check_sandbox())
    findings += checkups.check_targets(config, environment)
    findings += checkups.check_folders(environment)
    findings.append(checkups.check_model(environment))
    return findings


def _configuration(path: Path | None) -> tuple[Config, list[AccessFinding]]:
    try:
        found = path or find_config(Path.cwd())
        config = read_config(found)
    except DeploymendError as error:
        return Config(), [checkups.trouble("configuration", error)]
    if not config.projects:
        cure = "add a [[projects]] with its name, or write the file anew: deploymend init --force"
        nothing = AccessFinding(level="problem", subject="configuration", text=f"{found} names no project", cure=cure)
        return config, [nothing]
    count = len(config.projects)
    return config, [checkups.ok("configuration", f"{found}, {count} project{'s' if count > 1 else ''}")]


async def _platform(config: Config, project: ProjectConfig, environment: Mapping[str, str]) -> list[AccessFinding]:
    try:
        async with open_vercel(config, project, environment) as vercel:
            return list(await vercel.inspect())
    except DeploymendError as error:
        return [checkups.trouble(f"{project.name}: platform", error)]
