"""Imports, locals, destructured names, functions and types that nothing uses."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Iterator, Sequence

from deploymend.core.javascript.draft import Cure, draft
from deploymend.core.javascript.imports import ImportDeclaration, find_imports
from deploymend.core.javascript.module import Module, read_module
from deploymend.core.javascript.unused import Finding, Part, cut, place
from deploymend.core.model import Category, Cause, Decline, Diagnosis, Repair
from deploymend.ports import Project

_COMPILER = "ts-unused"
_LINTER = "eslint-no-unused-vars"
# While one of these stands, a name may only look unused: its use is misspelt, unparsed or not resolved.
_FIRST = frozenset((Category.TYPESCRIPT, Category.IMPORT, Category.SYNTAX))
_FIRST_KINDS = frozenset(("eslint-jsx-no-undef", "eslint-parse"))
_FIRST_RULES = frozenset(("no-undef", "react/jsx-no-undef"))

_MAX_FINDINGS = 200
"""In one file at once; what is over comes up again in the next run."""


class Unused:
    """Takes out what cannot have an effect; a compiler's unused parameter gets the `_` that it accepts.

    It waits for all other faults of the sources to be cured. It never takes out a call, a side-effect import, a comment
    that is not the declaration's own, or anything that a rest element would then collect.
    """

    name = "rules/unused"
    kinds = frozenset((_COMPILER, _LINTER))

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """Take out everything unused that the diagnosis names, file by file."""
        earlier = next((cause for cause in diagnosis.causes if _comes_first(cause)), None)
        if earlier is not None:
            return Decline(reason=f"other faults come first, they may hide uses: {earlier.message}")
        by_file: dict[str, list[Cause]] = defaultdict(list)
        for cause in diagnosis.causes:
            if cause.kind in self.kinds:
                by_file[cause.file or ""].append(cause)
        answers = [answer for path, causes in by_file.items() for answer in _file(path, causes, project)]
        return draft(self.name, answers, project.read)


def _comes_first(cause: Cause) -> bool:
    if cause.kind in (_COMPILER, _LINTER):
        return False
    return cause.category in _FIRST or cause.kind in _FIRST_KINDS or cause.code in _FIRST_RULES


def _file(path: str, causes: Sequence[Cause], project: Project) -> Iterator[Cure | Decline]:
    module = read_module(path, project.read(path)) if path in project.files() else None
    if module is None:
        yield Decline(reason=f"{path or 'the file'} is not a source file of this repository")
        return
    owners: dict[int, list[tuple[Cause, Part]]] = defaultdict(list)
    imports = find_imports(module)
    for cause in causes[:_MAX_FINDINGS]:
        part = _part(module, imports, cause)
        if isinstance(part, str):
            yield Decline(reason=f"{path}:{cause.line or '?'}: {part}")
        else:
            owners[part.owner].append((cause, part))
    for found in owners.values():
        yield _cure(module, [cause for cause, _ in found], [part for _, part in found])


def _part(module: Module, imports: Sequence[ImportDeclaration], cause: Cause) -> Part | str:
    offset = module.offset(cause.line, cause.column)
    if offset is None:
        return "the log does not say where in the line"
    return place(module, imports, Finding(name=cause.symbol, offset=offset, compiler=cause.kind == _COMPILER))


def _cure(module: Module, causes: Sequence[Cause], parts: Sequence[Part]) -> Cure | Decline:
    spans = cut(module, parts)
    named = ", ".join(dict.fromkeys(cause.symbol or "everything" for cause in causes))
    if spans is None:
        return Decline(reason=f"{module.path}: {named} cannot be taken out without losing something else")
    verb = "mark" if parts[0].rename else "remove"
    note = f"{posixpath.basename(module.path)}: {verb} unused {named}"
    return Cure(causes=tuple(causes), path=module.path, spans=spans, note=note)
