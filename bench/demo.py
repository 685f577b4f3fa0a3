"""The demo

`make demo` as a user sees it, and where its time goes: a loopback Vercel builds the broken push, deploymend repairs it
and the loopback builds the repair, each with a real install. The second scenario makes three attempts and gives up.
Each of the demo's builds installs anew; only Node is kept from before.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.child import cold_cache, environment
from bench.figure import Figure
from deploymend.core.incident import Action, Incident
from deploymend.demo import SCENARIOS, run_demo
from deploymend.demo.run import as_promised

BOUND_SECONDS = 60.0
TIMES = 3
STAGE = "making the stage, and the first version live"
PHASES = {
    "live": "starting the watcher, and the push",
    "you push": "the platform's red build, until it is noticed",
    "Diagnose": "reading the log and diagnosing",
    "Mend": "reproducing, repairing and proving",
    "Redeploy": "the platform's builds of the repair",
    "Push": "the platform's builds of the repair",
    "Look": "the platform's builds of the repair",
    "Wait": "the platform's builds of the repair",
    "Remember": "writing the record and telling",
    "Tell": "writing the record and telling",
    "Stop": "closing everything",
}
"""What the time from a mark to the next one goes to; a mark that is not here goes on with the phase before it."""


class _Stopwatch:
    """An audience that only notes when things happen."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._phase, self._since = STAGE, time.perf_counter()

    def note(self, label: str, text: str) -> None:  # noqa: ARG002 - the audience's port
        self.mark(label)

    def turned(self, number: int, incident: Incident, action: Action) -> None:  # noqa: ARG002 - as above
        self.mark(type(action).__name__)

    def activity(self, text: str) -> None:
        """Too fine for a table."""

    def say(self, text: str) -> None:
        """Nothing to show."""

    def mark(self, name: str) -> None:
        """The time until now goes to the phase under way; what this mark begins is next."""
        now = time.perf_counter()
        self.seconds[self._phase] += now - self._since
        self._phase, self._since = PHASES.get(name, self._phase), now


def figures() -> Iterator[Figure]:
    """Healing, several times; escalating, once."""
    with tempfile.TemporaryDirectory(prefix="deploymend-bench-") as folder:
        cache = cold_cache(Path(folder) / "cache")
        yield from _scenario("heal", cache, times=TIMES)
        yield from _scenario("escalate", cache, times=1)


def _scenario(name: str, cache: Path, *, times: int) -> Iterator[Figure]:
    runs = [_play(name, cache) for _ in range(times)]
    total = median(sum(run.values()) for run in runs)
    yield Figure(name=f"**{name}**, from start to end", value=total, unit="s", bound=BOUND_SECONDS, times=times)
    for phase in dict.fromkeys((STAGE, *PHASES.values())):
        spent = median(run[phase] for run in runs)
        yield Figure(name=f"{name}: {phase}", value=spent, unit="s", times=times)


def _play(name: str, cache: Path) -> defaultdict[str, float]:
    scenario, watch = SCENARIOS[name], _Stopwatch()
    result = asyncio.run(run_demo(scenario, environment=environment(cache), audience=watch))
    watch.mark("the end")
    if not as_promised(scenario, result.incident):
        msg = f"the scenario ended as {result.incident.state}: {result.incident.reason}"
        raise RuntimeError(msg)
    return watch.seconds
