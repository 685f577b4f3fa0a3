"""bun.lock, the text format of bun 1.2 and newer (bun.com/docs, "Lockfile"). The binary bun.lockb cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from deploymend.core.jsonc import as_object, parse_object
from deploymend.core.locks.entry import LockEntry, split_at_version
from deploymend.core.unicode import well_formed

# What a lock with conflict markers or a torn end still says: the first part of each entry.
_TORN_ENTRY = r'\[\s*"((?:@[^"/\n]+/)?[^"/@\n]+)@\d'


def read_bun(text: str) -> Iterator[LockEntry]:
    """Every package: `"place": ["name@version", "registry", {…}, "sha512-…"]`. Workspaces and git sources are left out.

    A place with a parent (`"@a/b/lodash"`) is nested; one that is only a name is on top. Names only when it is broken.
    """
    lock = parse_object(text)
    if not lock:
        names = (match.group(1) for match in re2.finditer(_TORN_ENTRY, well_formed(text)))
        yield from (LockEntry(name=name, package=name, version="") for name in names)
    for place, value in as_object(lock.get("packages")).items():
        parts = [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
        package, version = split_at_version(parts[0]) if parts else ("", "")
        if not version[:1].isdigit():
            continue
        name = _last_name(place)
        yield LockEntry(
            name=name,
            package=package,
            version=version,
            integrity=next((part for part in parts[1:] if part.startswith("sha")), ""),
            source=next((part for part in parts[1:] if "://" in part), ""),
            top_level=place == name,
        )


def _last_name(place: str) -> str:
    segments = place.split("/")
    scoped = len(segments) > 1 and segments[-2].startswith("@")
    return "/".join(segments[-2:]) if scoped else segments[-1]
