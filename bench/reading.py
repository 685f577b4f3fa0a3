"""Explaining a log

A log of 4 MB, the size at which Vercel cuts its own: what a build prints, with the cause near the end; and one in which
every line is an error, and hardly any the same.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.child import deploymend, run
from bench.figure import Figure, median_seconds
from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose
from deploymend.core.model import Diagnosis

BYTES = 4_000_000
BOUND_SECONDS = 1.0
TIMES = 7
CAUSE = "src/Cart.tsx(3,22): error TS2307: Cannot find module './priceTag' or its corresponding type declarations."
END = 'Error: Command "npm run build" exited with 2'
NOISE = (
    "\x1b[32m✓\x1b[0m {n} modules transformed.",
    "npm warn deprecated glob@7.2.{n}: Glob versions prior to v9 are no longer supported",
    "dist/assets/index-{n:08x}.js   {n}.12 kB │ gzip: 3.4 kB",
    '[12:{n:02}:07.113] Running "npm run build" in package {n}',
    "warning: unused variable `value{n}` at src/pages/page{n}.tsx:{n}:3",
    "    at Object.<anonymous> (/vercel/path0/node_modules/pkg{n}/index.js:{n}:{n})",
)  # fmt: skip
ERRORS = (
    "src/pages/page{n}.tsx({n},22): error TS2307: Cannot find module './part{n}' or its type declarations.",
    "src/pages/page{n}.tsx({n},7): error TS2552: Cannot find name 'prise{n}'. Did you mean 'price{n}'?",
    "./src/pages/page{n}.tsx:{n}:3  Error: 'value{n}' is defined but never used.  @typescript-eslint/no-unused-vars",
    "Module not found: Can't resolve './part{n}' in '/vercel/path0/src/pages'",
    "npm error 404 Not Found - GET https://registry.example/part{n} - Not found",
)  # fmt: skip


def figures() -> Iterator[Figure]:
    """The command as it is typed, then the reading alone."""
    log = mixed_log(NOISE, [CAUSE, END])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "build.log")
        path.write_text(log, encoding="utf-8")
        yield _figure("`deploymend diagnose` of it", lambda: run(deploymend("diagnose", str(path))))
    yield (alone := _figure("the reading alone", lambda: diagnose(parse_log(log))))
    yield Figure(name="reading speed", value=len(log.encode()) / alone.value / 1e6, unit="MB/s")
    found = _checked(diagnose(parse_log(log)), "./priceTag")
    yield Figure(
        name="the log against the report that Claude would get", value=len(log) / len(found.distilled), unit="×"
    )
    errors = mixed_log(ERRORS, [END], variety=100_000)
    _checked(diagnose(parse_log(errors)))
    yield _figure("the reading of a log that is all errors", lambda: diagnose(parse_log(errors)))


def _figure(name: str, work: Callable[[], object]) -> Figure:
    return Figure(name=name, value=median_seconds(work, times=TIMES), unit="s", bound=BOUND_SECONDS, times=TIMES)


def _checked(found: Diagnosis, symbol: str | None = None) -> Diagnosis:
    """A figure for a reading that went wrong would mean nothing."""
    if not found.causes or (symbol and found.causes[0].symbol != symbol):
        msg = f"the log was not diagnosed as it should be: {found.summary}"
        raise RuntimeError(msg)
    return found


def mixed_log(shapes: tuple[str, ...], end: list[str], *, variety: int = 60) -> str:
    """Lines of these shapes in a random order, the same at each run; `variety` is how many of each shape there are."""
    chance = random.Random(7)  # noqa: S311 - nothing secret: the same log each time
    lines: list[str] = []
    size = 0
    while size < BYTES:
        line = chance.choice(shapes).format(n=chance.randrange(variety))
        lines.append(line)
        size += len(line) + 1
    return "\n".join([*lines, *end]) + "\n"
