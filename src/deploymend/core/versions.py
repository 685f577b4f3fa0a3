"""Versions of the tools that a log names."""

from __future__ import annotations

import re
from collections.abc import Sequence

_V = r"(\d{1,4}\.\d{1,4}(?:\.[\w.+-]{1,40})?)"
# How each tool names itself at the start of its output.
_TOOLS = (
    ("next", re.compile(rf"▲ Next\.js {_V}|^Detected Next\.js version: {_V}|Next\.js {_V} \(Turbopack\)")),
    ("vite", re.compile(rf"^vite v{_V} ")),
    ("node", re.compile(rf"^Node\.js v{_V}|^node: v{_V}|node -v v{_V}")),
    ("npm", re.compile(rf"^npm: {_V}")),
    ("pnpm", re.compile(rf"using pnpm v{_V}|^Using pnpm@{_V}")),
    ("yarn", re.compile(rf"^yarn install v{_V}|Yarn {_V}")),
    ("bun", re.compile(rf"^bun install v{_V}")),
    ("prisma", re.compile(rf"Prisma CLI Version : {_V}|Generated Prisma Client \(v{_V}\)")),
    ("vercel-cli", re.compile(rf"Vercel CLI {_V}")),
)
_HINTS = ("Next.js", "vite v", "ode", "npm: ", "pnpm", "arn ", "bun install", "Prisma", "Vercel CLI")
_MAX_LINE = 200


def find_versions(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Pairs of tool and version, the last one named for each tool, in a fixed order of tools."""
    found: dict[str, str] = {}
    for line in lines:
        if len(line) <= _MAX_LINE and any(hint in line for hint in _HINTS):
            for tool, pattern in _TOOLS:
                match = pattern.search(line)
                if match:
                    found[tool] = next(group for group in match.groups() if group)
    return tuple((tool, found[tool]) for tool, _ in _TOOLS if tool in found)
