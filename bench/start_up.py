"""Start-up

How long a person waits for the program to answer.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from bench.child import deploymend, run
from bench.figure import Figure, median_seconds

HELP_SECONDS = 0.3
TIMES = 15


def figures() -> Iterator[Figure]:
    """`--help` of the program and of a command, against Python alone."""
    yield _figure("`deploymend --help`", deploymend("--help"), bound=HELP_SECONDS)
    yield _figure("`deploymend watch --help`", deploymend("watch", "--help"))
    yield _figure("Python alone", [sys.executable, "-c", "pass"])


def _figure(name: str, arguments: list[str], *, bound: float | None = None) -> Figure:
    seconds = median_seconds(lambda: run(arguments), times=TIMES)
    return Figure(name=name, value=seconds, unit="s", bound=bound, times=TIMES)
