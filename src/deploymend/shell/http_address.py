"""Where a service lives and what proves who we are: refused early where it would leak a credential or cannot work."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from deploymend.errors import ConfigurationError, CredentialError

_SHORTEST_SECRET = 4
_CREDENTIAL_HEADERS = frozenset({"authorization", "x-api-key", "cookie"})


def checked_base_url(base_url: str) -> str:
    """The address without a trailing slash. Raises ConfigurationError unless it is https, or http on this machine,
    with a host and without user name, query or fragment.
    """
    address = base_url.strip().rstrip("/")
    parts = _split(address)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigurationError(f"Not a web address: {address!r}.", next_step="Give it as https://host.")
    if parts.username is not None or parts.password is not None:
        raise ConfigurationError(
            f"The address of {parts.hostname} holds a user name or password.",
            next_step="Leave it out: credentials come from the environment.",
        )
    if parts.query or parts.fragment:
        raise ConfigurationError(f"The address of {parts.hostname} goes on after its path.", next_step="End it there.")
    if parts.scheme == "http" and not is_loopback(address):
        raise ConfigurationError(
            f"{address} would carry the token in the clear.",
            next_step="Use https:// (plain http is only for this machine's own addresses).",
        )
    return address


def is_loopback(address: str) -> bool:
    """True when the address is this machine's own: `localhost`, 127.0.0.0/8 or ::1. Names are not looked up."""
    parts = _split(address)
    host = (parts.hostname if parts else None) or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers as they may be sent. Raises CredentialError, without naming the value, for an empty credential or
    one with characters that no header may hold: a token pasted with its line break, or with a stray quote or dash.
    """
    for name, value in headers.items():
        if name.lower() in _CREDENTIAL_HEADERS and not value.removeprefix("Bearer ").strip():
            raise CredentialError("The token is empty.", next_step="Set it again, in full.")
        if not (value.isascii() and value.isprintable()):
            raise CredentialError(
                f"The value for the header {name} holds a line break or a character that is not ASCII.",
                next_step="Copy the token again: it is letters, digits and _ only.",
            )
    return dict(headers)


def secrets_in(headers: Mapping[str, str]) -> tuple[str, ...]:
    """The texts that must appear in no message, longest first: credentials with and without their scheme word."""
    found = set[str]()
    for name, value in headers.items():
        if name.lower() in _CREDENTIAL_HEADERS:
            found |= {value, value.rpartition(" ")[2]}
    return tuple(sorted((text for text in found if len(text) >= _SHORTEST_SECRET), key=len, reverse=True))


def mask(text: str, secrets: tuple[str, ...]) -> str:
    """The text with each secret replaced: services echo what they were sent."""
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        return None
    return parts
