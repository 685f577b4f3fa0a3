"""`deploymend demo`: worth shown before anything is asked."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import click

from deploymend.cli.output import screen

LABEL_WIDTH = 10
SCENARIO_NAMES = ("heal", "escalate")


@click.command(short_help="See a broken deployment heal itself, on this machine, without an account.")
@click.option("--scenario", type=click.Choice(SCENARIO_NAMES), default="heal", show_default=True, help="What to play.")
@click.option("--keep", type=click.Path(path_type=Path), help="Keep remote, checkout and state in this new folder.")
def demo(scenario: str, keep: Path | None) -> None:
    """See a broken deployment heal itself: a loopback Vercel, a real git remote and a real app on this machine.
    A push breaks the build; deploymend reads the log, repairs the code, proves it, pushes, and it is green.
    Only the package registry is reached.

    \b
    Examples:
      deploymend demo
      deploymend demo --scenario escalate    three tries do not help: one message tells a person everything
    """  # noqa: D301 - click's mark for paragraphs that keep their lines
    from deploymend.cli.live import LiveView
    from deploymend.core.report.words import seconds
    from deploymend.demo import SCENARIOS, run_demo
    from deploymend.demo.run import as_promised
    from deploymend.errors import ConfigurationError

    if keep is not None and keep.exists():
        raise ConfigurationError(f"{keep} is there already", next_step="Name a folder that does not exist yet.")
    started = time.monotonic()
    chosen = SCENARIOS[scenario]

    class Stalls(LiveView):
        """The live view, with the demo's own lines."""

        def note(self, label: str, text: str) -> None:
            self.say(f"  {label:<{LABEL_WIDTH}} {text}")

    place = screen()
    with Stalls(place) as view:
        view.say("deploymend demo: a loopback Vercel and a git remote on this machine; nothing leaves it.\n")
        result = asyncio.run(run_demo(chosen, environment=os.environ, audience=view, keep=keep))
    took = seconds(time.monotonic() - started)
    place.line(f"\n  the whole demo took {took}")
    if result.folder is not None:
        state = result.folder / "state"
        place.line(f"  the whole story: DEPLOYMEND_STATE={state} deploymend incidents {result.number}")
    raise SystemExit(0 if as_promised(chosen, result.incident) else 1)
