"""Versions of the tools that a log names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import re2

from deploymend.core.scan import line_pattern, scan

# How each tool names itself; `{v}` stands for the version.
_TOOLS = (
    ("next", r"▲ Next\.js {v}|^Detected Next\.js version: {v}|Next\.js {v} \(Turbopack\)"),
    ("vite", r"^vite v{v} "),
    ("node", r"^Node\.js v{v}|^node: v{v}|node -v v{v}"),
    ("npm", r"^npm: {v}"),
    ("pnpm", r"using pnpm v{v}|^Using pnpm@{v}"),
    ("yarn", r"^yarn install v{v}|^➤ YN0000: · Yarn {v}"),
    ("bun", r"^bun install v{v}"),
    ("prisma", r"Prisma CLI Version : {v}|Generated Prisma Client \(v{v}\)"),
    ("vercel-cli", r"Vercel CLI {v}"),
)
_VERSION = r"(\d{1,4}\.[\w.+-]{1,40})"
_MAX_VERSION = 24


@cache
def _pattern() -> tuple[re2._Regexp, tuple[str, ...]]:
    """One pattern of all, and the tool of each of its groups."""
    tools = tuple(tool for tool, shape in _TOOLS for _ in range(shape.count("{v}")))
    return line_pattern("|".join(shape.replace("{v}", _VERSION) for _, shape in _TOOLS)), tools


def find_versions(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of tool and version, the last one named for each tool, in a fixed order of tools."""
    pattern, tools = _pattern()
    found: dict[str, str] = {}
    for _, match in scan(pattern, lines):
        number = match.lastindex
        found[tools[number - 1]] = match.group(number).decode("utf-8", "replace").rstrip(".-+")[:_MAX_VERSION]
    return tuple((tool, found[tool]) for tool, _ in _TOOLS if tool in found)
