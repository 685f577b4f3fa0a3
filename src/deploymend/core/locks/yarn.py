"""yarn.lock: version 1 (its own format) and the YAML that yarn 2 and newer write."""

from __future__ import annotations

from collections.abc import Iterator

from deploymend.core.locks.blocks import Block, block, read_blocks, scalar
from deploymend.core.locks.entry import LockEntry, split_at_version


def read_yarn(text: str) -> Iterator[LockEntry]:
    """Every package of a yarn lock. It does not say what is on top: `top_level` is always False."""
    for key, value in read_blocks(text).items():
        facts = block(value)
        version = scalar(facts, "version")
        if version and key != "__metadata" and "@workspace:" not in key:
            yield from _entries(key, version, facts)


def _entries(key: str, version: str, facts: Block) -> Iterator[LockEntry]:
    """One entry a name: a key lists every range that resolved to the same version."""
    resolution = scalar(facts, "resolution")
    names = dict.fromkeys(split_at_version(descriptor.strip(' "')) for descriptor in key.split(","))
    for name in dict.fromkeys(name for name, _ in names):
        aliased = next((asked for known, asked in names if known == name), "").removeprefix("npm:")
        package = split_at_version(resolution)[0] if resolution else _alias(name, aliased)
        yield LockEntry(
            name=name,
            package=package,
            version=version,
            integrity=scalar(facts, "integrity") or scalar(facts, "checksum"),
            source=scalar(facts, "resolved"),
        )


def _alias(name: str, asked: str) -> str:
    """The package behind `old@npm:lodash@3` in version 1, which writes no resolution."""
    target, version = split_at_version(asked)
    return target if version else name
