"""`deploymend sync`: the Repo Sync Agent."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deploymend.cli.output import error_screen, format_option, screen, write_json, write_jsonl

if TYPE_CHECKING:
    from deploymend.app.syncing import SyncResult
    from deploymend.cli.live import LiveView


@click.command(short_help="Commit and push what is here, follow it to green, repair silently.")
@click.option("-m", "--message", help="The commit message for what is not committed yet.")
@click.option("--project", "name", help="Which project, where several are configured.")
@click.option("--redeploy", is_flag=True, help="Build what is pushed already once more, without cache.")
@click.option("--no-model", is_flag=True, help="Rules only; never ask a model.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Another deploymend.toml.")
@format_option
def sync(  # noqa: PLR0917 - click passes each option by its name
    message: str | None,
    name: str | None,
    redeploy: bool,  # noqa: FBT001 - as above
    no_model: bool,  # noqa: FBT001 - as above
    config: Path | None,
    output_format: str,
) -> None:
    """Commit and push what is here, then follow that commit until its deployment is green. When it goes red,
    repair it: up to three silent attempts, then one message. Interrupted, it goes on where it was when run again.

    \b
    Examples:
      deploymend sync -m "Add price formatting"
      deploymend sync --redeploy             nothing new: build it again and follow it

    Exit codes: 0 green in the end, 1 a person is needed, 3 the platform did not answer or built nothing.
    """  # noqa: D301 - click's mark for paragraphs that keep their lines
    from deploymend.app.syncing import sync as run_sync
    from deploymend.app.wiring import App
    from deploymend.cli.connect import choose_project
    from deploymend.cli.live import LiveView
    from deploymend.cli.project_setup import required_config

    settings, base = required_config(config)
    project = choose_project(settings, name)

    async def run(view: LiveView) -> SyncResult:
        app = App(settings, base=base, environment=os.environ, watching=view, model=not no_model)
        async with app.opened():
            wired = app.project(project.name)
            return await run_sync(app, wired, path=Path.cwd(), message=message, redeploy=redeploy, watching=view)

    quiet = output_format != "text"
    with LiveView(error_screen() if quiet else screen(), quiet=quiet) as view:
        result = asyncio.run(run(view))
        if output_format == "text":
            _tell(view, result)
    rows = _document(result)
    if output_format == "json":
        write_json(rows)
    elif output_format == "jsonl":
        write_jsonl([rows])
    raise SystemExit(0 if result.green else 1)


def _tell(view: LiveView, result: SyncResult) -> None:
    from deploymend.core.report import Line, Mark, story
    from deploymend.core.report.words import short

    if result.incident is None:
        text = f"{result.deployment.url or result.deployment.id}  ({short(result.commit)})"
        view.lines("sync", [Line(mark=Mark.DONE, label="green", text=text)])
        return
    view.lines(result.incident.id, story(result.incident))
    view.say(f"\n  the whole story: deploymend incidents {result.number}")


def _document(result: SyncResult) -> dict[str, object]:
    return {
        "outcome": "green" if result.green else "red",
        "commit": result.commit,
        "committed": result.committed,
        "deployment": result.deployment.id,
        "url": result.deployment.url,
        "incident": result.number,
        "state": result.incident.state.value if result.incident else None,
    }
