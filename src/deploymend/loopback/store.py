"""The state folder: one JSON file a record, written whole or not at all, so that a restart finds what was there.

account.json   projects/<id>.json   deployments/<id>.json   webhooks/<id>.json   logs/<id>.jsonl
sites/<id>/    what a deployment serves      caches/<project>/    installed packages      builds/<id>/    checkouts
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from deploymend.errors import BuildEnvironmentError, ConfigurationError

T = TypeVar("T")


class Store:
    """Reads and writes records in one folder. Blocking: the files are small and local."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds the token and the variables' values
        except OSError as error:
            raise ConfigurationError(
                f"The state folder {folder} cannot be used: {error.strerror}",
                next_step="Name another folder with --state, or make this one writable.",
            ) from error

    def path(self, *parts: str) -> Path:
        """A path in the state folder; the folder above it exists afterwards."""
        path = self.folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def save(self, kind: str, key: str, record: object) -> None:
        """Write a record. Atomic: a crash leaves the old file or the new one."""
        path = self.path(kind, f"{key}.json")
        temporary = path.with_suffix(".tmp")
        try:
            temporary.write_bytes(TypeAdapter[Any](type(record)).dump_json(record, indent=1))
            temporary.replace(path)
        except OSError as error:
            raise BuildEnvironmentError(
                f"{path} cannot be written: {error.strerror}", next_step="Free disk space, then start again."
            ) from error

    def load(self, kind: str, record_type: type[T]) -> Iterator[T]:
        """All records of a kind, in the order of their keys. Raises ConfigurationError for a file that is not one."""
        adapter = TypeAdapter(record_type)
        for path in sorted(self.folder.joinpath(kind).glob("*.json")):
            try:
                yield adapter.validate_json(path.read_bytes())
            except (OSError, ValidationError) as error:
                raise ConfigurationError(
                    f"{path} is not a record of the loopback Vercel",
                    next_step="Delete that file, or the whole state folder to start afresh.",
                ) from error

    def drop(self, kind: str, key: str) -> None:
        """Forget a record; nothing happens when there is none."""
        self.folder.joinpath(kind, f"{key}.json").unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for this process. Raises ConfigurationError when another one has it."""
        with self.path("lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise ConfigurationError(
                    f"Another loopback Vercel is using the state folder {self.folder}",
                    next_step="Stop it, or give this one a folder of its own with --state.",
                ) from error
            lock.truncate(0)
            lock.write(f"{os.getpid()}\n")
            lock.flush()
            yield
