"""Reading package.json and vercel.json: broken ones are told with file and position, odd values are ignored."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection

from deploymend.errors import CheckoutError


def read_object(files: Collection[str], read: Callable[[str], str | None], path: str) -> dict[str, object] | None:
    """The JSON object in a file of the tree; None: no such file. Raises CheckoutError when it is broken."""
    if path not in files:
        return None
    text = read(path)
    if text is None:
        raise _broken(path, "it cannot be read as UTF-8 text under 2 MB")
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise _broken(path, f"line {error.lineno}, column {error.colno}: {error.msg}") from error
    except (ValueError, RecursionError) as error:
        raise _broken(path, "a number is too long or it is nested too deeply") from error
    if not isinstance(value, dict):
        raise _broken(path, "it holds no JSON object")
    return value


def strings(manifest: dict[str, object] | None, key: str) -> dict[str, str]:
    """The string values of an object in the manifest; empty when it is missing or something else."""
    value = (manifest or {}).get(key)
    if not isinstance(value, dict):
        return {}
    return {str(name): item for name, item in value.items() if isinstance(item, str)}


def text_at(value: dict[str, object] | None, *path: str) -> str | None:
    """The string at a path of keys; None when there is none."""
    current: object = value
    for key in path:
        if not isinstance(current, dict):
            return None
        current = current.get(key)
    return current if isinstance(current, str) else None


def _broken(path: str, why: str) -> CheckoutError:
    return CheckoutError(f"{path} is broken: {why}.", next_step=f"Correct {path}; a build cannot start without it.")
