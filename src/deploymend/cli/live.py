"""The live view: the story of what happens, line by line, and under it on a terminal what is being done right now.

In a pipe the same lines are printed, each once, with no control characters and no spinner.
"""

from __future__ import annotations

import shutil
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any, Self

from deploymend.cli.screen import Screen
from deploymend.cli.story_view import show_line
from deploymend.cli.wrapping import wrapped
from deploymend.core.incident import Action, Diagnose, Incident, Look, Mend, Push, Redeploy, Tell, Wait
from deploymend.core.report import Line, story
from deploymend.core.report.words import seconds, short

REFRESH_PER_SECOND = 8
DOING: dict[type[Action], str] = {
    Diagnose: "reading the build log",
    Mend: "repairing",
    Redeploy: "asking for a build without cache",
    Look: "watching the platform build",
    Wait: "watching the platform build",
    Tell: "sending the message",
}


class LiveView:
    """Implements app.Watching on a screen. Use it as a context manager; `quiet` prints only what is said."""

    def __init__(self, screen: Screen, *, quiet: bool = False) -> None:
        self._screen = screen
        self._quiet = quiet
        self._interactive = screen.stream.isatty()
        self._printed: dict[str, Counter[Line]] = {}
        self._doing = ""
        self._since = time.monotonic()
        self._live: Any = None

    def __enter__(self) -> Self:
        if self._interactive and not self._quiet:
            from rich.console import Console
            from rich.live import Live

            console = Console(file=self._screen.stream, highlight=False, soft_wrap=True)
            self._live = Live(self, console=console, transient=True, refresh_per_second=REFRESH_PER_SECOND)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._doing = ""
            self._live.stop()
            self._live = None

    def __rich__(self) -> Any:
        """What the terminal shows under the story: a spinner, what is being done, and for how long."""
        from rich.spinner import Spinner
        from rich.text import Text

        if not self._doing:
            return Text("")
        width = shutil.get_terminal_size().columns - 16
        text = self._doing if len(self._doing) <= width else self._doing[: width - 1] + "…"
        return Spinner("dots", text=Text(f"{text}  {seconds(time.monotonic() - self._since)}"), style="cyan")

    def turned(self, number: int, incident: Incident, action: Action) -> None:  # noqa: ARG002 - the observer's port
        """Print the lines that are new in the incident's story, and show what comes next."""
        self.lines(incident.id, story(incident))
        self.activity(doing(action))

    def lines(self, key: str, lines: Iterable[Line]) -> None:
        """Print those lines of a story that were not printed yet."""
        if self._quiet:
            return
        printed = self._printed.setdefault(key, Counter())
        now: Counter[Line] = Counter()
        for line in lines:
            now[line] += 1
            if now[line] > printed[line]:
                printed[line] += 1
                self._print(show_line(self._screen, line, width=self._screen.width()))

    def activity(self, text: str) -> None:
        """Show what is being done; its seconds start again."""
        if text != self._doing:
            self._doing = self._screen.shown(text)
            self._since = time.monotonic()

    def say(self, text: str) -> None:
        """Print something for good, above what is live; a text of several lines stands apart."""
        if "\n" in text.strip("\n") and not text.startswith("\n"):
            text = f"\n{text}"
        self._print(wrapped(self._screen.shown(text), self._screen.width()))

    def _print(self, text: str) -> None:
        if self._live is not None:
            from rich.text import Text

            self._live.console.print(Text.from_ansi(text))
            return
        self._screen.stream.write(text + "\n")
        self._screen.stream.flush()


def doing(action: Action) -> str:
    """An action as what is being done; empty for those too short to show."""
    match action:
        case Push():
            return f"pushing {short(action.commit)} to {action.branch}"
        case Wait(reason="cooldown" | "service" | "message"):
            return f"waiting {seconds(action.seconds)} ({action.reason})"
    return DOING.get(type(action), "")
