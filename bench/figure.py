"""One measured figure with the bound it must keep."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`value` and `bound` are in `unit`; no bound means it is only shown. `times`: the value is their median."""

    name: str
    value: float
    unit: str
    bound: float | None = None
    times: int = 1

    @property
    def kept(self) -> bool:
        """Whether it is within its bound."""
        return self.bound is None or self.value <= self.bound

    def row(self) -> str:
        """As a row of a Markdown table."""
        cells = (self.name, f"{_shown(self.value)} {self.unit}".strip(), str(self.times), self._verdict())
        return f"| {' | '.join(cell.replace('|', '/').replace(chr(10), ' ') for cell in cells)} |"

    def _verdict(self) -> str:
        if self.bound is None:
            return ""
        return f"at most {self.bound:g}: {'kept' if self.kept else '**not kept**'}"


def median_seconds(work: Callable[[], object], *, times: int) -> float:
    """How long the work takes: the median, after one run that warms the caches."""
    work()
    return median(_seconds(work) for _ in range(times))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _shown(value: float) -> str:
    """Three digits, and no exponent for large ones."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
