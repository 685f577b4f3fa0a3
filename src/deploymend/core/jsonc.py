"""JSON as people and tools write it: comments, trailing commas, a byte order mark. Never raises."""

from __future__ import annotations

import json

BOM = "\ufeff"


def parse_jsonc(text: str) -> object:
    """The value of a JSON text with `//` and `/* */` comments and trailing commas, as tsconfig.json and bun.lock have.

    None when it is broken, nested beyond Python's recursion limit, or simply `null`.
    """
    text = text.removeprefix(BOM)
    for candidate in (text, None):
        try:
            return json.loads(plain_json(text) if candidate is None else candidate)
        except (ValueError, RecursionError):
            continue
    return None


def parse_object(text: str) -> dict[str, object]:
    """The same, when it is an object; an empty one otherwise."""
    value = parse_jsonc(text)
    return value if isinstance(value, dict) else {}


def as_object(value: object) -> dict[str, object]:
    """The value itself when it is a JSON object, an empty one otherwise: for reading on without asking at each step."""
    return value if isinstance(value, dict) else {}


def plain_json(text: str) -> str:
    """The text without comments and without commas before a closing bracket; strings stay as they are."""
    pieces: list[str] = []
    position = 0
    while position < len(text):
        end = _piece_end(text, position)
        piece = text[position:end]
        position = end
        if piece.startswith(("//", "/*")):
            continue
        if piece in "]}":
            _drop_trailing_comma(pieces)
        pieces.append(piece)
    return "".join(pieces)


def _piece_end(text: str, start: int) -> int:
    """Where the string, comment or single character that starts here ends."""
    if text[start] == '"':
        return _string_end(text, start)
    if text.startswith("//", start):
        end = text.find("\n", start)
        return len(text) if end < 0 else end
    if text.startswith("/*", start):
        end = text.find("*/", start + 2)
        return len(text) if end < 0 else end + 2
    return start + 1


def _string_end(text: str, start: int) -> int:
    position = start + 1
    while position < len(text) and text[position] not in '"\n':
        position += 2 if text[position] == "\\" else 1
    return min(position + 1, len(text))


def _drop_trailing_comma(pieces: list[str]) -> None:
    last = len(pieces) - 1
    while last >= 0 and pieces[last].isspace():
        last -= 1
    if last >= 0 and pieces[last] == ",":
        del pieces[last]
