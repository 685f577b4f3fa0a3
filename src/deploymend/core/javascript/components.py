"""Vue, Svelte and Astro components, and HTML pages: their scripts told from their markup."""

from __future__ import annotations

import re

import re2

# re2: a text of thousands of unclosed tags must not be read again from each of them.
_SCRIPT = re2.compile(r"(?is)<script\b[^>]*>(.*?)(?:</script|\z)")
_FRONT_MATTER = re2.compile(r"(?s)\A\s*---[^\n]*\n(.*?)(?:\n---|\z)")
_NOT_LINE_END = re.compile(r"[^\r\n\u2028\u2029]")


def split_component(extension: str, text: str) -> tuple[str, str]:
    """The scripts, and everything else; each with the other blanked, so that places and lines stay what they are.

    `extension` is in lower case: only `.astro` has front matter, which is a script too.
    """
    found = [*_SCRIPT.finditer(text), *(_FRONT_MATTER.finditer(text) if extension == ".astro" else ())]
    scripts: list[str] = []
    markup: list[str] = []
    position = 0
    for begin, end in sorted(match.span(1) for match in found):
        start, stop = max(begin, position), max(end, position)
        scripts += [_blank(text[position:start]), text[start:stop]]
        markup += [text[position:start], _blank(text[start:stop])]
        position = stop
    return "".join((*scripts, _blank(text[position:]))), "".join((*markup, text[position:]))


def _blank(text: str) -> str:
    return _NOT_LINE_END.sub(" ", text)
