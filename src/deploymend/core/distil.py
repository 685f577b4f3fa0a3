"""The short report of a failure, for Claude or a person: the causes with their evidence, and nothing else.

At most 1,500 tokens whatever the log's size, counted as 3.5 characters each. The line that names a cause always comes
before the details of any: with many causes, details go first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from deploymend.core.model import BuildLog, Cause, Diagnosis
from deploymend.core.redact import redact
from deploymend.core.signatures.spot import is_frame

MAX_CHARACTERS = 5250
_LINE_CHARACTERS = 700
_TAIL_LINES = 12
_PADDING = re.compile(r"(\S) {3,}")


def distil(diagnosis: Diagnosis, log: BuildLog) -> str:
    """The report; the same text for the same diagnosis and log, secrets masked."""
    head = redact("\n".join(_head(diagnosis)))
    room = MAX_CHARACTERS - len(head) - 1
    body = _causes(diagnosis.causes, room) if diagnosis.causes else _tail(log, room)
    return f"{head}\n{body}"[:MAX_CHARACTERS].rstrip() + "\n"


def _head(diagnosis: Diagnosis) -> Iterator[str]:
    yield f"Build failed: {diagnosis.category.value} / {diagnosis.kind}"
    if not diagnosis.causes:
        yield diagnosis.summary
    facts = [
        f"step: {diagnosis.step.value}" if diagnosis.step else "",
        f"command: {diagnosis.command[:_LINE_CHARACTERS]}" if diagnosis.command else "",
        f"exit: {diagnosis.exit_code}" if diagnosis.exit_code else "",
    ]
    yield "; ".join(fact for fact in facts if fact) or "step: unknown"
    if diagnosis.versions:
        yield "versions: " + ", ".join(f"{tool} {version}" for tool, version in diagnosis.versions)


def _causes(causes: tuple[Cause, ...], room: int) -> str:
    """The fullest form of the report that has room: with code frames, with details, with the naming lines only."""
    for keep in (_everything, _without_frames, _naming_lines):
        text = redact("\n".join(_listed(causes, keep)))
        if len(text) <= room:
            return text
    return _cut(text, room)


def _everything(cause: Cause) -> Iterable[str]:
    return cause.evidence


def _without_frames(cause: Cause) -> Iterable[str]:
    return (line for line in cause.evidence if not is_frame(line))


def _naming_lines(cause: Cause) -> Iterable[str]:
    return cause.evidence[:1]


def _listed(causes: tuple[Cause, ...], keep: Callable[[Cause], Iterable[str]]) -> Iterator[str]:
    yield f"causes: {len(causes)}"
    for (kind, file), group in groupby(causes, key=lambda cause: (cause.kind, cause.file)):
        members = tuple(group)
        named = [line for cause in members for line in keep(cause)]
        shown = file and not all(file in line.replace("\\", "/") for line in named)
        yield f"[{kind}] {file}" if shown else f"[{kind}]"
        yield from (_shortened(line) for line in dict.fromkeys(named))


def _shortened(line: str) -> str:
    """A line without padding between columns; of a very long one its beginning, and how much was left out."""
    if not is_frame(line):
        line = _PADDING.sub(r"\1  ", line)
    if len(line) <= _LINE_CHARACTERS:
        return line
    return f"{line[:_LINE_CHARACTERS]}\n(… {len(line) - _LINE_CHARACTERS} more characters)"


def _cut(text: str, room: int) -> str:
    note = "\n(more causes were left out)"
    kept = text[: max(0, room - len(note))]
    return kept[: kept.rfind("\n")] + note if "\n" in kept else kept


def _tail(log: BuildLog, room: int) -> str:
    """The log's last lines, where it names no cause."""
    last = [line[:_LINE_CHARACTERS] for line in log.lines if line.strip()][-_TAIL_LINES:]
    return redact("\n".join(["last lines of the log:", *last]))[:room] if last else ""
