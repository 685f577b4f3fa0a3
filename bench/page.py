"""The tables as a page: what a part is about, and docs/benchmarks.md as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

HEAD = ("| measured | value | median of | bound |", "|---|---|---|---|")
INTRODUCTION = """\
# Benchmarks

`make bench` takes these measurements and prints these tables; a figure over its bound makes it fail. One of them alone:
`python -m bench NAME`. This page is the last run, written by `python -m bench --write docs/benchmarks.md`.

Everything is real: the program as a user starts it, git, npm, the sandbox, installs and builds. Times are wall-clock
seconds. Ratios compare two sides measured in the same run. "Load" is the system's own count of what wants to run: over
the number of cores, other work slowed the measurements down.
"""


def heading(docstring: str, *, load: float) -> str:
    """The first line of a part's docstring as its title, the rest as what it is about; and how busy the machine is."""
    title, _, about = docstring.strip().partition("\n")
    return f"\n## {title.rstrip('.')}\n{about.rstrip()}\nLoad of the last minute before: {load:.1f}.\n"


def write_page(path: Path, lines: Sequence[str]) -> None:
    """Write introduction and tables."""
    path.write_text("\n".join([INTRODUCTION, *lines]) + "\n", encoding="utf-8")
