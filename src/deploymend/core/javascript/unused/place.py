"""From a finding's place to the part of the code that is unused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deploymend.core.javascript.declarations import Extent, declaration_of
from deploymend.core.javascript.imports import ImportDeclaration
from deploymend.core.javascript.module import COMPONENT_EXTENSIONS, Module
from deploymend.core.javascript.patterns import binds, entries
from deploymend.core.javascript.tokens import Kind

_MODIFIERS = frozenset(("private", "public", "protected", "readonly", "override"))
_VARIABLES = frozenset(("const", "let", "var"))
_BEFORE_PATTERNS = _VARIABLES | {"(", ",", ":", "[", "{"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a tool said: the name (None: everything that is bound there), where, and whether a compiler said it."""

    name: str | None
    offset: int
    compiler: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What to take out: `names` of an import, `numbers` of a pattern's entries, a whole declaration, a catch binding.

    Or (`rename`) the parameter at `owner`, to be marked as unused.
    Parts of the same import or pattern have the same `owner`.
    """

    owner: int
    imported: ImportDeclaration | None = None
    names: frozenset[str] = frozenset()
    opening: int | None = None
    numbers: frozenset[int] = frozenset()
    declaration: Extent | None = None
    binding: Extent | None = None
    rename: bool = False


def place(module: Module, imports: Sequence[ImportDeclaration], finding: Finding) -> Part | str:
    """The part that a finding is about, or why it is left alone, in words. `imports` are those of the module."""
    for declaration in imports:
        if declaration.start <= finding.offset < declaration.stop:
            return _in_import(module, declaration, finding)
    index = module.token_at(finding.offset)
    if index is None:
        return "the place named by the log holds no name"
    if module.word(index) in ("{", "["):
        return _whole_pattern(module, index, finding)
    if module.word(index) in _VARIABLES and finding.name is None:
        return _declared(module, index + 1, finding)
    if finding.name is None or module.word(index) != finding.name:
        return "the place named by the log does not hold the name"
    return _named(module, index, finding)


def _in_import(module: Module, declaration: ImportDeclaration, finding: Finding) -> Part | str:
    names = {binding.local for binding in declaration.bindings}
    if finding.name is not None:
        if finding.name not in names:
            return f"the import at that place does not bring in {finding.name}"
        names = {finding.name}
    if not finding.compiler and any(_used(module, name, declaration) for name in names):
        return f"{', '.join(sorted(names))} is used after all, perhaps where the rule does not look (JSX, types)"
    return Part(owner=declaration.start, imported=declaration, names=frozenset(names))


def _used(module: Module, name: str, declaration: ImportDeclaration) -> bool:
    if module.path.endswith(COMPONENT_EXTENSIONS):
        return name in module.text[: declaration.start] + module.text[declaration.stop :]  # the markup may use it
    return any(
        token.kind is Kind.WORD
        and token.text.partition(".")[0] == name
        and not declaration.start <= token.start < declaration.stop
        and module.word(index - 1) not in (".", "?.")
        for index, token in enumerate(module.tokens)
    )


def _named(module: Module, index: int, finding: Finding) -> Part | str:
    before = module.word(index - 1)
    if module.word(index + 1) == "=>":
        return _parameter(module, index, finding)
    if before in _VARIABLES | {"function", "interface", "type", "*"}:
        return _declared(module, index, finding)
    if before == "(" and module.word(index - 2) == "catch" and module.word(index + 1) == ")":
        return Part(owner=index, binding=Extent(first=index - 1, last=index + 1))
    opening = _enclosing(module, index)
    bracket = module.word(opening) if opening is not None else ""
    if opening is not None and bracket in ("{", "[") and module.word(opening - 1) in _BEFORE_PATTERNS:
        return _entry(module, opening, index)
    if bracket == "(":
        return _parameter(module, index, finding)
    return f"{finding.name} is declared in a way this fixer does not take apart"


def _declared(module: Module, name: int, finding: Finding) -> Part | str:
    extent = declaration_of(module, name)
    label = finding.name or "it"
    if extent is None:
        return f"{label} cannot be taken out: its declaration may do something, or is one of several"
    inside = range(extent.first, extent.last + 1)
    if any(_mentions(module, index, finding.name) for index in range(len(module.tokens)) if index not in inside):
        return f"{label} is written somewhere else in the file"
    return Part(owner=extent.first, declaration=extent)


def _mentions(module: Module, index: int, name: str | None) -> bool:
    return (
        name is not None
        and module.tokens[index].kind is Kind.WORD
        and module.word(index).partition(".")[0] == name
        and module.word(index - 1) not in (".", "?.")
    )


def _whole_pattern(module: Module, opening: int, finding: Finding) -> Part | str:
    """The compiler points at the bracket when every name of the pattern is unused, and names it when it is one."""
    inside = range(opening, module.pairs.get(opening, opening))
    if finding.name is not None and not any(module.word(index) == finding.name for index in inside):
        return "the place named by the log does not hold the name"
    if module.word(opening - 1) in _VARIABLES:
        return _declared(module, opening, finding)
    return "every name of the pattern is unused, but what it takes apart is needed"


def _entry(module: Module, opening: int, index: int) -> Part | str:
    found = entries(module, opening)
    number = next((n for n, entry in enumerate(found) if entry.first <= index <= entry.last), None)
    if number is None or not binds(module, found[number], index):
        return f"{module.word(index)} cannot be taken out of its pattern: its default value may do something"
    return Part(owner=opening, opening=opening, numbers=frozenset((number,)))


def _parameter(module: Module, index: int, finding: Finding) -> Part | str:
    if not finding.compiler:
        return f"{finding.name} is a parameter: the rule's settings decide how to mark it as unused"
    marked = f"_{finding.name}"
    if module.word(index - 1) in _MODIFIERS or module.word(index + 1) not in (",", ")", ":", "?", "=", "=>"):
        return f"{finding.name} is declared in a way this fixer does not take apart"
    if any(token.text == marked for token in module.tokens) or (finding.name or "_").startswith("_"):
        return f"{finding.name} cannot be marked as unused: {marked} is taken"
    return Part(owner=index, rename=True)


def _enclosing(module: Module, index: int) -> int | None:
    """The index of the bracket that a token stands in."""
    for back in range(index - 1, -1, -1):
        if module.pairs.get(back, -1) > index:
            return back
    return None
