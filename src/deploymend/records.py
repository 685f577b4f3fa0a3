"""How records are stored: JSON under stable names, never pickles, so that a row outlives the module it came from.

A record is stored as `{"$": name, "v": fields}`. Fields added later need a default; fields removed later are ignored
when an old row is read. Renaming a class changes nothing here: only the name in `RECORDS` counts.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from deploymend.core import incident as incidents
from deploymend.core import model
from deploymend.core.message import Message
from deploymend.core.policy import Policy
from deploymend.errors import DeploymendError

RECORDS: dict[str, type[Any]] = {
    "conclude": incidents.Conclude,
    "deployment": model.Deployment,
    "diagnosis": model.Diagnosis,
    "findings": incidents.Findings,
    "incident": incidents.Incident,
    "message": Message,
    "policy": Policy,
    "proposal": model.Proposal,
    "push_result": model.PushResult,
    "sighting": incidents.Sighting,
    "telling": incidents.Telling,
    "trouble": incidents.Trouble,
}
"""Everything that is stored whole, by its stable name. What is nested inside needs no name of its own."""


@cache
def _names() -> dict[type[Any], str]:
    return {record: name for name, record in RECORDS.items()}


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(RECORDS[name])


def _encode(value: object) -> object:
    if isinstance(value, datetime):
        return {"$": "at", "v": value.isoformat()}
    if isinstance(value, BaseException):
        return {"$": "error", "v": f"{type(value).__name__}: {value}"}
    if (name := _names().get(type(value))) is None:
        raise TypeError(f"cannot store {type(value).__name__}: give it a name in records.RECORDS")
    return {"$": name, "v": _adapter(name).dump_python(value, mode="json")}


def _decode(value: dict[str, Any]) -> object:
    match value:
        case {"$": "at", "v": str(text)}:
            return datetime.fromisoformat(text)
        case {"$": "error", "v": text}:
            return DeploymendError(str(text), next_step="see `deploymend incidents`")
        case {"$": str(name), "v": fields}:
            if name not in RECORDS:
                raise ValueError(f"unknown record {name!r}: it was written by a newer deploymend; update this one")
            return _adapter(name).validate_python(fields)
    return value


def dumps(value: object) -> str:
    """A record, or plain JSON data that holds records, as ASCII text: no database chokes on half a character in a log.

    Raises TypeError for anything else.
    """
    return json.dumps(value, default=_encode)


def loads(text: str) -> Any:
    """What `dumps` wrote. Raises ValueError for text that is not JSON or a record this version does not know."""
    return json.loads(text, object_hook=_decode)


def to_json(value: object) -> Any:
    """A record as plain JSON data without the name, for people and programs to read."""
    return _adapter(_names()[type(value)]).dump_python(value, mode="json")
