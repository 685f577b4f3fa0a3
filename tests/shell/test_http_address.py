"""Addresses and credentials that the HTTP door refuses before anything is sent."""

from __future__ import annotations

import pytest

from deploymend.errors import ConfigurationError, CredentialError
from deploymend.shell.http import Http
from deploymend.shell.http_failures import Service

SERVICE = Service(name="Example")


def test_an_address_must_be_safe() -> None:
    """Plain http is for this machine only; an address with credentials, or none at all, is refused."""
    for bad in (
        "http://api.example",
        "ftp://api.example",
        "api.example",
        "",
        "https://",
        "https://u:p@api.example",
        "https://api.example?x=1",
        "http://127.0.0.1.example",
        "https://api.example:port",
    ):
        with pytest.raises(ConfigurationError):
            Http(bad, service=SERVICE)
    for good in ("https://api.example/", "http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"):
        Http(good, service=SERVICE)


@pytest.mark.parametrize("token", ["", " ", "tok\nline", "tok\u2013dash", "tok\r\nX-Evil: 1"])
def test_a_garbled_token_is_refused(token: str) -> None:
    """An empty token or one with a line break is refused before anything is sent, and not shown."""
    with pytest.raises(CredentialError) as caught:
        Http("https://api.example", {"Authorization": f"Bearer {token}"}, service=SERVICE)
    assert not token.strip() or token not in caught.value.message
