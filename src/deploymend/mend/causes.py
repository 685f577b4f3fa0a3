"""Comparing causes between two builds: what was cured, what is new."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from deploymend.core.fingerprint import fingerprint
from deploymend.core.model import Cause, Diagnosis

CauseKey = tuple[str, str, str, str]
"""Kind, file, symbol and normalised message: the same fault before and after lines have moved."""


def key(cause: Cause) -> CauseKey:
    """What makes a cause the same one in another build."""
    return cause.kind, cause.file or "", cause.symbol or "", fingerprint(cause.kind, cause.message)


def keys(diagnosis: Diagnosis) -> frozenset[CauseKey]:
    """The keys of all causes."""
    return frozenset(key(cause) for cause in diagnosis.causes)


def cured(causes: Iterable[Cause], now: Diagnosis) -> bool:
    """True when none of these causes is in the newer diagnosis any more."""
    left = keys(now)
    return all(key(cause) not in left for cause in causes)


def merge(diagnosis: Diagnosis, further: Sequence[Cause]) -> Diagnosis:
    """A diagnosis with causes that another check of the same tree showed, after its own and each once."""
    seen = keys(diagnosis)
    places = {(cause.file, cause.line, cause.symbol) for cause in diagnosis.causes}
    new = [c for c in further if key(c) not in seen and (c.file, c.line, c.symbol) not in places]
    return replace(diagnosis, causes=(*diagnosis.causes, *new)) if new else diagnosis
