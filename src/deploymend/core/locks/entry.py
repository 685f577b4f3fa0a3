"""One locked package."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class LockEntry:
    """A package as a lockfile holds it.

    `name` is what code imports; `package` is what the registry calls it, which differs only for aliases
    (`"old": "npm:lodash@3"`). Empty strings where the lockfile says nothing.
    """

    name: str
    package: str
    version: str
    integrity: str = ""
    """The hash as written: `sha512-…` (npm, pnpm, yarn 1, bun) or `10c0/…` (yarn 2 and newer)."""
    source: str = ""
    """Where it is fetched from, when the lockfile names an address."""
    top_level: bool = False
    """True when the project's root resolves the name to this version."""


def split_at_version(text: str) -> tuple[str, str]:
    """`@a/b@1.2.3` as (`@a/b`, `1.2.3`): the first `@` that is not the scope's. No version: an empty string."""
    at = text.find("@", 1)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])
