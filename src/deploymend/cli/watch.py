"""`deploymend watch`: the silent loop."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import click

from deploymend.cli.output import screen


@click.command(short_help="Keep all configured projects green.")
@click.option("--no-model", is_flag=True, help="Rules only; never ask a model.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Another deploymend.toml.")
def watch(no_model: bool, config: Path | None) -> None:  # noqa: FBT001 - click passes it by its name
    """Watch all configured projects. A red deployment is read, repaired, proved and pushed: up to three silent
    attempts, then one message to a person. Runs until Ctrl-C; started again, it goes on where it was.

    \b
    Examples:
      deploymend watch
      deploymend watch --config ~/work/deploymend.toml >> watch.log     in a pipe: plain lines
    """  # noqa: D301 - click's mark for paragraphs that keep their lines
    from deploymend.app.watching import watch as run_watch
    from deploymend.app.wiring import App
    from deploymend.cli.live import LiveView
    from deploymend.cli.project_setup import required_config

    settings, base = required_config(config)

    async def run(view: LiveView) -> None:
        stop = asyncio.Event()
        for sign in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(sign, stop.set)
        app = App(settings, base=base, environment=os.environ, watching=view, model=not no_model)
        async with app.opened():
            names = ", ".join(project.name for project in settings.projects)
            view.say(f"watching {names}; Ctrl-C stops")
            await run_watch(app, watching=view, stop=stop)
        view.say("stopped; what was under way goes on at the next start")

    with LiveView(screen()) as view:
        asyncio.run(run(view))
