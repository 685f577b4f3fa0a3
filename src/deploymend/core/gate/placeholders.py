"""Values and functions that stand in for what is missing: the build passes and the program does not work."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Hit, Scene, Spot, appeared
from deploymend.core.gate.source import Language, Source
from deploymend.core.gate.tokens import Code, Kind
from deploymend.core.gate.words import dotted_name

_STUB = re2.compile(
    r"(?i)\b(?:not[\s_-]*(?:yet[\s_-]*)?implemented|unimplemented|to[\s_-]?do\b|stub(?:bed)?\b|placeholder"
    r"|implement (?:me|this))"
)
# Whole values only, and only what nobody would use as a name or a text: `todo-list` and `Your name` are real.
_PLACEHOLDER = re2.compile(
    r"^(?:TODO|TBD|FIXME|XXX+|(?i:todo:.*|change[-_ ]?(?:me|this)[!.]*|dummy|<your[- ].*>|replace[-_ ]?(?:me|this).*"
    r"|(?:dummy|fake|mock|placeholder|test)[-_ ](?:api[-_ ]?)?(?:key|token|secret|value|url|data|password)[\w-]*"
    r"|your[-_][\w-]*(?:key|token|secret|id|url|uri|here|domain|host|value|password|email|name|project|account|dsn)"
    r"|insert[-_ ].*[-_ ]here|.*[-_]goes[-_]here|lorem ipsum.*|sk[-_]test[-_]?(?:x+|dummy|123)\w*))$"
)
_STUB_REACH = 8
_ENVIRONMENTS = ("process.env.", "import.meta.env.", "Deno.env.", "Bun.env.")


def _stubs(source: Source) -> Iterator[Spot]:
    """`throw new Error('not implemented')` and `throw 'todo'`."""
    code = source.code
    for index, token in code.windows():
        if not token.word("throw"):
            continue
        for place in range(index + 1, min(index + _STUB_REACH, len(code.tokens))):
            after = code.tokens[place]
            if after.sign(";", "}") or after.word("throw"):
                break
            named = after.kind in (Kind.STRING, Kind.TEMPLATE) or after.word()
            if named and _STUB.search(after.value):
                yield Spot(key="throw", line=token.line)
                break


def _values(source: Source) -> Iterator[Spot]:
    if source.language in (Language.PROSE, Language.LOCK):
        return
    for token in source.code.tokens:
        if token.kind in (Kind.STRING, Kind.TEMPLATE) and _PLACEHOLDER.match(token.value):
            yield Spot(key=token.value, line=token.line)
    if source.language in (Language.YAML, Language.PLAIN):
        for line, text in enumerate(source.lines, 1):
            value = re2.split(r"[:=]", text, maxsplit=1)[-1].strip(" \t\r\"',;")
            if value != text.strip() and _PLACEHOLDER.match(value):
                yield Spot(key=value, line=line)


def _new_values(scene: Scene) -> Iterator[Hit]:
    """A string that any of the changed files already used is one of the program's own words: a status named `TODO`."""
    used = {spot.key for change in scene.changes if change.before for spot in _values(change.before)}
    return (hit for hit in appeared(scene, _values) if hit.detail not in used)


def _silenced_variables(source: Source) -> Iterator[Spot]:
    """`process.env.X ?? 'text'`, `process.env.X = 'text'`, `process.env.X as string`."""
    code = source.code
    for index, token in code.windows():
        if not token.word() or code.at(index + 1).sign(".", "?."):
            continue
        name = dotted_name(code, index)
        if name.startswith(_ENVIRONMENTS) and _is_silenced(code, index + 1):
            yield Spot(key=name, line=token.line)


def _is_silenced(code: Code, index: int) -> bool:
    while code.at(index).sign(")", "!"):
        index += 1
    sign, value = code.at(index), code.at(index + 1)
    if sign.word("as"):
        return value.word("string")
    return sign.sign("??", "||", "=", "??=", "||=") and value.kind in (Kind.STRING, Kind.TEMPLATE)


PLACEHOLDERS = (
    Rule(
        name="throwing-stub",
        why="stands in for missing code: it fails when it is called",
        find=lambda s: appeared(s, _stubs),
    ),
    Rule(name="placeholder-value", why="stands in for a value that only a person knows", find=_new_values),
    Rule(
        name="silenced-variable",
        why="hides that an environment variable is missing",
        find=lambda scene: appeared(scene, _silenced_variables),
    ),
)
