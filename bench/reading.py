"""How long it takes to explain a log of the size at which Vercel cuts its own (4 MB)."""

from __future__ import annotations

import random
from collections.abc import Iterator

from bench.figure import Figure, median_seconds
from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose

BYTES = 4_000_000
BOUND_SECONDS = 1.0
CAUSE = "src/Cart.tsx(3,22): error TS2307: Cannot find module './priceTag' or its corresponding type declarations.\n"
NOISE = (
    "\x1b[32m✓\x1b[0m {n} modules transformed.",
    "npm warn deprecated glob@7.2.{n}: Glob versions prior to v9 are no longer supported",
    "dist/assets/index-{n:08x}.js   {n}.12 kB │ gzip: 3.4 kB",
    '[12:{n:02}:07.113] Running "npm run build" in package {n}',
    "warning: unused variable `value{n}` at src/pages/page{n}.tsx:{n}:3",
    "    at Object.<anonymous> (/vercel/path0/node_modules/pkg{n}/index.js:{n}:{n})",
)  # fmt: skip


def figures() -> Iterator[Figure]:
    """A mixed log with its cause near the end, read and diagnosed in this process."""
    log = mixed_log()
    seconds = median_seconds(lambda: diagnose(parse_log(log)), times=3)
    if diagnose(parse_log(log)).causes[0].symbol != "./priceTag":
        msg = "the bench log was not diagnosed as it should be: its figure means nothing"
        raise RuntimeError(msg)
    yield Figure(name="explaining a log of 4 MB", value=seconds, unit="s", bound=BOUND_SECONDS)
    yield Figure(name="reading speed", value=len(log) / seconds / 1e6, unit="MB/s")


def mixed_log() -> str:
    """What builds print, the same at each run."""
    chance = random.Random(7)  # noqa: S311 - nothing secret: the same log each time
    lines: list[str] = []
    size = 0
    while size < BYTES:
        line = chance.choice(NOISE).format(n=chance.randrange(60))
        lines.append(line)
        size += len(line) + 1
    return "\n".join([*lines, CAUSE + 'Error: Command "npm run build" exited with 2\n'])
