"""Lockfiles of the JavaScript package managers, read without running any of them: one file per format.

Reading never raises: a broken lock gives what can still be made out.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from deploymend.core.locks.bun import read_bun
from deploymend.core.locks.entry import LockEntry
from deploymend.core.locks.npm import read_npm
from deploymend.core.locks.pnpm import read_pnpm
from deploymend.core.locks.yarn import read_yarn

__all__ = ["LOCK_READERS", "LockEntry", "is_lockfile", "read_lock"]

LOCK_READERS: Mapping[str, Callable[[str], Iterable[LockEntry]]] = MappingProxyType(
    {
        "package-lock.json": read_npm,
        "npm-shrinkwrap.json": read_npm,
        "pnpm-lock.yaml": read_pnpm,
        "yarn.lock": read_yarn,
        "bun.lock": read_bun,
    }
)


def is_lockfile(path: str) -> bool:
    """True for the lockfiles that can be read; a binary `bun.lockb` is not one of them."""
    return posixpath.basename(path) in LOCK_READERS


def read_lock(path: str, text: str) -> tuple[LockEntry, ...]:
    """Every locked package; empty when the path is no lockfile we know. The file's name alone decides the format."""
    reader = LOCK_READERS.get(posixpath.basename(path))
    return tuple(reader(text)) if reader else ()
