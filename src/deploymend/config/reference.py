"""The settings as a page for people and a schema for editors, made from the model: neither can drift from the code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from typing import cast

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from deploymend.config.model import Config, ProjectConfig

SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> str:
    """The JSON Schema of `deploymend.toml`, as text with a final newline."""
    schema = {"$schema": SCHEMA_DIALECT, **Config.model_json_schema(), "title": "deploymend.toml"}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def settings_page() -> Iterator[str]:
    """The Markdown tables of all settings, a paragraph at a time."""
    for name, info in Config.model_fields.items():
        model = ProjectConfig if name == "projects" else cast("type[BaseModel]", info.annotation)
        header = "[[projects]]" if name == "projects" else f"[{name}]"
        yield f"## `{header}`\n\n{_one_line(model.__doc__ or '')}\n"
        rows = [_row(key, field) for key, field in model.model_fields.items()]
        yield "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows]) + "\n"


def _row(name: str, info: FieldInfo) -> str:
    bounds = _bounds(info)
    meaning = _one_line(info.description or "") + (f" ({bounds})" if bounds else "")
    return f"| `{name}` | {_default(info)} | {meaning.replace('|', chr(92) + '|')} |"


def _default(info: FieldInfo) -> str:
    value = info.default
    if value is PydanticUndefined:
        return "required"
    if value is None:
        return "absent"
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return f"`{json.dumps(value)}`"


def _bounds(info: FieldInfo) -> str:
    words = {"ge": "at least", "gt": "more than", "le": "at most"}
    found = [
        f"{word} {getattr(item, sign):,}"
        for item in info.metadata
        for sign, word in words.items()
        if isinstance(getattr(item, sign, None), int | float)
    ]
    return ", ".join(found)


def _one_line(text: str) -> str:
    return " ".join(text.split())
