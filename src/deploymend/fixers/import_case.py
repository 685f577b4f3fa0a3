"""Imports written in another case than the file's: right on macOS and Windows, not found on the platform's Linux."""

from __future__ import annotations

import posixpath

from deploymend.core.javascript.draft import Cure, draft
from deploymend.core.javascript.mentions import find_mentions
from deploymend.core.javascript.module import read_module
from deploymend.core.javascript.spans import Span
from deploymend.core.javascript.tree import ModuleTree
from deploymend.core.model import Cause, Decline, Diagnosis, Repair
from deploymend.ports import Project


class ImportCase:
    """Writes the specifier in the case that the tree has, wherever the cause's file uses it.

    Only when exactly one file fits; two files that differ only in case are a person's choice.
    """

    name = "rules/import-case"
    kinds = frozenset(
        ("wrong-case-import", "module-not-found-relative", "module-not-found-alias", "ts-cannot-find-module")
    )

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """Rewrite each wrong-case specifier of the diagnosis."""
        tree = ModuleTree(project.files(), project.read)
        causes = [cause for cause in diagnosis.causes if cause.kind in self.kinds]
        return draft(self.name, (_cure(cause, tree, project) for cause in causes), project.read)


def _cure(cause: Cause, tree: ModuleTree, project: Project) -> Cure | Decline:
    path = cause.file or ""
    module = read_module(path, project.read(path)) if path in tree.files else None
    if module is None:
        return Decline(reason=f"{path or 'the importing file'} is not a source file of this repository")
    mentions = find_mentions(module, cause)
    if not mentions:
        return Decline(reason=f"{path} does not import {cause.symbol!r} at the place the log names")
    spellings = {mention.value: tree.real_case(mention.value, path) for mention in mentions}
    spans = tuple(
        Span(start=mention.start, stop=mention.stop, text=real)
        for mention in mentions
        if (real := spellings[mention.value]) and real != mention.value
    )
    if not spans:
        return Decline(reason=f"no single file is {', '.join(spellings)} in another case, seen from {path}")
    changes = ", ".join(f"'{old}' → '{new}'" for old, new in spellings.items() if new and new != old)
    return Cure(causes=(cause,), path=path, spans=spans, note=f"{posixpath.basename(path)}: {changes}")
