"""The only way out of the sandbox: an HTTP proxy that connects to allowed hosts and refuses all others.

Speaks CONNECT (RFC 9110, 9.3.6) for TLS and plain absolute-form requests for registries on http. Every refusal is
remembered, so that a failed install can be told from one that was held back here.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_HEAD_SECONDS = 15.0
_CONNECT_SECONDS = 30.0
_HEAD_BYTES = 64 << 10
_CHUNK_BYTES = 64 << 10
_CONNECTIONS = 128
_REMEMBERED = 256
_SETTLE_SECONDS = 0.01
_Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AllowProxy:
    """An asynchronous context manager; while it is open it listens and `address` is set.

    `allowed` holds `host:port` in lower case. `upstream` is the machine's own proxy to go through, as `host:port`.
    """

    def __init__(self, allowed: AbstractSet[str], *, on_socket: bool, upstream: str | None = None) -> None:
        self.address: Path | int | None = None
        self.refused: list[str] = []
        """What was asked for and not allowed, `host:port`, each once, in order."""
        self._allowed = frozenset(allowed)
        self._on_socket = on_socket
        self._upstream = upstream
        self._folder: str | None = None
        self._server: asyncio.Server | None = None
        self._open: dict[asyncio.Task[None], None] = {}
        """The one that has been silent longest comes first."""

    async def __aenter__(self) -> Self:
        """Listen on a unix socket in a folder of its own (its path must be short), or on a free loopback port."""
        if self._on_socket:
            self._folder = tempfile.mkdtemp(prefix="deploymend-")
            self.address = Path(self._folder) / "proxy.sock"
            self._server = await asyncio.start_unix_server(self._accept, self.address, limit=_HEAD_BYTES)
        else:
            self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=_HEAD_BYTES)
            self.address = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening and drop every connection."""
        # asyncio loses a connection that is half accepted when its server closes (CPython 3.11): let it come in first.
        await asyncio.sleep(_SETTLE_SECONDS)
        if self._server is not None:
            self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await asyncio.sleep(0)  # closed transports let go of their sockets in the loop's next round
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Not a coroutine: asyncio would complain of each one that is cancelled at the end."""
        # A connection may have been on its way in while the proxy was closed.
        if self._server is None or not self._server.is_serving():
            writer.close()
            return
        task = asyncio.get_running_loop().create_task(self._handle(reader, writer))
        self._open[task] = None
        task.add_done_callback(partial(self._close, writer))
        if len(self._open) > _CONNECTIONS:
            self._make_room()

    def _make_room(self) -> None:
        """End the connection that has been silent longest.

        pnpm 8 opens a connection for each package and keeps it: refusing new ones would leave it waiting for minutes.
        """
        longest = next(iter(self._open))
        longest.cancel()
        self._heard(longest)

    def _hearing(self) -> Callable[[], None]:
        """To be called when something comes through the connection of the task that runs."""
        task = asyncio.current_task()
        return lambda: self._heard(task) if task is not None else None

    def _heard(self, task: asyncio.Task[None]) -> None:
        if task in self._open:
            self._open[task] = self._open.pop(task)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        expected = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)
        with contextlib.suppress(*expected):
            await self._serve(reader, writer)

    def _close(self, writer: asyncio.StreamWriter, task: asyncio.Task[None]) -> None:
        """Not at the end of `_handle`: a task that is cancelled before it begins never gets there."""
        self._open.pop(task, None)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(_HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        first, _, rest = head.partition(b"\r\n")
        method, target, *_ = first.decode("latin-1").split(" ")
        place, forward = _destination(method, target, rest)
        if place not in self._allowed:
            if place not in self.refused and len(self.refused) < _REMEMBERED:
                self.refused.append(place)
            writer.write(_answer(403, f"deploymend: {place} is not a registry of this project"))
            await writer.drain()
            return
        try:
            far_reader, far_writer = await self._connect(place)
        except (OSError, TimeoutError) as error:
            writer.write(_answer(502, f"deploymend: {place} cannot be reached: {error}"))
            await writer.drain()
            return
        if forward is None:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            far_writer.write(forward)
        await _both_ways((reader, writer), (far_reader, far_writer), self._hearing())

    async def _connect(self, place: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with asyncio.timeout(_CONNECT_SECONDS):
            host, port = _split(self._upstream or place)
            reader, writer = await asyncio.open_connection(host, port)
            if self._upstream is None:
                return reader, writer
            writer.write(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode())
            status = (await reader.readuntil(b"\r\n\r\n")).split(b" ", 2)
            if len(status) > 1 and status[1] == b"200":
                return reader, writer
            writer.close()
            raise OSError("the machine's own proxy refused")


def upstream_proxy(environment: Mapping[str, str]) -> str | None:
    """The machine's own proxy as `host:port`, from HTTPS_PROXY; None when there is none or it wants a login."""
    url = urlsplit(environment.get("HTTPS_PROXY") or environment.get("https_proxy") or "")
    with contextlib.suppress(ValueError):
        if url.hostname and url.scheme == "http" and not url.username:
            return f"{url.hostname}:{url.port or 80}"
    return None


def host_and_port(url: str) -> str | None:
    """`host:port` of a registry's URL, in lower case; None when it is no http(s) URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return f"{parts.hostname}:{port}" if parts.hostname and parts.scheme in _DEFAULT_PORTS else None


def _destination(method: str, target: str, headers: bytes) -> tuple[str, bytes | None]:
    """(host:port, None) for a tunnel; for a plain request also its bytes, rewritten for the server itself."""
    if method == "CONNECT":
        return target.lower(), None
    parts = urlsplit(target)
    path = parts.path or "/"
    query = f"?{parts.query}" if parts.query else ""
    kept = [
        line for line in headers.split(b"\r\n") if line and not line.lower().startswith((b"connection:", b"proxy-"))
    ]
    # One request a connection: the next one may be for another host and must be judged again.
    lines = [f"{method} {path}{query} HTTP/1.1".encode("latin-1"), *kept, b"Connection: close"]
    return host_and_port(target) or target.lower()[:200], b"\r\n".join(lines) + b"\r\n\r\n"


def _split(place: str) -> tuple[str, int]:
    host, _, port = place.rpartition(":")
    return host.strip("[]"), int(port)


def _answer(status: int, text: str) -> bytes:
    body = text.encode("utf-8", "replace")
    head = f"HTTP/1.1 {status} deploymend\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


async def _both_ways(near: _Pair, far: _Pair, heard: Callable[[], None]) -> None:
    """Carry bytes until the far side ends, or the near side has ended and the far side has nothing more to say.

    `heard` is called whenever one of them says something.
    """
    upload = asyncio.create_task(_carry(near[0], far[1], heard))
    try:
        await _carry(far[0], near[1], heard)
    finally:
        upload.cancel()
        await asyncio.gather(upload, return_exceptions=True)
        far[1].close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Callable[[], None]) -> None:
    while data := await reader.read(_CHUNK_BYTES):
        heard()
        writer.write(data)
        await writer.drain()
