"""Misspelt names for which the compiler itself proposes the right one."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence

from deploymend.core.javascript.draft import Cure, draft
from deploymend.core.javascript.module import Module, read_module
from deploymend.core.javascript.renames import Half, is_name, is_sent_away, rename_import, rename_use
from deploymend.core.javascript.spans import Span
from deploymend.core.javascript.tokens import Kind
from deploymend.core.model import Cause, Decline, Diagnosis, Repair
from deploymend.ports import Project

_IMPORTS = frozenset(("missing-export-ts", "missing-export-turbopack"))
_VALUES = frozenset(("TS2552", "TS18004", "TS2570"))
"""Numbers of "Cannot find name": in `{ a }` the value is wrong, in all others the key."""
_LITERAL = "TS2820"
_IMPORT_NAME = "TS2724"


class DidYouMean:
    """Writes the proposed name at the place that the compiler names, and nowhere else; an import's uses follow it.

    It leaves names alone that are sent to somebody else (queries, request bodies): there the type may be what is wrong.
    """

    name = "rules/did-you-mean"
    kinds = _IMPORTS | frozenset(
        ("ts-did-you-mean", "ts-excess-property", "ts-not-assignable", "ts-property-missing", "ts-cannot-find-name")
    )

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """Rename each misspelt name of the diagnosis."""
        causes = [cause for cause in diagnosis.causes if cause.kind in self.kinds and cause.suggestion]
        return draft(self.name, [_cure(cause, _half(cause, causes), project) for cause in causes], project.read)


def _half(cause: Cause, causes: Sequence[Cause]) -> Half:
    """Which half of a shorthand is misspelt. Both are when the compiler says both at the same place."""
    here = (cause.file, cause.line, cause.column, cause.suggestion)
    same = {one.code in _VALUES for one in causes if (one.file, one.line, one.column, one.suggestion) == here}
    if len(same) > 1:
        return Half.BOTH
    return Half.VALUE if cause.code in _VALUES else Half.KEY


def _cure(cause: Cause, half: Half, project: Project) -> Cure | Decline:
    path = cause.file or ""
    module = read_module(path, project.read(path)) if path in project.files() else None
    offset = module.offset(cause.line, cause.column) if module else None
    if module is None or offset is None:
        return Decline(reason=f"{path or 'the file'} has no such place as the log names")
    spans = _spans(module, cause, half, offset)
    if isinstance(spans, str):
        return Decline(reason=f"{path}:{cause.line}: {spans}")
    note = f"{posixpath.basename(path)}: {cause.symbol} → {_proposed(cause)}"
    return Cure(causes=(cause,), path=path, spans=spans, note=note)


def _proposed(cause: Cause) -> str:
    return (cause.suggestion or "").strip("\"'")


def _spans(module: Module, cause: Cause, half: Half, offset: int) -> tuple[Span, ...] | str:
    old, new = cause.symbol or "", _proposed(cause)
    if cause.code == _LITERAL:
        return _literal(module, offset, old, new)
    if not is_name(new) or not is_name(old):
        return f"{new} is no name that could be written there"
    if cause.kind in _IMPORTS or cause.code == _IMPORT_NAME:
        return rename_import(module, offset, old, new) or f"the place does not import {old}"
    index = module.token_at(offset)
    if index is None or module.word(index) != old:
        return f"the place does not hold {old}"
    if half is not Half.VALUE and is_sent_away(module, index):
        return f"{old} is part of what is sent to another program: its contract decides, not the spelling"
    return rename_use(module, index, new, half)


def _literal(module: Module, offset: int, old: str, new: str) -> tuple[Span, ...] | str:
    """The compiler points at the name that gets the value: the literal must be the only one like it on the line."""
    line = module.line_of(offset)
    found = [
        index
        for index, token in enumerate(module.tokens)
        if token.kind is Kind.STRING and token.text[1:-1] == old and module.line_of(token.start) == line
    ]
    if len(found) != 1 or module.tokens[found[0]].start < offset:
        return f"there is not exactly one '{old}' behind the place"
    if is_sent_away(module, found[0]):
        return f"'{old}' is part of what is sent to another program: its contract decides, not the spelling"
    token = module.tokens[found[0]]
    return (Span(start=token.start + 1, stop=token.stop - 1, text=new),)
