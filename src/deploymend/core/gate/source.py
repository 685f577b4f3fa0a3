"""One side of a changed file, read once for all rules."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from enum import StrEnum

from deploymend.core.gate.tokens import Code, read_code
from deploymend.core.javascript.components import split_component
from deploymend.core.locks import is_lockfile


class Language(StrEnum):
    """How a file is read. Everything not listed is `plain`: line by line."""

    TYPESCRIPT = "typescript"
    JAVASCRIPT = "javascript"
    COMPONENT = "component"
    """Markup with scripts in it: Vue, Svelte, Astro, HTML."""
    JSON = "json"
    YAML = "yaml"
    PROSE = "prose"
    """Documentation: nothing in it runs."""
    LOCK = "lock"
    PLAIN = "plain"


_BY_EXTENSION = {
    **dict.fromkeys((".ts", ".tsx", ".mts", ".cts"), Language.TYPESCRIPT),
    **dict.fromkeys((".js", ".jsx", ".mjs", ".cjs"), Language.JAVASCRIPT),
    **dict.fromkeys((".vue", ".svelte", ".astro", ".html"), Language.COMPONENT),
    **dict.fromkeys((".json", ".jsonc", ".json5"), Language.JSON),
    **dict.fromkeys((".yml", ".yaml"), Language.YAML),
    **dict.fromkeys((".md", ".markdown", ".txt", ".rst", ".adoc"), Language.PROSE),
}
CODE = (Language.TYPESCRIPT, Language.JAVASCRIPT, Language.COMPONENT)

# `<T>x` is a cast in these, never a tag.
_NO_JSX = (".ts", ".mts", ".cts", ".json", ".jsonc", ".json5", ".vue", ".svelte", ".astro", ".html")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file's text on one side of a change: its lines, and its code where it has some."""

    path: str
    text: str
    language: Language
    lines: tuple[str, ...]
    code: Code
    markup: tuple[str, ...] = ()
    """The lines of a component with its scripts blanked out."""

    @property
    def name(self) -> str:
        """The file's name without its folders."""
        return posixpath.basename(self.path)

    @property
    def is_code(self) -> bool:
        """True for everything that a JavaScript or TypeScript compiler reads."""
        return self.language in CODE

    def line_text(self, line: int) -> str:
        """A line without its indentation, white space evened out; empty outside the file. Lines count from 1."""
        return " ".join(self.lines[line - 1].split()) if 0 < line <= len(self.lines) else ""


def read_source(path: str, text: str) -> Source:
    """Read a file by its extension. Never raises."""
    language, extension = _language(path, text), posixpath.splitext(path)[1].lower()
    script, markup = split_component(extension, text) if language is Language.COMPONENT else (text, "")
    readable = language in CODE or language is Language.JSON
    return Source(
        path=path,
        text=text,
        language=language,
        lines=tuple(text.split("\n")),
        code=read_code(script, jsx=extension not in _NO_JSX) if readable else Code(),
        markup=tuple(markup.split("\n")) if markup else (),
    )


def _language(path: str, text: str) -> Language:
    if is_lockfile(path):
        return Language.LOCK
    extension = posixpath.splitext(path)[1].lower()
    if not extension and text.lstrip().startswith("{"):
        return Language.JSON  # .eslintrc, .babelrc and their like
    return _BY_EXTENSION.get(extension, Language.PLAIN)
