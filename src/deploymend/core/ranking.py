"""From the lines that name a cause to the causes: the same one once, symptoms with their cause, roots first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from deploymend.core.matching import Hit
from deploymend.core.model import Cause
from deploymend.core.signatures import Rank

_NEAR_LINES = 60
_MAX_EVIDENCE_LINES = 24


def rank_causes(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The distinct causes, roots first, each in the order of the log. Guesses are only kept when there is no more."""
    merged = _merge(hits)
    found = [hit for hit in merged if hit.rank is not Rank.GUESS]
    kept = _fold_symptoms(found) if found else merged
    return tuple(sorted(kept, key=lambda hit: (hit.rank is Rank.LATER, hit.index)))


def _merge(hits: Iterable[Hit]) -> list[Hit]:
    """One hit for each cause; repeats add their evidence."""
    merged: dict[tuple[object, ...], Hit] = {}
    for hit in hits:
        cause = hit.cause
        key = (cause.kind, cause.file, cause.line, cause.column, cause.symbol, cause.code)
        first = merged.get(key)
        merged[key] = replace(_joined(first, cause), rank=min(first.rank, hit.rank)) if first else hit
    return list(merged.values())


def _joined(hit: Hit, other: Cause) -> Hit:
    cause = hit.cause
    evidence = tuple(dict.fromkeys((*cause.evidence, *other.evidence)))[:_MAX_EVIDENCE_LINES]
    return replace(hit, cause=replace(cause, evidence=evidence, file=cause.file or other.file))


def _fold_symptoms(hits: Sequence[Hit]) -> list[Hit]:
    """Symptoms complete the nearest root cause; those with none near by stand for it themselves."""
    kept = {id(hit): hit for hit in hits if hit.rank is not Rank.SYMPTOM}
    order = {hit.index: id(hit) for hit in hits if hit.rank is not Rank.SYMPTOM}
    alone: list[Hit] = []
    for symptom in hits:
        if symptom.rank is Rank.SYMPTOM:
            nearest = min(order, key=lambda index: abs(index - symptom.index), default=None)
            if nearest is None or abs(nearest - symptom.index) > _NEAR_LINES:
                alone.append(symptom)
            else:
                kept[order[nearest]] = _joined(kept[order[nearest]], symptom.cause)
    return [*kept.values(), *alone]
