"""Small phrases used wherever an incident is told."""

from __future__ import annotations

from collections.abc import Sequence

from deploymend.core.model import Cause, Check, Diagnosis, Proof

_EXACT_SECONDS = 10
_PLAIN_SECONDS = 100
_SIXTY = 60
_PROOF = {
    Proof.PARSED: "parsed",
    Proof.LOCKED: "lock checked",
    Proof.TYPE_CHECKED: "type checked",
    Proof.COMPILED: "compiled",
    Proof.BUILT: "built",
    Proof.NONE: "not proved",
}


def seconds(value: float) -> str:
    """`0.1 s`, `6.1 s`, `42 s`, `3 min 5 s`, `2 h 10 min`."""
    if value < _EXACT_SECONDS:
        return f"{value:.1f} s"
    if value < _PLAIN_SECONDS:
        return f"{value:.0f} s"
    minutes, rest = divmod(round(value), _SIXTY)
    if minutes < _SIXTY:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, _SIXTY)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def short(sha: str | None) -> str:
    """A commit as people write it: its first seven characters."""
    return (sha or "unknown")[:7]


def place(cause: Cause) -> str:
    """`src/Cart.tsx:3`, `src/Cart.tsx`, or nothing."""
    if cause.file is None:
        return ""
    return f"{cause.file}:{cause.line}" if cause.line else cause.file


def counted(number: int, noun: str) -> str:
    """`1 file`, `3 files`, `2 tries`."""
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def proved(proof: Proof) -> str:
    """The proof as an adjective."""
    return _PROOF[proof]


def checks(done: Sequence[Check]) -> str:
    """The rungs climbed, with their seconds; rungs a project does not have are left out."""
    told = []
    for check in done:
        if check.note == "not applicable":
            continue
        state = "" if check.passed else (" could not be tried" if check.inconclusive else " failed")
        told.append(f"{proved(check.rung)}{state} {seconds(check.seconds)}")
    return " · ".join(told)


def explained(cause: Cause) -> str:
    """The tool's own words, and for an import in the wrong case what they hide."""
    if cause.kind == "wrong-case-import" and cause.suggestion:
        return f"{cause.message.rstrip('.')}. The file is {cause.suggestion!r}: macOS does not mind, Linux does."
    return cause.message


def label(diagnosis: Diagnosis) -> str:
    """`import · wrong-case-import`."""
    return f"{diagnosis.category} · {diagnosis.kind}"
