"""Secrets written into the tree. What counts as one is what `core.redact` would mask."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import commonprefix

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Spot, appeared
from deploymend.core.gate.source import Language, Source
from deploymend.core.gate.tokens import Code, Kind
from deploymend.core.redact import redact

_SHORTEST_VALUE = 12
_LITERALS = (Kind.STRING, Kind.TEMPLATE)


def _secrets(source: Source) -> Iterator[Spot]:
    if source.language is Language.LOCK:
        return
    readable = source.is_code or source.language is Language.JSON
    literals = _literals(source.code) if readable else ()
    for line, text in (*literals, *_raw_lines(source, everything=not readable)):
        if _holds_secret(text):
            yield Spot(key="secret", line=line)


def _holds_secret(text: str) -> bool:
    """True when masking changes the text and what it masks is a password in an address or looks like no word."""
    masked = redact(text)
    if masked == text:
        return False
    start = len(commonprefix((text, masked)))
    end = len(commonprefix((text[start:][::-1], masked[start:][::-1])))
    return "://" in text[:start] or "PRIVATE KEY" in text or _looks_random(text[start : len(text) - end])


def _literals(code: Code) -> Iterator[tuple[int, str]]:
    """String contents; with their name where it is given and the value looks like no word.

    `API_KEY = process.env.API_KEY` has no literal and `STORAGE_KEY = 'theme'` no secret.
    """
    for index, token in code.windows():
        if token.kind in _LITERALS:
            named = code.at(index - 1).sign("=", ":") and _looks_random(token.value)
            name = code.at(index - 2).value.upper() if named else ""
            yield token.line, f"{name}={token.value}" if name else token.value


def _raw_lines(source: Source, *, everything: bool) -> Iterator[tuple[int, str]]:
    """Lines of files that are no code, and of a private key wherever it stands."""
    for line, text in enumerate(source.lines, 1):
        if "PRIVATE KEY-----" in text or (everything and "$" not in text):
            yield line, text


def _looks_random(value: str) -> bool:
    digits = any(char.isdigit() for char in value)
    letters = any(char.isalpha() for char in value)
    return len(value) >= _SHORTEST_VALUE and digits and letters and not any(char.isspace() for char in value)


SECRETS = (
    Rule(name="secret", why="writes a secret into the repository", find=lambda scene: appeared(scene, _secrets)),
)
