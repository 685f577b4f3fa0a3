"""A real bare repository in a folder, and a person who pushes to it: the other side for tests with git."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Mapping
from pathlib import Path

from deploymend.errors import OperationFailedError
from deploymend.shell import process
from deploymend.shell.git import git_environment

PERSON = ("Pat Person", "pat@example.test")


class GitRemote:
    """`bare` is the remote, `clone` the person's checkout of it. Make one with `create`."""

    def __init__(self, folder: Path) -> None:
        self.bare = folder / "remote.git"
        self.clone = folder / "person"

    @classmethod
    async def create(cls, folder: Path) -> GitRemote:
        """A new remote without a commit."""
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        remote = cls(folder)
        await remote.git("init", "--quiet", "--bare", str(remote.bare), cwd=folder)
        await remote.git("symbolic-ref", "HEAD", "refs/heads/main", cwd=remote.bare)
        await remote.git("init", "--quiet", str(remote.clone), cwd=folder)
        await remote.git("symbolic-ref", "HEAD", "refs/heads/main")
        await remote.git("remote", "add", "origin", str(remote.bare))
        return remote

    async def push(
        self,
        files: Mapping[str, str | bytes | None],
        *,
        branch: str = "main",
        message: str = "Work on it",
        author: tuple[str, str] = PERSON,
    ) -> str:
        """Commit files (None deletes one) on top of the remote's branch and push. The commit.

        A new branch starts at main's tip, or empty where there is no main.
        """
        await self.git("fetch", "--quiet", "--prune", "origin")
        start = await self.tip(branch) or await self.tip("main")
        if start:
            await self.git("checkout", "--quiet", "--force", "--detach", start)
        await asyncio.to_thread(_write, self.clone, files)
        await self.git("add", "--all", "--force")
        name, email = author
        who = ("-c", f"user.name={name}", "-c", f"user.email={email}")
        await self.git(*who, "commit", "--quiet", "--allow-empty", f"--message={message}")
        await self.git("push", "--quiet", "origin", f"HEAD:refs/heads/{branch}")
        return (await self.git("rev-parse", "HEAD")).strip()

    async def tip(self, branch: str) -> str | None:
        """The remote's branch; None when there is none."""
        listing = await self.git("for-each-ref", "--format=%(objectname)", f"refs/heads/{branch}", cwd=self.bare)
        return listing.strip() or None

    async def history(self, branch: str) -> list[str]:
        """The commits of the remote's branch, newest first."""
        return (await self.git("rev-list", f"refs/heads/{branch}", cwd=self.bare)).split()

    async def read(self, branch: str, path: str) -> str:
        """A file as the remote's branch holds it."""
        return await self.git("cat-file", "blob", f"refs/heads/{branch}:{path}", cwd=self.bare)

    async def protect(self, *, words: str) -> None:
        """Refuse every push from now on, with these words."""
        await self.hook("pre-receive", f"#!/bin/sh\necho {shlex.quote(words)}\nexit 1\n")

    async def hook(self, name: str, script: str) -> None:
        """Give the remote a hook."""
        await asyncio.to_thread(_write_program, self.bare / "hooks" / name, script)

    async def git(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run git as the person does, in their checkout unless told otherwise. Raises OperationFailedError."""
        argv = ["git", "-c", "advice.detachedHead=false", "-c", "gc.auto=0", *arguments]
        folder, env = cwd or self.clone, git_environment()
        done = await process.run(argv, cwd=folder, env=env, timeout_seconds=120, separate_stderr=True)
        if not done.ok:
            raise OperationFailedError(f"git {arguments[0]} failed: {done.output}", output=done.output)
        return done.stdout


def _write(root: Path, files: Mapping[str, str | bytes | None]) -> None:
    for path, content in files.items():
        place = root / path
        if content is None:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content.encode() if isinstance(content, str) else content)


def _write_program(place: Path, script: str) -> None:
    place.parent.mkdir(exist_ok=True)
    place.write_text(script, encoding="utf-8")
    place.chmod(0o755)
