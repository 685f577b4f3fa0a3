"""The HTTP door against real servers on this machine: what is repeated, what is not, and what people are told."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from deploymend.errors import (
    CredentialError,
    DeploymendError,
    NotFoundError,
    QuotaError,
    ServiceError,
    TransientError,
)
from deploymend.shell.http import Http
from deploymend.shell.http_failures import Service
from deploymend.testing.scripted_http import ScriptedService

TOKEN = "tok_secret_0123456789"  # noqa: S105 - guards nothing
SERVICE = Service(name="Example", quota_codes=frozenset({"builds_rate_limited"}))


class Scripted(ScriptedService):
    """A scripted service and the door to it."""

    url: str = ""

    def http(self, **settings: float) -> Http:
        """The door, with our token and without waiting."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return Http(self.url, headers, service=SERVICE, retries=self.retries(), **settings)  # type: ignore[arg-type]


@pytest.fixture
async def server() -> AsyncIterator[Scripted]:
    """A scripted service, served over HTTP."""
    scripted = Scripted()
    async with scripted.serving() as scripted.url:
        yield scripted


OK = JSONResponse({"ok": True})


async def test_returns_json_and_sends_what_it_should(server: Scripted) -> None:
    """A good answer is parsed; credentials, parameters and body arrive."""
    server.answers = [OK]
    async with server.http() as http:
        assert await http.get_json("/v1/things", params={"limit": 3, "name": "a b"}) == {"ok": True}
        assert await http.post_json("/v1/things", {"x": 1}) == {"ok": True}
        assert await http.patch_json("/v1/things", {"x": 2}) == {"ok": True}
    first = server.requests[0]
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    assert dict(first.query_params) == {"limit": "3", "name": "a b"}
    assert [r.method for r in server.requests] == ["GET", "POST", "PATCH"]
    assert server.bodies == [b"", b'{"x":1}', b'{"x":2}']
    assert server.waits == []


async def test_an_empty_answer_is_none(server: Scripted) -> None:
    """204 and an empty 200 hold no document, which is no error."""
    server.answers = [Response(status_code=204), Response(b"  ")]
    async with server.http() as http:
        await http.delete("/v1/things/1")
        assert await http.get_json("/v1/things/1") is None


@pytest.mark.parametrize(
    ("retry_after", "waited"),
    [("7", 7.0), ("1", 5.0), ("9999", 60.0), ("", 5.0), ("soon", 5.0), ("nan", 5.0), ("-3", 5.0)],
)
@pytest.mark.parametrize("status", [429, 503])
async def test_waits_as_asked(server: Scripted, status: int, retry_after: str, waited: float) -> None:
    """429 and 503 wait what Retry-After says, within 5 to 60 seconds, and a little by chance."""
    server.answers = [JSONResponse({}, status, {"Retry-After": retry_after}), OK]
    async with server.http() as http:
        assert await http.get_json("/v1/things") == {"ok": True}
    assert server.waits == [waited + 3.0]


async def test_understands_a_date_to_wait_for(server: Scripted) -> None:
    """Retry-After may be a date; it is measured against the server's own clock."""
    dates = {"Retry-After": "Thu, 01 Jan 2026 00:00:20 GMT", "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
    server.answers = [JSONResponse({}, 429, dates), OK]
    async with server.http() as http:
        await http.get_json("/v1/things")
    assert server.waits == [23.0]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_gives_up_after_five_tries(server: Scripted, status: int) -> None:
    """A service in trouble is asked five times in all; then it is a TransientError that says so."""
    server.answers = [JSONResponse({"error": {"code": "internal_server_error", "message": "oops"}}, status)]
    async with server.http() as http:
        with pytest.raises(
            TransientError, match=rf"Example answered {status} \(internal_server_error\) to GET /v1/x: oops"
        ):
            await http.get_json("/v1/x")
    assert len(server.requests) == 5
    assert server.waits == [8.0] * 4


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, ServiceError),
        (401, CredentialError),
        (402, QuotaError),
        (403, CredentialError),
        (404, NotFoundError),
        (409, ServiceError),
        (410, NotFoundError),
    ],
)
async def test_other_refusals_are_final(server: Scripted, status: int, kind: type[DeploymendError]) -> None:
    """What a repetition cannot change is asked once, and is the error whose problem it is."""
    server.answers = [JSONResponse({"error": {"code": "nope", "message": "no such luck"}}, status)]
    async with server.http() as http:
        with pytest.raises(kind, match="no such luck") as caught:
            await http.get_json("/v1/x")
    assert type(caught.value) is kind
    assert len(server.requests) == 1


async def test_a_quota_is_not_waited_out(server: Scripted) -> None:
    """A 429 whose code names a quota is no rate limit: a person or a day must help."""
    server.answers = [JSONResponse({"error": {"code": "builds_rate_limited", "message": "32 an hour"}}, 429)]
    async with server.http() as http:
        with pytest.raises(QuotaError, match="32 an hour"):
            await http.get_json("/v1/x")
    assert server.waits == []


@pytest.mark.parametrize(
    "body",
    [
        '{"error": {"code": "c1", "message": "words"}}',
        '{"err": {"code": "c1", "message": "words"}}',
        '{"code": "c1", "message": "words"}',
        '{"error": "c1", "error_description": "words"}',
    ],
)
async def test_reads_every_error_envelope(server: Scripted, body: str) -> None:
    """Code and words are found under `error`, under `err`, and at the top."""
    server.answers = [PlainTextResponse(body, 400)]
    async with server.http() as http:
        with pytest.raises(ServiceError, match=r"400 \(c1\) to GET /v1/x: words"):
            await http.get_json("/v1/x")


@pytest.mark.parametrize("body", ["", "null", "[1]", "{}", '{"error": 7}', '{"error": {"message": 7}}', "[" * 100_000])
async def test_survives_any_error_body(server: Scripted, body: str) -> None:
    """An error without a readable envelope still says what was asked and what came."""
    server.answers = [PlainTextResponse(body, 400)]
    async with server.http() as http:
        with pytest.raises(ServiceError, match=r"Example answered 400 to GET /v1/x\."):
            await http.get_json("/v1/x")


async def test_the_token_is_in_no_message(server: Scripted) -> None:
    """A service that echoes the token does not make us print it, in no error of the chain."""
    echo = {"error": {"code": "forbidden", "message": f"Not authorized: Bearer {TOKEN}"}}
    server.answers = [JSONResponse(echo, 403)]
    async with server.http() as http:
        with pytest.raises(CredentialError) as caught:
            await http.get_json("/v1/x")
        assert TOKEN not in repr(http)
    assert "Not authorized: ***" in caught.value.message
    assert TOKEN not in f"{caught.value!r}{caught.value.__cause__!r}{caught.value.next_step}"


@pytest.mark.parametrize(
    "answer",
    [
        HTMLResponse("<h1>Bad gateway</h1>"),
        PlainTextResponse("<!DOCTYPE html><p>log in</p>"),
        PlainTextResponse('{"deployments": [{"uid":'),
        PlainTextResponse("[" * 100_000),
    ],
)
async def test_an_unreadable_answer_is_asked_for_again(server: Scripted, answer: Response) -> None:
    """A web page or broken JSON under a good status is a passing fault: repeated, then a TransientError."""
    server.answers = [answer, answer, OK]
    async with server.http() as http:
        assert await http.get_json("/v1/x") == {"ok": True}
        server.answers = [answer]
        with pytest.raises(TransientError):
            await http.get_json("/v1/x")
    assert len(server.requests) == 3 + 5


async def test_text_comes_as_it_is(server: Scripted) -> None:
    """Text needs not be JSON, loses a byte order mark, and shows broken bytes as such."""
    server.answers = [Response(b"\xef\xbb\xbf{}\n{\xff}\n", media_type="application/stream+json; charset=utf-8")]
    async with server.http() as http:
        text = await http.get_text("/v1/x")
    assert text.body == "{}\n{\ufffd}\n"
    assert text.content_type == "application/stream+json"


async def test_a_redirect_is_not_followed(server: Scripted) -> None:
    """A redirect could carry the token elsewhere: it is an error that names the place, without its query."""
    server.answers = [RedirectResponse("https://elsewhere.example/login?next=secret")]
    async with server.http() as http:
        with pytest.raises(ServiceError, match=r"It points to https://elsewhere\.example/login\.") as caught:
            await http.get_json("/v1/x")
    assert "secret" not in caught.value.message
    assert len(server.requests) == 1


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_huge_answer_is_cut(server: Scripted, *, compressed: bool) -> None:
    """More than the limit is not read, also when it comes small and unpacks large."""
    big = b'"' + b"x" * 5_000_000 + b'"'
    packed = Response(gzip.compress(big), headers={"Content-Encoding": "gzip"})
    server.answers = [packed if compressed else Response(big)]
    async with server.http(max_body_bytes=1_000_000) as http:
        with pytest.raises(ServiceError, match="more than 1,000,000 bytes"):
            await http.get_json("/v1/x")
    assert len(server.requests) == 1


async def test_a_slow_answer_ends(server: Scripted) -> None:
    """A service that says nothing for too long is left, and asked again."""

    async def late(_: Request) -> Response:
        await asyncio.sleep(1)
        return OK

    server.answers = [late, OK]
    async with server.http(timeout_seconds=0.1) as http:
        assert await http.get_json("/v1/x") == {"ok": True}
    assert server.waits == [8.0]


@pytest.mark.parametrize("status", [429, 500, 200])
async def test_an_unclear_post_is_not_repeated(server: Scripted, status: int) -> None:
    """A POST that may have been done is not sent again; one that was turned away is."""
    server.answers = [HTMLResponse("<html>", status), OK]
    async with server.http() as http:
        if status == 429:
            assert await http.post_json("/v1/x", {}) == {"ok": True}
        else:
            with pytest.raises(TransientError):
                await http.post_json("/v1/x", {})
    assert len(server.requests) == (2 if status == 429 else 1)


async def test_recover_looks_before_a_post_is_repeated(server: Scripted) -> None:
    """After an unclear POST `recover` looks: what it finds is the answer; only when it finds none, POST again."""
    looked: list[int] = []
    found: list[object] = [None, {"id": "found"}]

    async def recover() -> object:
        looked.append(len(server.requests))
        return found.pop(0)

    server.answers = [JSONResponse({}, 504)]
    async with server.http() as http:
        assert await http.post_json("/v1/x", {}, recover=recover) == {"id": "found"}
    assert looked == [1, 2]
    assert len(server.requests) == 2


async def test_a_repeatable_post_is_repeated(server: Scripted) -> None:
    """A POST for which twice is the same as once is treated like a GET."""
    server.answers = [JSONResponse({}, 500), OK]
    async with server.http() as http:
        assert await http.post_json("/v1/x", {}, repeatable=True) == {"ok": True}
