"""Settings as TOML text, for `deploymend init`: short, commented, and read back to the same settings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

HEAD = """\
# What deploymend keeps green. All settings, with their defaults: deploymend init --schema
# Secrets stand in the environment, never here: VERCEL_TOKEN, and the variables that [notify] names.
"""


def to_toml(*, projects: Sequence[Mapping[str, object]], groups: Mapping[str, Mapping[str, object]]) -> str:
    """The text of a `deploymend.toml` with these projects and, of the other groups, only what is given."""
    parts = [HEAD]
    parts += [_table("[[projects]]", project) for project in projects]
    parts += [_table(f"[{name}]", settings) for name, settings in groups.items() if settings]
    return "\n".join(parts)


def _table(header: str, settings: Mapping[str, object]) -> str:
    lines = [f"{name} = {_value(value)}" for name, value in settings.items() if value is not None]
    return "\n".join([header, *lines]) + "\n"


def _value(value: object) -> str:
    """TOML 1.0 and JSON agree on booleans, integers, and basic strings but for DEL, which TOML wants escaped."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
