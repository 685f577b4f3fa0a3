"""The HTTP door and certificates, with a real TLS server whose certificate nobody vouches for."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploymend.errors import ServiceError, TransientError
from deploymend.shell.http import Http
from deploymend.shell.http_failures import Service
from deploymend.shell.http_retries import Retries

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the test's certificate")

SUBJECT = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A fresh certificate for 127.0.0.1, signed by itself, and its key."""
    made, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    new = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    subprocess.run([*new, "-keyout", key, "-out", made, *SUBJECT], check=True, capture_output=True)
    return made, key


@pytest.fixture
async def url(certificate: tuple[Path, Path]) -> AsyncIterator[str]:
    """A TLS server that answers `{}`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def door(url: str, waits: list[float]) -> Http:
    """A door that notes its waits."""

    async def pause(seconds: float) -> None:
        waits.append(seconds)

    return Http(url, service=Service(name="Example"), retries=Retries(pause=pause))


async def test_an_untrusted_certificate_is_explained(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate nobody here trusts is not tried again, and the message says what to set."""
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    waits: list[float] = []
    async with door(url, waits) as http:
        with pytest.raises(ServiceError, match="not trusted here") as caught:
            await http.get_json("/x")
    assert not isinstance(caught.value, TransientError)
    assert "SSL_CERT_FILE" in caught.value.next_step
    assert waits == []


async def test_ssl_cert_file_is_trusted(
    url: str, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network's own certificate authority is accepted through SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    async with door(url, []) as http:
        assert await http.get_json("/x") == {}
