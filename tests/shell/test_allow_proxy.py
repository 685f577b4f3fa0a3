"""The way out of the sandbox carries what is allowed, refuses the rest, and takes bad input calmly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest

from deploymend.shell.allow_proxy import AllowProxy, host_and_port, upstream_proxy


@contextlib.asynccontextmanager
async def _registry() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A server that keeps what it was asked and says where it was asked."""
    asked: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nhere")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], asked


async def _say(proxy: AllowProxy, *messages: bytes) -> bytes:
    """Send messages, each after an answer to the one before, and return all that came back."""
    assert isinstance(proxy.address, int)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.address)
    answer = b""
    try:
        async with asyncio.timeout(5):
            for number, message in enumerate(messages):
                if number:
                    answer += await reader.readuntil(b"\r\n\r\n")
                writer.write(message)
            return answer + await reader.read()
    finally:
        writer.close()


async def test_a_tunnel_carries_bytes_both_ways() -> None:
    """CONNECT to an allowed place, in any case of letters, then whatever the two have to say."""
    async with _registry() as (port, asked), AllowProxy({f"localhost:{port}"}, on_socket=False) as proxy:
        connect = f"CONNECT LOCALHOST:{port} HTTP/1.1\r\n\r\n".encode()
        answer = await _say(proxy, connect, b"GET /pkg HTTP/1.1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.endswith(b"here")
    assert asked == [b"GET /pkg HTTP/1.1\r\n\r\n"]


async def test_a_plain_request_is_forwarded_once() -> None:
    """As the server wants it, without the proxy's own headers, and the connection ends after one request."""
    async with _registry() as (port, asked), AllowProxy({f"127.0.0.1:{port}"}, on_socket=False) as proxy:
        head = f"GET http://127.0.0.1:{port}/a?b=1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nProxy-Connection: x\r\n\r\n"
        assert (await _say(proxy, head.encode())).endswith(b"here")
    assert asked[0].startswith(b"GET /a?b=1 HTTP/1.1\r\n")
    assert b"proxy-connection" not in asked[0].lower()
    assert b"Connection: close" in asked[0]


@pytest.mark.parametrize("method", ["CONNECT 127.0.0.1:{port}", "GET http://127.0.0.1:{port}/"])
async def test_other_places_are_refused_and_remembered_once(method: str) -> None:
    """The server is never asked, and the answer says who refused."""
    async with _registry() as (port, asked), AllowProxy({"registry.example:443"}, on_socket=False) as proxy:
        for _ in range(2):
            answer = await _say(proxy, f"{method.format(port=port)} HTTP/1.1\r\n\r\n".encode())
            assert answer.startswith(b"HTTP/1.1 403 ")
            assert b"is not a registry of this project" in answer
        assert proxy.refused == [f"127.0.0.1:{port}"]
    assert asked == []


@pytest.mark.parametrize(
    "garbage",
    [b"\r\n\r\n", b"CONNECT\r\n\r\n", b"\x16\x03\x01\x02\x00\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"x" * 200_000],
)
async def test_garbage_ends_one_connection_only(garbage: bytes) -> None:
    """Nonsense, binary, a request without a host, a head without end: the proxy goes on."""
    async with _registry() as (port, _), AllowProxy({f"127.0.0.1:{port}"}, on_socket=False) as proxy:
        with contextlib.suppress(ConnectionError):
            assert not (await _say(proxy, garbage)).startswith(b"HTTP/1.1 200")
        good = f"GET http://127.0.0.1:{port}/ HTTP/1.1\r\n\r\n".encode()
        assert (await _say(proxy, good)).endswith(b"here")


async def test_an_unreachable_registry_is_told() -> None:
    """502 with the reason, so that the package manager's message is clear."""
    async with _registry() as (port, _):
        pass
    async with AllowProxy({f"127.0.0.1:{port}"}, on_socket=False) as proxy:
        assert (await _say(proxy, f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())).startswith(b"HTTP/1.1 502 ")


def _behind(outer: AllowProxy, allowed: set[str]) -> AllowProxy:
    return AllowProxy(allowed, on_socket=False, upstream=f"127.0.0.1:{outer.address}")


async def test_it_goes_through_the_machines_own_proxy() -> None:
    """Where the machine reaches the network only so."""
    async with _registry() as (port, asked):
        allowed = {f"127.0.0.1:{port}"}
        connect = f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode()
        async with AllowProxy(allowed, on_socket=False) as outer, _behind(outer, allowed) as inner:
            assert (await _say(inner, connect, b"GET / HTTP/1.1\r\n\r\n")).endswith(b"here")
        async with AllowProxy(set(), on_socket=False) as outer, _behind(outer, allowed) as inner:
            assert b" 502 " in await _say(inner, connect)
    assert len(asked) == 1


async def test_the_longest_silent_connection_makes_room() -> None:
    """A client that keeps every connection it ever opened (pnpm 8) is served on; those that talk are not cut."""
    async with _echo() as port, AllowProxy({f"127.0.0.1:{port}"}, on_socket=False) as proxy:
        talking, silent = await _tunnel(proxy, port), await _tunnel(proxy, port)
        more = []
        for _ in range(140):
            more.append(await _tunnel(proxy, port))
            assert await _said(talking) == b"ping"
        assert await _said(silent) == b""
        assert await _said(more[-1]) == b"ping"
        for _, writer in (talking, silent, *more):
            writer.close()


@contextlib.asynccontextmanager
async def _echo() -> AsyncIterator[int]:
    """A server that says everything back and never ends a connection."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


_Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _tunnel(proxy: AllowProxy, port: int) -> _Connection:
    assert isinstance(proxy.address, int)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.address)
    writer.write(f"CONNECT 127.0.0.1:{port} HTTP/1.1\r\n\r\n".encode())
    async with asyncio.timeout(5):
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
    return reader, writer


async def _said(connection: _Connection) -> bytes:
    """What comes back for `ping`; nothing when the connection was ended."""
    reader, writer = connection
    async with asyncio.timeout(5):
        try:
            writer.write(b"ping")
            await writer.drain()
            return await reader.read(100)
        except ConnectionError:
            return b""


async def test_closing_drops_open_connections_and_the_socket() -> None:
    """Nothing is left behind, also when a client never says anything."""
    async with AllowProxy(set(), on_socket=True) as proxy:
        assert not isinstance(proxy.address, int)
        assert proxy.address is not None
        place = proxy.address
        reader, writer = await asyncio.open_unix_connection(place)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()
    assert not place.parent.exists()


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://Registry.Example/npm/", "registry.example:443"),
        ("http://localhost:4873/", "localhost:4873"),
        ("ftp://registry.example/", None),
        ("https://registry.example:99999999/", None),
        ("not a url", None),
        ("", None),
    ],
)
def test_addresses_become_places(url: str, place: str | None) -> None:
    """Host in lower case with its port; None for what is no web address."""
    assert host_and_port(url) == place


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("http://proxy.example:3128", "proxy.example:3128"),
        ("http://proxy.example", "proxy.example:80"),
        ("http://user:pw@proxy.example:3128", None),
        ("socks5://proxy.example:1080", None),
        ("", None),
    ],
)
def test_the_machines_own_proxy_is_found(value: str, place: str | None) -> None:
    """A plain HTTP proxy without a login; others cannot be used."""
    assert upstream_proxy({"HTTPS_PROXY": value}) == place
    assert upstream_proxy({"https_proxy": value}) == place
