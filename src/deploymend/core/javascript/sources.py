"""A project's own sources, and what they import, found quickly: most files are looked at and few are parsed."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Collection

from deploymend.core.javascript.module import CODE_EXTENSIONS, MAX_CHARS, read_module
from deploymend.core.javascript.specifiers import Specifier, find_specifiers

# Whatever may stand before a module's name in quotes. Comments and strings match too; `specifiers_in` sorts them out.
_ROUGH = re.compile(r"""(?:\bfrom|\bimport|\()\s*(["'`])([^"'`\\\r\n]{1,300})\1""")
_NOT_SOURCES = frozenset(("node_modules", "vendor", "dist", "build", "public", "static"))


def sources_below(directory: str, files: Collection[str]) -> tuple[str, ...]:
    """The source files of a folder (empty: of the repository), without what is built, vendored or served as it is.

    Sorted, so that the same tree gives the same answer.
    """
    prefix = f"{directory}/" if directory else ""
    return tuple(
        path
        for path in sorted(files)
        if path.startswith(prefix)
        and posixpath.splitext(path)[1].lower() in CODE_EXTENSIONS
        and path.removeprefix(prefix).partition("/")[0] not in _NOT_SOURCES
    )


def specifiers_in(path: str, text: str | None, wanted: Callable[[str], bool]) -> tuple[Specifier, ...]:
    """The specifiers in a file whose names are `wanted`; nothing when there are none or the file cannot be read."""
    if text is None or len(text) > MAX_CHARS:
        return ()
    names = {name for name in {match[2] for match in _ROUGH.finditer(text)} if wanted(name)}
    module = read_module(path, text) if names else None
    return tuple(found for found in find_specifiers(module) if found.value in names) if module else ()
