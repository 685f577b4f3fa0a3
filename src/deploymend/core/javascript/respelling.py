"""How a file would spell the import of another one, in the style it used before."""

from __future__ import annotations

import posixpath

from deploymend.core.javascript.module import CODE_EXTENSIONS, COMPONENT_EXTENSIONS
from deploymend.core.javascript.tree import ModuleTree

_EMITTED = {".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs"}


def specifier_for(path: str, old: str, importer: str, tree: ModuleTree) -> str:
    """The specifier for `path` in `importer`: by the alias `old` had if it reaches, with an extension if `old` had."""
    named, mark, query = old.partition("?")
    target = _in_style(path, named)
    by_alias = None if named.startswith(".") else _by_alias(target, named, importer, tree)
    return (by_alias or _by_steps(target, importer)) + mark + query


def _in_style(path: str, old: str) -> str:
    stem, extension = posixpath.splitext(path)
    had = posixpath.splitext(old)[1]
    if extension not in CODE_EXTENSIONS or (extension in COMPONENT_EXTENSIONS and had):
        return path
    if had in (*CODE_EXTENSIONS, *_EMITTED.values()):
        return path if had == extension else stem + _EMITTED.get(extension, extension)
    if extension in COMPONENT_EXTENSIONS:
        return path
    return posixpath.dirname(stem) if posixpath.basename(stem) == "index" and not old.endswith("index") else stem


def _by_alias(target: str, old: str, importer: str, tree: ModuleTree) -> str | None:
    for alias in tree.aliases(importer):
        for folder in alias.folders if old.startswith(alias.head) else ():
            prefix = "" if folder == "." else f"{folder}/"
            if target.startswith(prefix) and tree.reaches(alias.head + target.removeprefix(prefix), importer, target):
                return alias.head + target.removeprefix(prefix)
    return None


def _by_steps(target: str, importer: str) -> str:
    steps = posixpath.relpath(target or ".", posixpath.dirname(importer) or ".")
    return steps if steps.startswith(".") else f"./{steps}"
