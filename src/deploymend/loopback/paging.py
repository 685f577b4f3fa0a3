"""Pages of a list, newest first: `limit` items created before `until`, and where the next page starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from deploymend.loopback.refusal import bad_request

DEFAULT_LIMIT = 20
MAX_LIMIT = 100


def whole_number(request: Request, name: str) -> int | None:
    """A query parameter as a number; None when it is not given. Answers 400 for anything else."""
    text = request.query_params.get(name)
    if text is None or text == "":
        return None
    try:
        return int(text)
    except ValueError as error:
        raise bad_request(f"Invalid request: `{name}` should be a number.") from error


def page_limit(request: Request) -> int:
    """The wanted page size, 1 to 100."""
    limit = whole_number(request, "limit")
    if limit is None:
        return DEFAULT_LIMIT
    if not 1 <= limit <= MAX_LIMIT:
        raise bad_request(f"Invalid request: `limit` should be between 1 and {MAX_LIMIT}.")
    return limit


def pagination(times_ms: Sequence[int], *, more: bool) -> dict[str, Any]:
    """The `pagination` object of a page. `next` is the `until` of the page after it, None on the last one."""
    return {
        "count": len(times_ms),
        "next": times_ms[-1] if more and times_ms else None,
        "prev": times_ms[0] if times_ms else None,
    }
