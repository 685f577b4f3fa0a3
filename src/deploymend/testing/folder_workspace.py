"""A plain folder as a workspace, for tests of builders and fixers that need no git."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploymend.core.model import FileChange, Repair


class FolderWorkspace:
    """Implements `ports.Workspace` over a folder: all files but node_modules are "tracked", and `reset` goes back to
    the texts it was opened with.
    """

    def __init__(self, root: Path, *, commit_sha: str = "0" * 40) -> None:
        self._root = root
        self._commit_sha = commit_sha
        self._before = {path: self.read(path) for path in self.files()}

    @property
    def root(self) -> Path:
        """The folder."""
        return self._root

    @property
    def commit_sha(self) -> str:
        """As given."""
        return self._commit_sha

    def files(self) -> tuple[str, ...]:
        """Every file below the folder, sorted, node_modules left out."""
        found = []
        for place, folders, names in os.walk(self._root):
            folders[:] = [name for name in folders if name != "node_modules"]
            found += [(Path(place) / name).relative_to(self._root).as_posix() for name in names]
        return tuple(sorted(found))

    def read(self, path: str) -> str | None:
        """A file's text; None when missing, a link or not UTF-8."""
        place = self._root / path
        if place.is_symlink() or not place.is_file():
            return None
        try:
            return place.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            return None

    async def apply(self, repair: Repair) -> None:
        """Write the edits, without the checks of the real one."""
        for edit in repair.edits:
            self._write(edit.path, edit.after)

    async def changes(self) -> tuple[FileChange, ...]:
        """What differs from the start."""
        paths = sorted({*self._before, *self.files()})
        pairs = [(path, self._before.get(path), self.read(path)) for path in paths]
        return tuple(
            FileChange(path=path, before=before, after=after) for path, before, after in pairs if before != after
        )

    async def diff(self) -> str:
        """The names of what differs: enough for tests."""
        return "\n".join(change.path for change in await self.changes())

    async def reset(self) -> None:
        """Back to the start."""
        for change in await self.changes():
            self._write(change.path, change.before)

    @asynccontextmanager
    async def undisturbed(self) -> AsyncIterator[None]:
        """Afterwards every text is as before."""
        before = {path: self.read(path) for path in self.files()}
        try:
            yield
        finally:
            for path in {*before, *self.files()}:
                if self.read(path) != before.get(path):
                    self._write(path, before.get(path))

    def _write(self, path: str, text: str | None) -> None:
        place = self._root / path
        if text is None:
            place.unlink(missing_ok=True)
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode("utf-8"))
