"""Imports of a file that is nowhere, by names that nothing uses: what a deleted or never written module leaves."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from deploymend.core.javascript.draft import Cure, draft
from deploymend.core.javascript.imports import ImportDeclaration, find_imports, without_bindings
from deploymend.core.javascript.mentions import find_mentions
from deploymend.core.javascript.module import SCRIPT_EXTENSIONS, Module, read_module
from deploymend.core.javascript.tokens import Kind
from deploymend.core.javascript.tree import ModuleTree
from deploymend.core.model import Cause, Decline, Diagnosis, Repair, Risk
from deploymend.ports import Project

# The compiler itself uses these for JSX, without a trace in the source.
_JSX = frozenset(("React", "h", "Fragment", "jsx"))


class ImportGone:
    """Takes out an import whose file does not exist, when none of its names occurs anywhere else in the file.

    An import for its side effect, a re-export, a name in use, a component file (whose template may use the name): it
    declines. It never looks for another file; that is for the fixers of case and of moved files.
    """

    name = "rules/import-gone"
    kinds = frozenset(("module-not-found-relative", "module-not-found-alias", "ts-cannot-find-module"))

    async def propose(self, diagnosis: Diagnosis, project: Project) -> Repair | Decline:
        """Take out each unused import of a missing file."""
        tree = ModuleTree(project.files(), project.read)
        causes = [cause for cause in diagnosis.causes if cause.kind in self.kinds]
        answers = [answer for cause in causes for answer in _cures(cause, tree, project)]
        return draft(self.name, answers, project.read, risk=Risk.MEDIUM)


def _cures(cause: Cause, tree: ModuleTree, project: Project) -> Iterator[Cure | Decline]:
    path = cause.file or ""
    is_script = path in tree.files and posixpath.splitext(path)[1].lower() in SCRIPT_EXTENSIONS
    module = read_module(path, project.read(path)) if is_script else None
    if module is None or not cause.symbol:
        yield Decline(reason=f"{path or 'the importing file'} is not a script of this repository")
        return
    targets = tree.targets(cause.symbol, path)
    if not targets or any(tree.resolve(target.base) or tree.in_other_case(target.base) for target in targets):
        yield Decline(reason=f"{cause.symbol} is a package, or a file that is there")
        return
    mentions = find_mentions(module, cause)
    imports = {declaration.start: declaration for declaration in find_imports(module)}
    if not mentions or any(mention.statement_start not in imports for mention in mentions):
        yield Decline(reason=f"{path} needs {cause.symbol} for more than names")
        return
    for mention in mentions:
        yield _without(cause, module, imports[mention.statement_start])


def _without(cause: Cause, module: Module, declaration: ImportDeclaration) -> Cure | Decline:
    names = {binding.local for binding in declaration.bindings}
    used = sorted((names & _JSX) | {name for name in names if _occurs(module, declaration, name)})
    if used:
        return Decline(reason=f"{module.path} uses {', '.join(used)} from {cause.symbol}, which is nowhere")
    spans = without_bindings(module, declaration, names)
    if spans is None:
        return Decline(reason=f"{module.path}: a comment in the import of {cause.symbol} would be lost")
    note = f"{posixpath.basename(module.path)}: remove unused import of '{cause.symbol}', which does not exist"
    return Cure(causes=(cause,), path=module.path, spans=spans, note=note)


def _occurs(module: Module, declaration: ImportDeclaration, name: str) -> bool:
    """As a word of the code outside the import; a property of that name counts too, to be sure."""
    return any(
        token.kind is Kind.WORD and token.text == name and not declaration.start <= token.start < declaration.stop
        for token in module.tokens
    )
