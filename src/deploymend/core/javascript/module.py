"""One source file as fixers read it: its text, its code tokens with their places, its brackets in pairs."""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from dataclasses import dataclass

from deploymend.core.javascript.components import split_component
from deploymend.core.javascript.tokens import Kind, Token, tokenize

SCRIPT_EXTENSIONS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
COMPONENT_EXTENSIONS = (".vue", ".svelte", ".astro")
CODE_EXTENSIONS = (*SCRIPT_EXTENSIONS, *COMPONENT_EXTENSIONS)

MAX_CHARS = 500_000
"""Longer files are bundles, not sources: nobody wants them mended."""

_NO_JSX = (".ts", ".mts", ".cts", *COMPONENT_EXTENSIONS)
_LINE_END = re.compile(r"\r\n|[\n\r\u2028\u2029]")  # ECMA-262 12.3
_MAX_CODE_POINT_OF_ONE_UNIT = 0xFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A source file. `tokens` are its code without comments; `pairs` maps a bracket's index among them to its
    partner's, both ways; `lines` are the places where lines start.
    """

    path: str
    text: str
    tokens: tuple[Token, ...]
    comments: tuple[Token, ...]
    pairs: dict[int, int]
    lines: tuple[int, ...]

    def line_of(self, place: int) -> int:
        """The line that holds a place, counted from 1."""
        return bisect_right(self.lines, place)

    def offset(self, line: int | None, column: int | None) -> int | None:
        """Where a compiler's place is in the text: both from 1, columns in UTF-16 units. None when there is none."""
        if line is None or column is None or not 0 < line <= len(self.lines) or column < 1:
            return None
        place = self.lines[line - 1]
        stop = self.lines[line] if line < len(self.lines) else len(self.text)
        units = column - 1
        while units > 0 and place < stop:
            units -= 2 if ord(self.text[place]) > _MAX_CODE_POINT_OF_ONE_UNIT else 1
            place += 1
        return place if units == 0 and place < stop else None

    def token_at(self, place: int | None) -> int | None:
        """The index of the code token that starts exactly there."""
        if place is None:
            return None
        index = bisect_right(self.tokens, place, key=lambda token: token.start) - 1
        return index if index >= 0 and self.tokens[index].start == place else None

    def word(self, index: int) -> str:
        """A token's text; empty outside the file."""
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def breaks_before(self, index: int) -> bool:
        """True when a line ends between a token and the one before, or there is none."""
        if not 0 < index < len(self.tokens):
            return True
        return _LINE_END.search(self.text, self.tokens[index - 1].stop, self.tokens[index].start) is not None

    def comment_within(self, start: int, stop: int) -> bool:
        """True when a comment stands in a stretch of the text: it says something that a removal would lose."""
        first = bisect_right(self.comments, start - 1, key=lambda token: token.start)
        return first < len(self.comments) and self.comments[first].start < stop


def read_module(path: str, text: str | None) -> Module | None:
    """A source file read; None when it is not code, not readable, or longer than any source should be."""
    extension = posixpath.splitext(path)[1].lower()
    if text is None or extension not in CODE_EXTENSIONS or len(text) > MAX_CHARS:
        return None
    scripts = split_component(extension, text)[0] if extension in COMPONENT_EXTENSIONS else text
    found = tokenize(scripts, jsx=extension not in _NO_JSX)
    code = tuple(token for token in found if token.kind is not Kind.COMMENT)
    return Module(
        path=path,
        text=text,
        tokens=code,
        comments=tuple(token for token in found if token.kind is Kind.COMMENT),
        pairs=_pairs(code),
        lines=(0, *(end.end() for end in _LINE_END.finditer(text))),
    )


def _pairs(tokens: tuple[Token, ...]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    open_at: list[tuple[str, int]] = []
    for index, token in enumerate(tokens):
        opens, closes = _bracket(token)
        if closes:
            if open_at and open_at[-1][0] == closes:
                partner = open_at.pop()[1]
                pairs[partner], pairs[index] = index, partner
            else:
                open_at.clear()  # broken code: what is open stays unpaired, and nobody touches it
        if opens:
            open_at.append((opens, index))
    return pairs


def _bracket(token: Token) -> tuple[str, str]:
    """The closer this token asks for, and the closer it is itself; empty for none."""
    if token.kind is Kind.TEMPLATE:
        return ("}`" if token.text.endswith("${") else "", "}`" if token.text.startswith("}") else "")
    if token.kind is not Kind.PUNCTUATION:
        return "", ""
    return {"(": ")", "[": "]", "{": "}"}.get(token.text, ""), token.text if token.text in (")", "]", "}") else ""
