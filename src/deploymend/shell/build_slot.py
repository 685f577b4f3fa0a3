"""A place to build in: a copy of the tree, kept apart from the worktree, with what the last build left for the next.

    <folder>/<n>.lock       held while somebody builds here
    <folder>/<n>/disk/      all that a job may write: path0 (the tree), cache (of the package managers)
    <folder>/<n>/config/    what a job may read: npmrc
    <folder>/<n>/stamp      which installation node_modules is from

As on Vercel, installed packages and the framework's cache stay, and everything else is written anew for each build.
A build may have left anything behind, links to anywhere included: nothing here follows a link.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from deploymend.errors import BuildEnvironmentError
from deploymend.shell.cache_lock import try_lock
from deploymend.shell.slot_files import copy_tree, kept_folders, put_back, remove, set_aside

TREE = "path0"
CACHE = "cache"
_SLOTS = 8
_IDLE_SECONDS = 14 * 24 * 3600.0
_READ_BYTES = 20_000_000


class BuildSlot:
    """One place, held by us."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.disk = folder / "disk"
        self.tree = self.disk / TREE
        self.cache = self.disk / CACHE
        self.config = folder / "config"
        self._stamp = folder / "stamp"

    def make(self) -> None:
        """Make its folders, where they are missing."""
        for place in (self.disk, self.config):
            place.mkdir(parents=True, exist_ok=True)

    async def fill(self, root: Path, files: Iterable[str]) -> None:
        """Make the tree a copy of `files` below `root`, keeping installed packages and caches. Raises: disk full."""
        names = tuple(files)
        try:
            await asyncio.to_thread(self._fill, root, names)
        except OSError as error:
            raise BuildEnvironmentError(
                f"The tree could not be copied to {self.tree}: {error.strerror or error}",
                next_step="Free disk space, or point DEPLOYMEND_CACHE at a larger disk.",
            ) from error

    def stamp(self) -> str:
        """Which installation node_modules is from; empty when unknown."""
        try:
            return self._stamp.read_text(encoding="utf-8")
        except OSError:
            return ""

    def set_stamp(self, text: str) -> None:
        """Note it; an empty text forgets it."""
        self._stamp.write_text(text, encoding="utf-8")

    def forget_packages(self) -> None:
        """Remove what is installed: it is of another Node or manager, or half done."""
        self.set_stamp("")
        for folder in kept_folders(self.tree):
            remove(folder)

    def read(self, path: str) -> str | None:
        """A text file of the tree, for the host to look at; None when missing, a link, not text, or over 20 MB."""
        content = self.read_bytes(path)
        try:
            return None if content is None else content.decode("utf-8")
        except UnicodeDecodeError:
            return None

    def read_linked(self, path: str) -> str | None:
        """The same, with links followed that stay in the tree: pnpm's node_modules is made of them."""
        real, root = os.path.realpath(self.tree / path), os.path.realpath(self.tree)
        return self.read(os.path.relpath(real, root))

    def read_bytes(self, path: str) -> bytes | None:
        """The same as bytes."""
        place = self._inside(path)
        if place is None or not stat.S_ISREG(place.lstat().st_mode) or place.lstat().st_size > _READ_BYTES:
            return None
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            return file.read(_READ_BYTES)

    def is_empty(self, path: str) -> bool | None:
        """Whether a folder of the tree is empty; None when there is no such folder."""
        place = self._inside(path)
        if place is None or not stat.S_ISDIR(place.lstat().st_mode):
            return None
        return next(place.iterdir(), None) is None

    def _inside(self, path: str) -> Path | None:
        """The place of a path in the tree; None when it is missing, leaves the tree, or any part of it is a link."""
        place = self.disk
        for part in (TREE, *Path(path).parts):
            place /= part
            if part == ".." or place.is_symlink() or not place.exists():
                return None
        return place

    def _fill(self, root: Path, files: tuple[str, ...]) -> None:
        aside = self.folder / "kept"
        remove(aside)
        aside.mkdir(parents=True)
        kept = set_aside(self.tree, aside)
        remove(self.tree)
        self.tree.mkdir(parents=True)
        copy_tree(root, files, self.tree)
        put_back(aside, kept, self.tree)
        remove(aside)


@asynccontextmanager
async def build_slot(folder: Path) -> AsyncIterator[BuildSlot]:
    """The first free slot of a project, the warmest one first. Raises BuildEnvironmentError when eight are in use."""
    for number in range(_SLOTS):
        lock = try_lock(folder / f"{number}.lock")
        if lock is None:
            continue
        try:
            slot = BuildSlot(folder / str(number))
            slot.make()
            os.utime(slot.folder)
            yield slot
        finally:
            lock.close()
        return
    raise BuildEnvironmentError(f"{_SLOTS} builds of this project are running already.", next_step="Wait for one.")


def prune_slots(projects: Path, *, wanted_free_bytes: int, now_seconds: Callable[[], float] = time.time) -> int:
    """Remove idle slots: those unused for two weeks, and the oldest while the disk has less than wanted. How many."""
    slots = sorted(
        (path for path in projects.glob("*/slots/[0-9]*") if path.is_dir() and not path.is_symlink()),
        key=lambda path: path.stat().st_mtime,
    )
    removed = 0
    for slot in slots:
        old = now_seconds() - slot.stat().st_mtime > _IDLE_SECONDS
        full = shutil.disk_usage(projects).free < wanted_free_bytes
        lock = try_lock(slot.with_suffix(".lock")) if old or full else None
        if lock is not None:
            remove(slot)
            lock.close()
            removed += 1
    return removed
