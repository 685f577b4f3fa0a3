"""What a single value must look like. Each check returns the value or raises ValueError with words for a person."""

from __future__ import annotations

import difflib
import re
from urllib.parse import urlsplit

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
VARIABLE = re.compile(r"\$[A-Za-z_][A-Za-z0-9_]*")
# git check-ref-format: what no branch name may hold.
NOT_IN_A_BRANCH = re.compile(r"[\x00-\x20\x7f~^:?*\[\\]|\.\.|@\{|//|^[-/.]|[/.]$|\.lock$")


def target(value: str) -> str:
    """`console`, or `$NAME` for an environment variable that holds an Apprise address."""
    if value == "console" or VARIABLE.fullmatch(value):
        return value
    if "://" in value:
        # The value itself is not repeated: it may hold a token.
        raise ValueError(
            "an address holds credentials, which must not stand in this file: "
            'put it into an environment variable and write its name here, as "$DEPLOYMEND_SLACK"'
        )
    raise ValueError(
        f'{value!r} is neither "console" nor the name of an environment variable such as "$DEPLOYMEND_SLACK"'
    )


def address_without_password(value: str) -> str:
    """A database's address that holds no password, or `$NAME`."""
    if VARIABLE.fullmatch(value):
        return value
    parts = urlsplit(value)
    if parts.password or "password=" in parts.query.lower():
        raise ValueError(
            "a password must not stand in this file: "
            'put the address into an environment variable and write its name here, as "$DEPLOYMEND_DATABASE"'
        )
    if parts.scheme.split("+")[0] not in {"sqlite", "postgresql"}:
        raise ValueError("the address must start with sqlite:/// or postgresql://")
    return value


def api_address(value: str) -> str:
    """An https address, or an http one of this machine; no trailing slash, no credentials."""
    parts = urlsplit(value)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise ValueError("this must be an address such as https://api.vercel.com")
    if parts.username or parts.password:
        raise ValueError("credentials must not stand in this address; the token comes from VERCEL_TOKEN")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise ValueError("plain http would send the token readable by others: use https")
    return value.rstrip("/")


def branch(value: str) -> str:
    """A branch's name as git accepts it."""
    if not value or NOT_IN_A_BRANCH.search(value):
        raise ValueError(f"{value!r} is not a name that git allows for a branch")
    return value.removeprefix("refs/heads/")


def author(value: str) -> str:
    """An e-mail address, as git holds it; compared without regard to case."""
    name, at, host = value.partition("@")
    if not (name and at and host) or any(sign.isspace() for sign in value):
        raise ValueError(f"{value!r} is not an e-mail address")
    return value.lower()


def gate_rule(value: str) -> str:
    """The name of a rule of the gate."""
    # Only a file that opens a rule pays for loading them.
    from deploymend.core.gate import RULES

    names = [rule.name for rule in RULES]
    if value not in names:
        near = difflib.get_close_matches(value, names, n=1)
        raise ValueError(f"{value!r} is not a rule of the gate" + (f"; did you mean {near[0]!r}?" if near else ""))
    return value


def unrepeated(values: tuple[str, ...]) -> tuple[str, ...]:
    """A list without repeats; the first of each is kept."""
    return tuple(dict.fromkeys(values))
