"""pnpm-lock.yaml, lockfileVersion 5.x to 9.0 (shapes as pnpm 6 to 10 write them).

5.x   packages: /@a/b/1.2.3_peer@1:      dependencies: {b: 1.2.3_peer@1}
6.x   packages: /@a/b@1.2.3(peer@1):     dependencies: {b: {specifier, version: 1.2.3(peer@1)}}
9.0   packages: '@a/b@1.2.3':            importers: {.: {dependencies: {b: {specifier, version}}}}
"""

from __future__ import annotations

from collections.abc import Iterator

from deploymend.core.locks.blocks import Block, block, read_blocks, scalar
from deploymend.core.locks.entry import LockEntry, split_at_version

DEPENDENCY_FIELDS = ("dependencies", "devDependencies", "optionalDependencies")


def read_pnpm(text: str) -> Iterator[LockEntry]:
    """Every package of a pnpm lock. The root importer's direct dependencies come first and are the top level ones."""
    lock = read_blocks(text)
    importers = block(lock.get("importers"))
    yield from _direct(block(importers.get(".", lock)), top_level=True)
    for directory, importer in importers.items():
        if directory != ".":
            yield from _direct(block(importer), top_level=False)
    for key, value in block(lock.get("packages")).items():
        yield from _package(key, block(block(value).get("resolution")))


def _direct(importer: Block, *, top_level: bool) -> Iterator[LockEntry]:
    """What a manifest asked for. No hashes: those stand with the packages."""
    for field in DEPENDENCY_FIELDS:
        for name, value in block(importer.get(field)).items():
            written = scalar(block(value), "version") or scalar(block(importer.get(field)), name)
            package, version = _resolved(name, written)
            if version:
                yield LockEntry(name=name, package=package, version=version, top_level=top_level)


def _resolved(name: str, written: str) -> tuple[str, str]:
    """Package and version of a direct dependency; `link:` and addresses have none. An alias names its package."""
    bare = _without_peers(written)
    if ":" in bare:
        return name, ""
    if bare[:1].isdigit():
        return name, bare
    return _split_key(bare)


def _package(key: str, resolution: Block) -> Iterator[LockEntry]:
    name, version = _split_key(_without_peers(key))
    if version[:1].isdigit():
        integrity, source = scalar(resolution, "integrity"), scalar(resolution, "tarball")
        yield LockEntry(name=name, package=name, version=version, integrity=integrity, source=source)


def _split_key(key: str) -> tuple[str, str]:
    """Name and version of a package key in any of the three shapes, with or without the leading slash."""
    key = key.removeprefix("/")
    if "@" in key[1:]:
        return split_at_version(key)
    name, _, version = key.rpartition("/")
    return name, version


def _without_peers(written: str) -> str:
    """Without the peers a version was resolved with: `(react@18.0.0)` since 6.0, `_react@18.0.0` before."""
    bare = written.partition("(")[0]
    head, slash, tail = bare.rpartition("/")
    # A package's name may hold an underscore; what follows a version's digits may not.
    return head + slash + tail.partition("_")[0] if tail[:1].isdigit() else bare
