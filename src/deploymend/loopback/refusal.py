"""How this Vercel says no: an HTTP status and the envelope `{"error": {"code": …, "message": …, …}}`."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploymend.errors import DeploymendError


class ApiRefusal(HTTPException):
    """An answer that ends the request. `extra` are further keys of the envelope."""

    def __init__(
        self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None, **extra: object
    ) -> None:
        super().__init__(status, message, dict(headers) if headers else None)
        self.error = {"code": code, "message": message, **extra}


def not_found(what: str) -> ApiRefusal:
    """404: the project, deployment or webhook is unknown."""
    return ApiRefusal(404, "not_found", f"{what} not found")


def bad_request(message: str) -> ApiRefusal:
    """400: the request makes no sense."""
    return ApiRefusal(400, "bad_request", message)


async def answer_refusal(_: Request, error: Exception) -> Response:
    """Starlette's handler for ApiRefusal and for its own 404 and 405."""
    if isinstance(error, ApiRefusal):
        return JSONResponse({"error": error.error}, error.status_code, headers=error.headers)
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "not_found", 405: "method_not_allowed"}.get(status, "internal_server_error")
    return JSONResponse({"error": {"code": code, "message": "The requested resource was not found"}}, status)


async def answer_own_error(_: Request, error: Exception) -> Response:
    """Our own errors, met while answering: the caller's mistake (a path that is no repository) or the machine's."""
    message = error.message if isinstance(error, DeploymendError) else str(error)
    next_step = error.next_step if isinstance(error, DeploymendError) else ""
    return JSONResponse({"error": {"code": "bad_request", "message": message, "next_step": next_step}}, 400)
