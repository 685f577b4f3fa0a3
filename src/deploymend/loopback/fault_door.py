"""The door in front of the API where faults on answers strike. Control calls and served sites pass untouched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.datastructures import QueryParams
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from deploymend.loopback.fault_table import Stage
from deploymend.loopback.faults import Facts, Fault, FaultBook

_DAY_MS = 86_400_000
_PAGE = (
    "<!DOCTYPE html><html><head><title>An error occurred</title></head><body><h1>502: BAD_GATEWAY</h1></body></html>"
)


class FaultDoor:
    """ASGI middleware. `now_ms` dates the limits that an answer speaks of."""

    def __init__(self, app: ASGIApp, *, faults: FaultBook, now_ms: Callable[[], int]) -> None:
        self._app = app
        self._faults = faults
        self._now_ms = now_ms

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, with the fault that waits for it."""
        fault = self._faults.strike(Stage.ANSWER, _facts(scope)) if _is_api(scope) else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        instead = _instead(fault, self._now_ms())
        if instead is not None:
            await instead(scope, receive, send)
            return
        await self._on_answer(fault, scope, receive, send)

    async def _on_answer(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        if fault.name == "slow":
            await asyncio.sleep(fault.number("seconds", 1))
            await self._app(scope, receive, send)
            return
        answer = _Answer()
        await self._app(scope, receive, answer.take)
        half = b"" if fault.name == "lost-answer" else answer.body[: len(answer.body) // 2]
        whole = fault.name == "truncated-json"
        # A length that promises more than comes makes uvicorn break the connection, as a network would.
        await send(answer.start_with_length(len(half) if whole else len(answer.body) + 1))
        await send({"type": "http.response.body", "body": half, "more_body": not whole})


@dataclass(slots=True)
class _Answer:
    """An answer of the application, held back."""

    start: Message = field(default_factory=dict)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")

    def start_with_length(self, length: int) -> Message:
        headers = [(name, value) for name, value in self.start["headers"] if name.lower() != b"content-length"]
        return {**self.start, "headers": [*headers, (b"content-length", str(length).encode())]}


def _is_api(scope: Scope) -> bool:
    return scope["type"] == "http" and str(scope["path"]).startswith("/v")


def _facts(scope: Scope) -> Facts:
    query = QueryParams(scope["query_string"])
    named = tuple(value for name in ("projectId", "app") if (value := query.get(name)))
    return Facts(
        method=scope["method"],
        path=scope["path"],
        project=(*named, *scope["path"].split("/")),
        branch=query.get("branch", ""),
        sha=query.get("sha", ""),
    )


def _instead(fault: Fault, now_ms: int) -> Response | None:
    """The answer that a fault puts in the place of the application's; None for those that need the application's."""
    seconds = int(fault.number("retry_after_seconds", 5))
    waiting = {"Retry-After": str(seconds)}
    match fault.name:
        case "rate-limited":
            limit = {"total": 100, "remaining": 0, "reset": now_ms + seconds * 1000, "resetMs": seconds * 1000}
            return _envelope(429, "rate_limited", "The rate limit was exceeded.", headers=waiting, limit=limit)
        case "internal-error":
            return _envelope(500, "internal_server_error", "An unexpected internal error occurred.")
        case "bad-gateway":
            return _envelope(502, "bad_gateway", "Bad gateway.")
        case "unavailable":
            return _envelope(503, "service_unavailable", "Temporarily unavailable.", headers=waiting)
        case "quota":
            limit = {"total": 100, "remaining": 0, "reset": now_ms + _DAY_MS}
            message = "Resource is limited - try again in 24 hours (more than 100, code: api-deployments-free-per-day)."
            return _envelope(402, "api-deployments-free-per-day", message, limit=limit)
        case "html-body":
            return HTMLResponse(_PAGE, int(fault.number("status", 502)))
        case "null-body":
            return Response("null", media_type="application/json")
    return None


def _envelope(
    status: int, code: str, message: str, *, headers: dict[str, str] | None = None, **extra: object
) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message, **extra}}, status, headers=headers)
