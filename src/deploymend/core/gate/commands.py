"""Command lines that install by force, hide a failure or run a check with less than before.

They are looked for where commands stand: in every line of files that are neither code nor documentation, in the strings
of JSON, and in those strings of code that name a tool.
"""

from __future__ import annotations

from collections.abc import Iterator

import re2

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Hit, Look, Scene, Spot, appeared
from deploymend.core.gate.source import Language, Source
from deploymend.core.gate.tokens import Kind

_END = r"(?:$|[\s=\"'&|;,)\]])"
FORCED = (
    rf"--force{_END}|--legacy-peer-deps\b|legacy[-_]peer[-_]deps\s*[=:]\s*[\"']?true|^\s*force\s*[=:]\s*true"
    rf"|\b(?:npm|pnpm|yarn|bun)\s+(?:i|ci|add|install)\b[^&|;]*\s-f{_END}|--ignore-engines\b|--no-frozen-lockfile\b"
    r"|--frozen-lockfile[= ]false|--no-immutable\b|--no-strict-peer-dep\w*|--ignore-peer-dep\w*|--no-package-lock\b"
    r"|engine-strict\s*[=:]\s*false|strict-?peer-?dep\w*\s*[=:]\s*false|strict-?ssl\s*[=:]\s*\"?false"
    r"|enableImmutableInstalls\s*:\s*false|checksumBehavior\s*:|NODE_TLS_REJECT_UNAUTHORIZED|--no-verify\b"
)
SWALLOWED = (
    rf"\|\|\s*(?:/bin/)?(?:true{_END}|:{_END}|exit\s+0|echo\b|printf\b)|(?:;|&&)\s*(?:true|:|exit\s+0)\s*(?:$|[\"';)])"
    r"|^\s*-?\s*exit\s+0\s*$|\bset\s+\+e\b|\bset\s+\+o\s+(?:errexit|pipefail)"
    r"|continue-on-error\s*[\"']?\s*:\s*[\"']?(?:true|\$)|continueOnError\s*[\"']?\s*:\s*[\"']?true"
    r"|allow_failure\s*:\s*true|ignore_failures?\s*:\s*true|2>\s*/dev/null\s*\|\|"
)
WEAKENED = (
    r"--no-lint\b|--pass-?with-?no-?tests\b|\bCI=(?:false\b|0\b|''|\"\"|\s)"
    r"|(?:DISABLE_ESLINT_PLUGIN|TSC_COMPILE_ON_ERROR|ESLINT_NO_DEV_ERRORS)=true|\bSKIP_ENV_VALIDATION\b"
    r"|--no-?type-?check\b|--noEmitOnError\s+false|--skipLibCheck\b|--noCheck\b|--no-error-on-unmatched-pattern\b"
    r"|--max-warnings[= ](?:-1|[1-9]\d*)|--experimental-build-mode[= ]compile|--transpile-?only\b|--strict\s+false"
)
_TOOL = re2.compile(
    r"\b(?:npm|npx|pnpm|yarn|bun|bunx|node|next|vite|nuxt|astro|tsc|vue-tsc|eslint|biome|jest|vitest|turbo|nx|bash|sh)\s"
)
_NO_COMMANDS = (Language.PROSE, Language.LOCK)


def command(pattern: str) -> Look:
    """A look for command lines that hold the pattern; the key is the matched part."""
    compiled = re2.compile(f"(?im){pattern}")

    def look(source: Source) -> Iterator[Spot]:
        for line, text in _command_lines(source):
            for match in compiled.finditer(text):
                yield Spot(key=" ".join(match.group().split()).strip("\"',;)"), line=line)

    return look


def _command_lines(source: Source) -> Iterator[tuple[int, str]]:
    if source.is_code:
        strings = (token for token in source.code.tokens if token.kind in (Kind.STRING, Kind.TEMPLATE))
        yield from ((token.line, token.value) for token in strings if _TOOL.search(token.value))
    elif source.language is Language.JSON:
        yield from ((token.line, token.value) for token in source.code.tokens if token.kind is Kind.STRING)
        # `"continue-on-error": true` is a key and a value, not one string.
        yield from ((line, text) for line, text in enumerate(source.lines, 1) if ": true" in text)
    elif source.language not in _NO_COMMANDS:
        yield from enumerate(source.lines, 1)


def _forced(scene: Scene) -> Iterator[Hit]:
    return appeared(scene, command(FORCED))


def _swallowed(scene: Scene) -> Iterator[Hit]:
    return appeared(scene, command(SWALLOWED))


def _weakened(scene: Scene) -> Iterator[Hit]:
    return appeared(scene, command(WEAKENED))


COMMANDS = (
    Rule(name="forced-install", why="installs against the package manager's own checks", find=_forced),
    Rule(name="swallowed-failure", why="lets a failing command count as passed", find=_swallowed),
    Rule(name="weakened-command", why="runs a check with less than before", find=_weakened),
)
