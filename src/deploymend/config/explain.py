"""What pydantic found wrong, in words for the person who wrote the file: where, what, and what was perhaps meant."""

from __future__ import annotations

import difflib
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from deploymend.config.lines import line_of
from deploymend.config.model import Config

MAX_SHOWN = 20


def explain(error: ValidationError, *, text: str, name: str) -> str:
    """One line for each problem, in the order of the file; at most 20 are shown. Values that may be secret are not."""
    problems = sorted(
        {(line_of(text, problem["loc"]) or 0, _words(problem)) for problem in error.errors(include_url=False)}
    )
    lines = [f"{name}:{line}: {words}" if line else f"{name}: {words}" for line, words in problems]
    if len(lines) > MAX_SHOWN:
        lines = [*lines[:MAX_SHOWN], f"… and {len(lines) - MAX_SHOWN} more"]
    return "\n".join(lines)


def _words(problem: ErrorDetails) -> str:
    path = problem["loc"]
    key = _dotted(path)
    kind = problem["type"]
    if kind == "extra_forbidden":
        return f"{key} is not a setting{_meant(path)}"
    if kind == "missing":
        return f"{key} is missing"
    message = problem["msg"].removeprefix("Value error, ")
    if kind in {"enum", "literal_error"}:
        return f"{key}: {message[0].lower()}{message[1:]}, not {problem['input']!r}"
    if isinstance(problem["input"], bool | int | float):
        return f"{key}: {message[0].lower()}{message[1:]}, not {problem['input']}"
    return f"{key}: {message[0].lower()}{message[1:]}" if key else message


def _meant(path: tuple[str | int, ...]) -> str:
    """The nearest setting of the same group, or the group that has a setting of this very name."""
    unknown = str(path[-1])
    siblings = _fields_at(path[:-1])
    if near := difflib.get_close_matches(unknown, siblings, n=1, cutoff=0.6):
        return f"; did you mean {near[0]}?"
    for group in Config.model_fields:
        if near := difflib.get_close_matches(unknown, _fields_at((group,)), n=1, cutoff=0.85):
            return f"; did you mean {near[0]} in [{group}]?"
    return f"; here can stand: {', '.join(siblings)}" if siblings else ""


def _fields_at(path: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Config
    for part in path:
        if isinstance(part, int):
            continue
        inner = _model_in(model.model_fields[part].annotation) if part in model.model_fields else None
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def _dotted(path: tuple[str | int, ...]) -> str:
    """`projects[2].team`: lists count from 1, as people do."""
    words = ""
    for part in path:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return words.removeprefix(".")
