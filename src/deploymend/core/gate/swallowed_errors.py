"""Code that hides its own failure: empty catches, an exit code of 0, handlers that let a crash pass."""

from __future__ import annotations

from collections.abc import Iterator

from deploymend.core.gate.rule import Rule
from deploymend.core.gate.scene import Hit, Scene, Spot, appeared
from deploymend.core.gate.source import Source
from deploymend.core.gate.tokens import Code, Kind
from deploymend.core.gate.words import dotted_name

_CRASHES = ("uncaughtException", "unhandledRejection")
_NOTHING = ("null", "undefined", "void", "0", "false", "true")


def _empty_catches(source: Source) -> Iterator[Spot]:
    code = source.code
    for index, token in code.windows():
        if token.word("catch") and (_empty_block(code, index) or _empty_handler(code, index)):
            yield Spot(key="empty catch", line=token.line)


def _empty_block(code: Code, index: int) -> bool:
    """`catch {}` and `catch (e) {}`; a comment inside does not fill it."""
    body = index + 1
    if code.at(body).sign("("):
        body = code.partner(body) + 1
    return code.at(body).sign("{") and code.partner(body) == body + 1 and not code.at(index - 1).sign(".", "?.")


def _empty_handler(code: Code, index: int) -> bool:
    """`.catch(() => {})` and `.catch(() => null)`, whatever the parameter."""
    if not (code.at(index - 1).sign(".", "?.") and code.at(index + 1).sign("(")):
        return False
    end = code.partner(index + 1)
    body = next((place + 1 for place in range(index + 2, min(end, index + 9)) if code.at(place).sign("=>")), end)
    inside = [code.at(place) for place in range(body, min(end, body + 4))]
    empty = [token.value for token in inside] == ["{", "}"]
    return empty or (0 < len(inside) <= 2 and all(token.value in _NOTHING for token in inside))  # noqa: PLR2004


def _forced_success(source: Source) -> Iterator[Spot]:
    code = source.code
    for index, token in code.windows():
        if token.word("exit", "exitCode") and dotted_name(code, index) in ("process.exit", "process.exitCode"):
            value = code.at(index + 2)
            if value.kind is Kind.NUMBER and value.value == "0":
                yield Spot(key=f"process.{token.value} 0", line=token.line)
        if token.kind is Kind.STRING and token.value in _CRASHES and code.at(index - 1).sign("("):
            yield Spot(key=token.value, line=token.line)


def _catches(scene: Scene) -> Iterator[Hit]:
    return appeared(scene, _empty_catches)


def _successes(scene: Scene) -> Iterator[Hit]:
    return appeared(scene, _forced_success)


SWALLOWED_ERRORS = (
    Rule(name="empty-catch", why="throws an error away unseen", find=_catches),
    Rule(name="forced-success", why="lets a program that failed end as if it had not", find=_successes),
)
