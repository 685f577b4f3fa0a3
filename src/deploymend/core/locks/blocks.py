"""The indented blocks that yarn and pnpm write: yarn 1's own format and the plain part of YAML.

A small reader rather than a YAML library: these files are machine-written in one shape, and a reader that knows no
anchors, tags or types cannot be tricked by them. It never raises: a line it does not understand is skipped.
"""

from __future__ import annotations

from typing import TypeAlias

Block: TypeAlias = "dict[str, str | Block]"
"""Keys to values: a string, or a block of its own."""


def read_blocks(text: str) -> Block:
    """The whole text as nested blocks; list items are kept as keys with an empty value. Linear in its length."""
    root: Block = {}
    open_blocks: list[tuple[int, Block | None]] = [(-1, root)]
    for line in text.splitlines():
        content = line.strip()
        if not content or content.startswith(("#", "---")):
            continue
        indent = len(line) - len(line.lstrip())
        while open_blocks[-1][0] >= indent:
            open_blocks.pop()
        parent = open_blocks[-1][1]
        # The lines below a scalar belong to it (a folded `deprecated: >-` text): they have no place in the tree.
        child = None if parent is None else _add(parent, content)
        open_blocks.append((indent, child))
    return root


def block(value: str | Block | None) -> Block:
    """The value when it is a block, an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def scalar(parent: Block, key: str) -> str:
    """A string value, or an empty string."""
    value = parent.get(key)
    return value if isinstance(value, str) else ""


def unquoted(text: str) -> str:
    """Without one pair of surrounding quotes."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _add(parent: Block, content: str) -> Block | None:
    """Put one line into its block; the new block when the line opens one."""
    if content.endswith(":"):
        return _child(parent, unquoted(content[:-1]))
    key, value = _key_and_value(content)
    if value.startswith("{") and value.endswith("}"):
        _child(parent, key).update(_inline(value))
    else:
        parent[key] = unquoted(value)
    return None


def _child(parent: Block, key: str) -> Block:
    existing = parent.get(key)
    child: Block = existing if isinstance(existing, dict) else {}
    parent[key] = child
    return child


def _key_and_value(content: str) -> tuple[str, str]:
    """`key: value` (YAML), `key "value"` (yarn 1), or a list item."""
    quote = content[0] if content[0] in "\"'" else ""
    close = content.find(quote, 1) if quote else -1
    if close > 0:
        return content[1:close], content[close + 1 :].lstrip(": ")
    separator = ": " if ": " in content else " "
    key, _, value = content.partition(separator)
    return (content, "") if key == "-" else (key, value.strip())


def _inline(value: str) -> Block:
    """`{integrity: sha512-…, tarball: …}` as a block."""
    pairs = (item.partition(":") for item in value[1:-1].split(","))
    return {unquoted(key): unquoted(content) for key, _, content in pairs}
