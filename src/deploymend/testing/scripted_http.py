"""A service that gives scripted answers over real HTTP, and keeps what it was asked."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploymend.shell.http_retries import Retries
from deploymend.testing.served import served

Answer = Response | Callable[[Request], Awaitable[Response]]


@dataclass(slots=True, kw_only=True)
class ScriptedService:
    """Gives its `answers` in turn, the last one for ever; an answer is a response or a handler that makes one.

    `requests` and `bodies` are what came in, in order; `waits` are the seconds a client with `retries()` would have
    slept between its tries.
    """

    answers: list[Answer] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def retries(self, *, tries: int = 5) -> Retries:
        """The usual manners without the waiting; chance adds exactly a tenth of what it may."""
        return Retries(tries=tries, pause=self.pause, skew=lambda limit: limit / 10)

    async def pause(self, seconds: float) -> None:
        """Note a wait instead of waiting."""
        self.waits.append(seconds)

    async def answer(self, request: Request) -> Response:
        """The endpoint behind every path."""
        self.requests.append(request)
        self.bodies.append(await request.body())
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer if isinstance(answer, Response) else await answer(request)

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """Serve it on this machine; gives the URL."""
        methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        async with served(Starlette(routes=[Route("/{path:path}", self.answer, methods=methods)])) as url:
            yield url
