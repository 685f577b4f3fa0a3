"""The versions of a package that installed packages ask for as their peer."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from deploymend.core.jsonc import as_object, parse_object

# pnpm-lock.yaml and yarn.lock (2 and newer): an indented block of `name: range`, quoted where YAML needs it.
_BLOCK = re.compile(r"^([ \t]+)peerDependencies:[ \t]*$")
_PAIR = re.compile(r"^([ \t]+)['\"]?([^'\":\s]+)['\"]?:[ \t]+['\"]?([^'\"\n]+?)['\"]?[ \t]*$")


def peer_ranges(lock_path: str, text: str, name: str) -> tuple[str, ...]:
    """The different ranges of `name` among the peers of a lockfile's packages, sorted; none where it does not say."""
    if posixpath.basename(lock_path) in ("package-lock.json", "npm-shrinkwrap.json"):
        return tuple(sorted(set(_npm(text, name))))
    return tuple(sorted(set(_blocks(text, name))))


def _npm(text: str, name: str) -> Iterator[str]:
    for entry in as_object(parse_object(text).get("packages")).values():
        wanted = as_object(as_object(entry).get("peerDependencies")).get(name)
        if isinstance(wanted, str):
            yield wanted


def _blocks(text: str, name: str) -> Iterator[str]:
    indent: int | None = None
    for line in text.splitlines():
        block, pair = _BLOCK.match(line), _PAIR.match(line)
        if block is not None:
            indent = len(block.group(1))
        elif indent is not None and pair is not None and len(pair.group(1)) > indent:
            if pair.group(2) == name:
                yield pair.group(3)
        else:
            indent = None
