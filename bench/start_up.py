"""How long a person waits for the program to start."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from bench.figure import Figure, median_seconds

HELP_SECONDS = 0.3
TIMES = 9


def figures() -> Iterator[Figure]:
    """`--help` of the program, against Python alone."""
    yield Figure(name="`deploymend --help`", value=_run("-m", "deploymend", "--help"), unit="s", bound=HELP_SECONDS)
    yield Figure(name="of which Python itself", value=_run("-c", "pass"), unit="s")


def _run(*arguments: str) -> float:
    def start() -> None:
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)

    return median_seconds(start, times=TIMES)
