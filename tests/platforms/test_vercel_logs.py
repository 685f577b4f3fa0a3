"""Reading Vercel's build logs until they are whole."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from deploymend.core.model import BuildLog
from deploymend.errors import NotFoundError, TransientError
from deploymend.platforms.vercel import Vercel, connect
from deploymend.shell.http import Http
from deploymend.testing.scripted_http import ScriptedService

START = ("Running build in Washington, D.C., USA (East) – iad1", 'Running "npm run build"', "it breaks")
CLOSING = 'Error: Command "npm run build" exited with 1'
END = "Exiting build container"


@dataclass
class Scripted(ScriptedService):
    """Scripted answers, and the platform that reads them."""

    http: Http | None = None

    async def read(self, *answers: Response) -> BuildLog:
        """The log as these answers give it."""
        self.answers = list(answers)
        assert self.http
        return await Vercel(http=self.http, project="shop", pause=self.pause).read_log("dpl_1")


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    """A scripted Vercel."""
    scripted = Scripted()
    async with scripted.serving() as url, connect("tok_1234567890", api_url=url, retries=scripted.retries()) as http:
        scripted.http = http
        yield scripted


def events(*lines: str) -> list[dict[str, object]]:
    """Flat events, as version 3 of the endpoint sends them."""
    return [
        {"type": "stdout", "created": 1_000 + n, "id": f"e{n}", "serial": f"{n:05}", "text": line}
        for n, line in enumerate(lines)
    ]


def array(*lines: str) -> Response:
    """All events as one JSON array."""
    return JSONResponse(events(*lines))


async def test_asks_for_everything_at_once(server: Scripted) -> None:
    """The whole log is asked for, without following, without a limit; its last line ends the reading."""
    log = await server.read(array(*START, CLOSING, "", END))
    assert log.lines == (*START, CLOSING, "", END)
    assert log.complete
    (request,) = server.requests
    assert request.url.path == "/v3/deployments/dpl_1/events"
    assert dict(request.query_params) == {"direction": "forward", "follow": "0", "limit": "-1", "builds": "1"}
    assert request.headers["accept"] == "application/json"


async def test_lines_of_json_are_read_although_an_array_was_asked_for(server: Scripted) -> None:
    """Vercel may answer with an object a line, out of order, twice, with keep-alives and a broken last line."""
    sent = events(*START, CLOSING, END)
    lines = [json.dumps(event) for event in (sent[1], sent[0], sent[0], {}, *sent[2:])]
    log = await server.read(
        PlainTextResponse("\n".join([*lines, '{"type": "stdo']), media_type="application/stream+json")
    )
    assert log.lines == (*START, CLOSING, END)


async def test_a_log_that_grows_is_read_again(server: Scripted) -> None:
    """Reading goes on while lines arrive, soon at first: most logs are whole within a second."""
    log = await server.read(array(*START[:1]), array(*START), array(*START, CLOSING), array(*START, CLOSING, END))
    assert log.lines[-1] == END
    assert log.complete
    assert server.waits == [0.5, 0.5, 1.0]


async def test_a_closed_log_must_stay_the_same_for_two_seconds(server: Scripted) -> None:
    """Vercel often leaves out the very last line: an error line that stays is enough."""
    log = await server.read(array(*START, CLOSING))
    assert (log.lines[-1], log.complete) == (CLOSING, True)
    assert sum(server.waits) == 2.0


async def test_a_closed_log_that_changes_starts_its_rest_anew(server: Scripted) -> None:
    """A line that comes late is waited for as long as the first ones."""
    log = await server.read(array(*START, CLOSING), array(*START, CLOSING), array(*START, CLOSING, "late"))
    assert log.lines[-1] == "late"
    assert server.waits == [0.5, 0.5, 1.0, 2.0]


async def test_an_open_log_must_stay_the_same_for_four_seconds(server: Scripted) -> None:
    """A log that stops in the middle may only be late: it gets more time."""
    log = await server.read(array(*START), array(*START), array(*START, CLOSING, END))
    assert log.lines[-1] == END
    server.waits.clear()
    assert (await server.read(array(*START))).lines == START
    assert sum(server.waits) == 4.0


async def test_a_log_that_never_rests_is_given_up(server: Scripted) -> None:
    """After 18 seconds what is there is returned, marked as incomplete."""
    log = await server.read(*(array(*(f"line {n}" for n in range(count))) for count in range(1, 15)))
    assert sum(server.waits) == 18.0
    assert len(log.lines) == len(server.requests) == 12
    assert not log.complete


@pytest.mark.parametrize("body", ["", "null", "[]", '{"events": []}', "{}", "\n\n"])
async def test_nothing_was_built(server: Scripted, body: str) -> None:
    """An empty answer, in each of its shapes, is an empty log."""
    log = await server.read(PlainTextResponse(body, media_type="application/json"))
    assert log.lines == ()
    assert log.complete


async def test_a_log_cut_at_the_size_limit_is_incomplete(server: Scripted) -> None:
    """A log of 4 MB that stops in the middle was cut by Vercel, and its end is missing."""
    log = await server.read(array(*("x" * 9_999 for _ in range(400))))
    assert len(log.lines) == 400
    assert not log.complete


async def test_a_deleted_deployment_has_no_log(server: Scripted) -> None:
    """410 Gone is NotFoundError; a web page instead of events is a passing fault."""
    with pytest.raises(NotFoundError):
        await server.read(JSONResponse({"error": {"code": "gone", "message": "deleted"}}, 410))
    with pytest.raises(TransientError):
        await server.read(PlainTextResponse("<html>", media_type="text/html"))
