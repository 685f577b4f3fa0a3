"""From answers about single causes to one repair: the stretches of each file put together, or a reason why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from deploymend.core.gate import GateFacts, judge
from deploymend.core.javascript.spans import Span, apply_spans, clash
from deploymend.core.model import Cause, Decline, FileChange, FileEdit, Repair, Risk

_MAX_NOTES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Cure:
    """What cures some causes in one file; `note` says it to a person in a few words."""

    causes: tuple[Cause, ...]
    path: str
    spans: tuple[Span, ...]
    note: str


def draft(
    fixer: str,
    answers: Iterable[Cure | Decline],
    read: Callable[[str], str | None],
    *,
    risk: Risk = Risk.LOW,
) -> Repair | Decline:
    """One repair of all cures that fit together and pass the gate; without any, the first reason to decline.

    Each cure is judged alone, so that one which the gate refuses does not take the others with it.
    """
    answered = [_judged(answer, read) for answer in answers]
    cures = _compatible([answer for answer in answered if isinstance(answer, Cure)])
    edits = tuple(edit for path in sorted({cure.path for cure in cures}) if (edit := _edit(path, cures, read)))
    if not edits:
        reasons = [answer.reason for answer in answered if isinstance(answer, Decline)]
        return Decline(reason=reasons[0] if reasons else "nothing in the diagnosis is of a kind it knows")
    return Repair(
        fixer=fixer,
        summary=summarise([cure.note for cure in cures]),
        edits=edits,
        risk=risk,
        causes=tuple(dict.fromkeys(cause for cure in cures for cause in cure.causes)),
    )


def summarise(notes: Sequence[str]) -> str:
    """The first few different notes, and how many more there are."""
    different = list(dict.fromkeys(notes))
    more = len(different) - _MAX_NOTES
    return "; ".join(different[:_MAX_NOTES]) + (f"; and {more} more" if more > 0 else "")


def _judged(answer: Cure | Decline, read: Callable[[str], str | None]) -> Cure | Decline:
    edit = _edit(answer.path, (answer,), read) if isinstance(answer, Cure) else None
    if edit is None or isinstance(answer, Decline):
        return answer
    change = FileChange(path=edit.path, before=edit.before, after=edit.after)
    refusals = judge((change,), facts=GateFacts()).refusals
    return Decline(reason=f"{answer.note}: the gate refuses it, it {refusals[0].reason}") if refusals else answer


def _compatible(cures: Sequence[Cure]) -> list[Cure]:
    """The cures whose stretches do not overlap those of an earlier one."""
    taken: dict[str, list[Span]] = {}
    kept = []
    for cure in cures:
        spans = taken.setdefault(cure.path, [])
        if not clash((*spans, *cure.spans)):
            spans.extend(cure.spans)
            kept.append(cure)
    return kept


def _edit(path: str, cures: Sequence[Cure], read: Callable[[str], str | None]) -> FileEdit | None:
    before = read(path)
    if before is None:
        return None
    after = apply_spans(before, (span for cure in cures if cure.path == path for span in cure.spans))
    return FileEdit(path=path, before=before, after=after) if after != before else None
