r"""What the rules read of a source: tokens with lines, escapes resolved, comments apart from code.

Built on the project's one tokenizer. A name written `\u0061ny` reads `any`, a comment loses its invisible characters:
what a compiler or a linter would see through, the rules see through too.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import re2

from deploymend.core.javascript.tokens import Kind, tokenize
from deploymend.core.javascript.tokens import Token as RawToken

_ESCAPE = re2.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))")
_BRACKETS = ("(", ")", "[", "]", "{", "}")
_OPENING = {")": "(", "]": "[", "}": "{"}
_QUOTED = (Kind.STRING, Kind.TEMPLATE)
_MAX_CODE_POINT = 0x10FFFF


__all__ = ["END", "Code", "Kind", "Token", "read_code", "unescaped", "visible"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token. `value` is a name, number or sign as written, and a string's content without quotes."""

    kind: Kind
    value: str
    line: int

    def sign(self, *values: str) -> bool:
        """True for one of these punctuation signs."""
        return self.kind is Kind.PUNCTUATION and self.value in values

    def word(self, *values: str) -> bool:
        """True for one of these names or keywords; without arguments, for any."""
        return self.kind is Kind.WORD and (not values or self.value in values)


END = Token(kind=Kind.PUNCTUATION, value="", line=0)
"""What stands before the first token and after the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A module's tokens: `tokens` is the code, `comments` the comments. Text between JSX tags is in neither."""

    tokens: tuple[Token, ...] = ()
    comments: tuple[Token, ...] = ()
    partners: tuple[int, ...] = ()
    """For each bracket the index of the one it belongs to; -1 for a bracket without one, and for all other tokens."""
    torn_at: int | None = None
    """The line of a bracket without partner, or of a string, comment or tag that never ends; None for whole code."""

    def at(self, index: int) -> Token:
        """The token there, END outside."""
        return self.tokens[index] if 0 <= index < len(self.tokens) else END

    def partner(self, index: int) -> int:
        """Where the bracket at `index` closes or opens; -1 when it is none or stands alone."""
        return self.partners[index] if 0 <= index < len(self.partners) else -1

    def windows(self) -> Iterator[tuple[int, Token]]:
        """Index and token, in order."""
        return enumerate(self.tokens)


def read_code(text: str, *, jsx: bool) -> Code:
    """The code of a text. Never raises; broken code gives the tokens that can be made out."""
    starts = _line_starts(text)
    code: list[Token] = []
    comments: list[Token] = []
    # The line end makes an element that is still open show: its text then goes on to the end.
    raw = tokenize(text + "\n", jsx=jsx)
    for token in raw:
        line = bisect_right(starts, token.start)
        if token.kind is Kind.COMMENT:
            comments.append(Token(kind=token.kind, value=visible(unescaped(token.text)), line=line))
        elif token.kind is not Kind.JSX_TEXT:
            code.append(Token(kind=token.kind, value=_value(token.kind, token.text), line=line))
    partners = _partners(code)
    alone = (
        token.line for token, partner in zip(code, partners, strict=True) if partner < 0 and token.sign(*_BRACKETS)
    )
    endless = (bisect_right(starts, token.start) for token in raw if _never_ends(token, len(text)))
    return Code(
        tokens=tuple(code),
        comments=tuple(comments),
        partners=partners,
        torn_at=min((*alone, *endless), default=None),
    )


def _never_ends(token: RawToken, stop: int) -> bool:
    """True for a string cut off by its line, and for a template, comment or element that runs into the file's end."""
    if token.kind is Kind.STRING:
        return len(token.text) < 2 or token.text[-1] != token.text[0]  # noqa: PLR2004 - the two quotes
    if token.stop < stop:
        return False
    open_template = token.kind is Kind.TEMPLATE and not token.text.endswith(("`", "${"))
    open_comment = token.kind is Kind.COMMENT and token.text.startswith("/*") and not token.text.endswith("*/")
    return open_template or open_comment or token.kind is Kind.JSX_TEXT


def visible(text: str) -> str:
    """The text without characters that have no shape (zero-width, bidirectional marks), look-alike forms made plain."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if unicodedata.category(char) != "Cf")


def unescaped(text: str) -> str:
    r"""JavaScript's `\uXXXX`, `\u{X}`, `\xXX` and `\c` replaced by what they stand for."""
    if "\\" not in text:
        return text
    return str(_ESCAPE.sub(lambda match: _character(*match.groups()), text))


def _partners(tokens: Sequence[Token]) -> tuple[int, ...]:
    """Brackets matched in one pass. A closing one that fits nothing open is left alone; what it skips is too."""
    partners = [-1] * len(tokens)
    open_brackets: dict[str, list[int]] = {"(": [], "[": [], "{": []}
    for index, token in enumerate(tokens):
        if token.kind is Kind.PUNCTUATION and token.value in open_brackets:
            open_brackets[token.value].append(index)
        elif token.kind is Kind.PUNCTUATION and open_brackets.get(_OPENING.get(token.value, "")):
            partner = open_brackets[_OPENING[token.value]].pop()
            partners[index], partners[partner] = partner, index
    return tuple(partners)


def _character(braced: str | None, four: str | None, two: str | None, other: str | None) -> str:
    digits = braced or four or two
    if digits is None:
        return other or ""
    point = int(digits, 16)
    # Half a surrogate pair is no character: it could not be encoded again.
    return chr(point) if point <= _MAX_CODE_POINT and not 0xD800 <= point <= 0xDFFF else "\ufffd"  # noqa: PLR2004


def _value(kind: Kind, text: str) -> str:
    if kind is Kind.WORD:
        return visible(unescaped(text))
    if kind not in _QUOTED:
        return text
    inner = text[1:]
    if inner.endswith("${"):
        inner = inner[:-2]
    elif inner.endswith(text[0] if text[0] != "}" else "`"):
        inner = inner[:-1]
    return unescaped(inner)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return starts
