"""A lock between processes that the kernel lets go of when its holder dies (man 2 flock)."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploymend.errors import BuildEnvironmentError

_POLL_SECONDS = 0.1


@asynccontextmanager
async def cache_lock(path: Path, *, timeout_seconds: float = 900.0) -> AsyncIterator[None]:
    """Hold the lock file while the body runs; its folder is made when missing. The file stays: removing it is a race.

    Raises BuildEnvironmentError when somebody else holds it for longer than `timeout_seconds`.
    """
    deadline = asyncio.get_running_loop().time() + timeout_seconds
    while (lock := try_lock(path)) is None:
        if asyncio.get_running_loop().time() > deadline:
            raise BuildEnvironmentError(
                f"{path} is held by another deploymend for over {timeout_seconds:.0f} s.",
                next_step="Wait for it to finish, or end it.",
            )
        await asyncio.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        lock.close()


class HeldLock:
    """A lock that is held until `close`."""

    def __init__(self, descriptor_of: Path) -> None:
        self._file = descriptor_of.open("ab")

    def acquire(self) -> bool:
        """Take it if it is free; False when it is not."""
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.close()
            return False
        return True

    def close(self) -> None:
        """Let go."""
        self._file.close()


def try_lock(path: Path) -> HeldLock | None:
    """The lock, or None when somebody else holds it now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = HeldLock(path)
    return lock if lock.acquire() else None
