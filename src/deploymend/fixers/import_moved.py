"""Imports of a file that is now elsewhere: same name, one place, and it exports all that is asked of it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from deploymend.core.javascript.draft import Cure, draft
from deploymend.core.javascript.exports import find_exports
from deploymend.core.javascript.imports import find_imports
from deploymend.core.javascript.mentions import find_mentions
from deploymend.core.javascript.module import CODE_EXTENSIONS, Module, read_module
from deploymend.core.javascript.respelling import specifier_for
from deploymend.core.javascript.spans import Span
from deploymend.core.javascript.specifiers import Specifier, Use
from deploymend.core.javascript.tree import ModuleTree
from deploymend.core.model import Cause, Decline, Diagnosis, Repair, Risk
from deploymend.ports import Project


class ImportMoved:
    """Points an import at the one file of the same name that exports every imported name.

    Several such files, none, or nothing to compare by: it declines. It never creates a file.
    """

    name = "rules/import-moved"
    kinds = frozenset(("module-not-found-relative", "module-not-found-alias", "ts-cannot-find-module"))

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """Rewrite each specifier whose target has moved."""
        tree = ModuleTree(project.files(), project.read)
        causes = [cause for cause in diagnosis.causes if cause.kind in self.kinds]
        return draft(self.name, (_cure(cause, tree, project) for cause in causes), project.read, risk=Risk.MEDIUM)


def _cure(cause: Cause, tree: ModuleTree, project: Project) -> Cure | Decline:
    path = cause.file or ""
    module = read_module(path, project.read(path)) if path in tree.files else None
    if module is None or not cause.symbol:
        return Decline(reason=f"{path or 'the importing file'} is not a source file of this repository")
    mentions = find_mentions(module, cause)
    targets = tree.targets(cause.symbol, path)
    if not mentions or not targets:
        return Decline(reason=f"{path} does not import {cause.symbol!r} as a file at the place the log names")
    if any(tree.resolve(target.base) or tree.in_other_case(target.base) for target in targets):
        return Decline(reason=f"{cause.symbol} is where it is looked for, at least in another case")
    wanted = _wanted(module, mentions)
    if wanted is None:
        return Decline(reason=f"{path} does not say what it needs from {cause.symbol}")
    found = [place for place in _namesakes(targets[0].base, tree) if _offers(place, wanted, project)]
    if len(found) != 1:
        return Decline(reason=f"{len(found) or 'no'} files called like {cause.symbol} export what {path} imports")
    return _point(cause, module, mentions, specifier_for(found[0], cause.symbol, path, tree))


def _point(cause: Cause, module: Module, mentions: tuple[Specifier, ...], specifier: str) -> Cure:
    return Cure(
        causes=(cause,),
        path=module.path,
        spans=tuple(Span(start=mention.start, stop=mention.stop, text=specifier) for mention in mentions),
        note=f"{posixpath.basename(module.path)}: '{cause.symbol}' → '{specifier}'",
    )


def _wanted(module: Module, mentions: tuple[Specifier, ...]) -> frozenset[str] | None:
    """The names imported from the missing module; None when a use does not say. A style sheet needs no names."""
    bound = {declaration.start: declaration.bindings for declaration in find_imports(module)}
    names: set[str] = set()
    for mention in mentions:
        if mention.use is Use.STATIC and mention.statement_start in bound:
            names.update(binding.imported for binding in bound[mention.statement_start])
        elif mention.use is Use.DYNAMIC:
            names.add("default")
        elif mention.use is not Use.SIDE_EFFECT or not _is_asset(mention.value):
            return None
    return frozenset(names)


def _is_asset(specifier: str) -> bool:
    extension = posixpath.splitext(specifier.partition("?")[0])[1].lower()
    return bool(extension) and extension not in CODE_EXTENSIONS


def _namesakes(base: str, tree: ModuleTree) -> Iterator[str]:
    """Files that would answer to the last part of a path if they stood where it points."""
    name = posixpath.basename(base)
    bare = name.removesuffix(".js").removesuffix(".mjs").removesuffix(".cjs").removesuffix(".jsx")
    for path in sorted(tree.files):
        folder, file = posixpath.split(path)
        stem, extension = posixpath.splitext(file)
        is_index = stem == "index" and posixpath.basename(folder) == bare
        if file == name or (extension in CODE_EXTENSIONS and bare != "index" and (stem == bare or is_index)):
            yield path


def _offers(path: str, wanted: frozenset[str], project: Project) -> bool:
    if _is_asset(path):
        return wanted <= {"default", "*"}
    module = read_module(path, project.read(path))
    exports = find_exports(module) if module else None
    return exports is not None and bool(wanted - {"*"}) and exports.offers(wanted)
