"""One measured figure with the bound it must keep."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`value` and `bound` are in `unit`; no bound means it is only shown."""

    name: str
    value: float
    unit: str
    bound: float | None = None

    @property
    def kept(self) -> bool:
        """Whether it is within its bound."""
        return self.bound is None or self.value <= self.bound

    def row(self) -> str:
        """As a row of a Markdown table."""
        bound = "" if self.bound is None else f"at most {self.bound:g} {self.unit}"
        return f"| {self.name} | {self.value:.3g} {self.unit} | {bound} | {'yes' if self.kept else '**no**'} |"


def median_seconds(work: Callable[[], object], *, times: int) -> float:
    """How long the work takes: the median, after one run that warms the caches."""
    work()
    return median(_seconds(work) for _ in range(times))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
