"""`python -m bench [NAME …] [--write PAGE]`: takes the measurements and prints a table for each."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import demo, engine, mending, reading, start_up, watching
from bench.figure import Figure
from bench.machine import machine_lines
from bench.page import HEAD, heading, write_page

PARTS = {
    "start-up": start_up,
    "reading": reading,
    "engine": engine,
    "mending": mending,
    "demo": demo,
    "watching": watching,
}
"""Name: the module that measures it, in the order they run. Its docstring is what the tables say about it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 when a bound is not kept, or something could not be measured."""
    chosen = _parse(arguments)
    started = time.monotonic()
    text = [*machine_lines()]
    print("\n".join(text), flush=True)
    kept = True
    for name in chosen.name or PARTS:
        top = [heading(PARTS[name].__doc__ or name, load=os.getloadavg()[0]), *HEAD]
        print("\n".join(top), flush=True)
        rows = list(_rows(name))
        kept = kept and all(row.kept for row in rows)
        text += [*top, *(row.row() for row in rows)]
    text.append(f"\nTaken in {time.monotonic() - started:.0f} s.")
    print(text[-1])
    if chosen.write:
        write_page(chosen.write, text)
    return 0 if kept else 1


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures deploymend on this machine.")
    parser.add_argument("name", nargs="*", help=f"what to measure (default: all): {', '.join(PARTS)}")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="also write the tables to this Markdown page")
    chosen = parser.parse_args(arguments)
    if unknown := [name for name in chosen.name if name not in PARTS]:
        parser.error(f"there is no measurement {unknown[0]!r}; there are {', '.join(PARTS)}")
    if chosen.write and chosen.name:
        parser.error("--write takes all measurements: a page with some of them would mix runs")
    return chosen


def _rows(name: str) -> Iterator[Figure]:
    """The figures of one part, each printed as soon as it is known. A part that fails does not end the others."""
    try:
        for figure in PARTS[name].figures():
            print(figure.row(), flush=True)
            yield figure
    except Exception as error:  # noqa: BLE001 - told, and it fails the run
        failed = Figure(name=f"not measured: {type(error).__name__}: {error}", value=1, unit="failure", bound=0)
        print(failed.row(), flush=True)
        yield failed


if __name__ == "__main__":
    sys.exit(main())
