"""The HTTP door on broken connections, against raw sockets."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import pytest

from deploymend.errors import TransientError
from deploymend.shell.http import Http
from deploymend.shell.http_failures import Service
from deploymend.shell.http_retries import Retries

SERVICE = Service(name="Example")
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{}"


@contextlib.asynccontextmanager
async def raw_server(*answers: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Sends the bytes of each answer in turn, then hangs up; the last one for ever. Gives URL and requests."""
    left, seen = list(answers), list[bytes]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen


def patient(url: str, waits: list[float]) -> Http:
    """A door that notes its waits instead of waiting."""

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    return Http(url, service=SERVICE, retries=Retries(pause=pause, skew=lambda _: 0.0))


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\nContent-Type: application/json\r\n\r\n{"half": ',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"ha',
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"this is not HTTP at all\r\n\r\n",
    ],
)
async def test_a_cut_answer_is_asked_for_again(broken: bytes) -> None:
    """A connection that breaks off, wherever, is tried again and then told as a TransientError."""
    waits: list[float] = []
    async with raw_server(broken, broken, GOOD) as (url, seen), patient(url, waits) as http:
        assert await http.get_json("/x") == {}
        assert len(seen) == 3
    assert waits == [5.0, 5.0]
    async with raw_server(broken) as (url, seen), patient(url, waits) as http:
        with pytest.raises(TransientError, match="GET /x at Example broke off"):
            await http.get_json("/x")
        assert len(seen) == 5


async def test_a_cut_post_is_not_repeated() -> None:
    """When the connection breaks after the request went out, nobody knows: a POST is left at that."""
    waits: list[float] = []
    async with raw_server(b"", GOOD) as (url, seen), patient(url, waits) as http:
        with pytest.raises(TransientError):
            await http.post_json("/x", {})
        assert len(seen) == 1


async def test_nobody_there_is_retried_also_for_a_post() -> None:
    """A refused connection carried nothing: also a POST is tried five times."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    waits: list[float] = []
    async with patient(f"http://127.0.0.1:{port}", waits) as http:
        with pytest.raises(TransientError, match="Example cannot be reached") as caught:
            await http.post_json("/x", {})
    assert waits == [5.0] * 4
    assert "network" in caught.value.next_step


async def test_a_dripping_answer_ends() -> None:
    """An answer that never stops coming is cut by the total time, though no single silence was long."""
    left = asyncio.Event()

    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(200):
                writer.write(b" ")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.close()
        left.set()

    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        async with Http(url, service=SERVICE, total_seconds=0.2, retries=Retries(tries=1)) as http:
            with pytest.raises(TransientError, match="took too long"):
                await http.get_json("/x")
        await left.wait()


async def test_a_proxy_is_not_asked_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxy settings of the environment do not hide this machine's own services."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    async with raw_server(GOOD) as (url, _), patient(url, []) as http:
        assert await http.get_json("/x") == {}
