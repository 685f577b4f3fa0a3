"""A worktree of the mirror, as a place to repair in.

Untrusted builds run in it, so nothing it holds is believed: git gets its own folder by name and never reads the
worktree's `.git`, nested repositories are left alone, no filter, hook or monitor runs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from deploymend.core.model import FileChange, Repair
from deploymend.shell import git_objects, tree_files
from deploymend.shell.git import Git

_SUBMODULE_MODE = b"160000"


class GitWorkspace:
    """Implements `ports.Workspace`.

    What `changes` last showed is what gets committed, to the byte. Where it was never asked since the last `apply` or
    `reset`, everything that differs is.
    """

    def __init__(self, *, git: Git, root: Path, commit_sha: str) -> None:
        self._git = git
        self._root = root
        self._commit_sha = commit_sha
        self._files: tuple[str, ...] = ()
        self._judged_tree: str | None = None

    @property
    def root(self) -> Path:
        """The worktree's folder."""
        return self._root

    @property
    def commit_sha(self) -> str:
        """The commit it was opened at."""
        return self._commit_sha

    def files(self) -> tuple[str, ...]:
        """Every file git tracks or would track, sorted, as of the last `apply`, `changes` or `reset`.

        Submodules and names that are not UTF-8 are left out: there is no text to repair in them.
        """
        return self._files

    def read(self, path: str) -> str | None:
        """A file's text. None when missing, not UTF-8, over 2 MB, a link, or outside the tree."""
        return tree_files.read_text(self._root, path)

    async def apply(self, repair: Repair) -> None:
        """Write a repair's edits, all or none; its package operations are the builder's work. Again is a no-op."""
        await asyncio.to_thread(tree_files.write_edits, self._root, repair.edits)
        self._judged_tree = None
        await self.stage()

    async def changes(self) -> tuple[FileChange, ...]:
        """The difference from the commit it was opened at, sorted by path, in the texts a commit would hold."""
        self._judged_tree = await self.stage()
        return await git_objects.read_changes(self._git, self._commit_sha, self._judged_tree)

    async def diff(self) -> str:
        """What `changes` last showed, as a unified diff; at most 8 MB, the middle left out beyond."""
        return await git_objects.unified_diff(self._git, self._commit_sha, await self.tree())

    async def reset(self) -> None:
        """Back to the commit it was opened at; ignored files stay, nested repositories that a build left go."""
        self._judged_tree = None
        await self._check_out(self._commit_sha)

    @asynccontextmanager
    async def undisturbed(self) -> AsyncIterator[None]:
        """Around anything that runs the project's own code: every file git would track is afterwards as it was.

        Builds write into the tree (Next rewrites tsconfig.json, others leave a `dist` that nobody ignores), some with
        intent. None of it may reach a repair. Ignored files stay, so packages and caches are there for the next run.
        """
        tree, judged = await self.stage(), self._judged_tree
        try:
            yield
        finally:
            await self._check_out(tree)
            self._judged_tree = judged

    async def tree(self) -> str:
        """The id of the tree a commit gets: what `changes` last showed, else everything as it is now."""
        return self._judged_tree or await self.stage()

    async def stage(self) -> str:
        """Bring the index in step with the files and return the id of its tree.

        `git add` would run `git status` inside a nested repository, and with it programs that its configuration
        names, so every path is handed over by name instead.
        """
        listing = await self._git.check("ls-files", "-z", "--stage")
        tracked = [entry.partition(b"\t") for entry in listing.stdout_bytes.split(b"\0") if entry]
        paths = [path for head, _, path in tracked if not head.startswith(_SUBMODULE_MODE)]
        others = await self._git.check("ls-files", "-z", "--others", "--exclude-standard")
        paths += [path for path in others.stdout_bytes.split(b"\0") if path and not path.endswith(b"/")]
        feed = b"".join(path + b"\0" for path in paths)
        await self._git.run("update-index", "-z", "--add", "--remove", "--replace", "--stdin", stdin=feed)
        await self.load()
        return (await self._git.run("write-tree")).strip()

    async def _check_out(self, tree: str) -> None:
        await self._git.run("read-tree", "--reset", "-u", tree)
        await self._git.run("clean", "-ffdq")
        await self.load()

    async def load(self) -> None:
        """Read the list of files anew."""
        listing = await self._git.check("ls-files", "-z", "--stage")
        names = []
        for entry in listing.stdout_bytes.split(b"\0"):
            head, _, path = entry.partition(b"\t")
            if path and not head.startswith(_SUBMODULE_MODE) and (name := _utf8(path)) is not None:
                names.append(name)
        self._files = tuple(sorted(names))


def _utf8(path: bytes) -> str | None:
    try:
        return path.decode("utf-8")
    except UnicodeDecodeError:
        return None
