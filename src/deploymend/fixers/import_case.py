"""Imports written in another case than the file's: right on macOS and Windows, not found on the platform's Linux."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence
from functools import partial

from deploymend.core.javascript.draft import Cure, draft
from deploymend.core.javascript.mentions import find_mentions
from deploymend.core.javascript.module import Module, read_module
from deploymend.core.javascript.sources import sources_below, specifiers_in
from deploymend.core.javascript.spans import Span
from deploymend.core.javascript.specifiers import Specifier, find_specifiers
from deploymend.core.javascript.tree import ModuleTree
from deploymend.core.model import Cause, Decline, Diagnosis, Repair
from deploymend.ports import Project

_MAX_FILES = 15
"""In one repair: a larger one is for a person to look at, and the gate would refuse it."""
_NO_PACKAGE = (".", "@/", "~/", "#", "$lib/")


class ImportCase:
    """Writes the specifier in the case that the tree has, wherever the cause's file uses it.

    Only when exactly one file fits; two files that differ only in case are a person's choice. Bundlers stop at the
    first such import, and a machine that does not mind one mistake lets many through: the rest of the project's are
    rewritten along with it.
    """

    name = "rules/import-case"
    kinds = frozenset(
        ("wrong-case-import", "module-not-found-relative", "module-not-found-alias", "ts-cannot-find-module")
    )

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """Rewrite each wrong-case specifier of the diagnosis, and then the others like it."""
        tree = ModuleTree(project.files(), project.read)
        causes = [cause for cause in diagnosis.causes if cause.kind in self.kinds]
        answers: list[Cure | Decline] = [_cure(cause, tree, project) for cause in causes]
        cured = {answer.path for answer in answers if isinstance(answer, Cure)}
        return draft(self.name, (*answers, *(_others(cured, tree, project) if cured else ())), project.read)


def _cure(cause: Cause, tree: ModuleTree, project: Project) -> Cure | Decline:
    path = cause.file or ""
    module = read_module(path, project.read(path)) if path in tree.files else None
    if module is None:
        return Decline(reason=f"{path or 'the importing file'} is not a source file of this repository")
    mentions = find_mentions(module, cause) or _meaning(cause, module, tree, project.plan.directory)
    if not mentions:
        return Decline(reason=f"{path} does not import {cause.symbol!r} at the place the log names")
    named = ", ".join(dict.fromkeys(mention.value for mention in mentions))
    nothing = Decline(reason=f"no single file is {named} in another case, seen from {path}")
    return _respell(path, mentions, tree, (cause,)) or nothing


def _meaning(cause: Cause, module: Module, tree: ModuleTree, directory: str) -> tuple[Specifier, ...]:
    """The specifiers that mean a path: Vite names the file it looked for, and neither what was written nor where."""
    wanted = cause.symbol
    if wanted is None or cause.line is not None or wanted.startswith("."):
        return ()
    bases = {posixpath.normpath(posixpath.join(folder, wanted)) for folder in ("", directory)}
    return tuple(
        found
        for found in find_specifiers(module)
        if any(target.base in bases for target in tree.targets(found.value, module.path))
    )


def _others(cured: Collection[str], tree: ModuleTree, project: Project) -> Iterator[Cure]:
    """Cures for wrong-case imports that no log has named yet."""
    room = _MAX_FILES - len(cured)
    for path in sources_below(project.plan.directory, tree.files):
        if room <= 0:
            return
        wrong = partial(_is_wrong, tree, path)
        cure = _respell(path, specifiers_in(path, project.read(path), wrong), tree, ())
        if cure is not None:
            yield cure
            room -= path not in cured


def _is_wrong(tree: ModuleTree, path: str, specifier: str) -> bool:
    """Without a log that says so, only for names that no package can have: by a base URL, `lodash` may be `Lodash`."""
    return specifier.startswith(_NO_PACKAGE) and tree.real_case(specifier, path) is not None


def _respell(path: str, mentions: Sequence[Specifier], tree: ModuleTree, causes: tuple[Cause, ...]) -> Cure | None:
    spellings = {mention.value: tree.real_case(mention.value, path) for mention in mentions}
    spans = tuple(
        Span(start=mention.start, stop=mention.stop, text=real)
        for mention in mentions
        if (real := spellings[mention.value]) and real != mention.value
    )
    changes = ", ".join(f"'{old}' → '{new}'" for old, new in spellings.items() if new and new != old)
    note = f"{posixpath.basename(path)}: {changes}"
    return Cure(causes=causes, path=path, spans=spans, note=note) if spans else None
