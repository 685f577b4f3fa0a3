"""A request's JSON body, or a 400 that says what is wrong with it."""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request

from deploymend.loopback.refusal import bad_request

T = TypeVar("T")


async def json_object(request: Request) -> dict[str, Any]:
    """The body as an object; an empty body is an empty one."""
    raw = await request.body()
    try:
        body = json.loads(raw or b"{}")
    except ValueError as error:
        raise bad_request("Invalid JSON") from error
    if not isinstance(body, dict):
        raise bad_request("Invalid request: should be an object.")
    return body


async def parsed(request: Request, record_type: type[T]) -> T:
    """The body as a record; the 400 names each field that does not fit."""
    body = await json_object(request)
    try:
        return TypeAdapter(record_type).validate_python(body)
    except ValidationError as error:
        problems = [f"`{'.'.join(map(str, each['loc']))}`: {each['msg']}" for each in error.errors()]
        raise bad_request(f"Invalid request: {'; '.join(problems)}.") from error
