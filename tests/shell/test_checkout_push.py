"""Committing and pushing what is in the user's checkout, for `sync`: their commit, their hooks, never forced."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from deploymend.errors import CheckoutError, OperationFailedError
from deploymend.shell.checkout import Checkout
from deploymend.testing.git_remote import GitRemote


def git(folder: Path, *arguments: str) -> str:
    """Run git as the user would."""
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


async def test_commit_all_and_push(home: Path, remote: GitRemote) -> None:
    """Everything not ignored is committed as the user and pushed to the branch's upstream; again is harmless."""
    (home / ".gitignore").write_text("secret\n")
    (home / "secret").write_text("x")
    (home / "src" / "b.ts").write_text("b\n")
    (home / "old.txt").unlink()
    checkout = Checkout(home / "src")
    commit = await checkout.commit_all("Add b\n\nAnd more.")
    assert commit == git(home, "rev-parse", "HEAD")
    assert git(home, "log", "-1", "--format=%an %ae %B") == "Uma User uma@example.test Add b\n\nAnd more."
    assert git(home, "show", "--format=", "--name-status", "HEAD").split() == [
        "A",
        ".gitignore",
        "D",
        "old.txt",
        "A",
        "src/b.ts",
    ]
    assert await checkout.commit_all("again") is None
    for _ in range(2):
        pushed = await checkout.push()
        assert (pushed.commit_sha, pushed.branch, pushed.remote_url) == (commit, "main", str(remote.bare))
        assert await remote.tip("main") == commit


async def test_the_users_hooks_run(home: Path, remote: GitRemote) -> None:
    """It is the user's commit and push, so their hooks decide; a refusal is quoted."""
    (home / "x").write_text("x")
    before = await remote.tip("main")
    hooks = home / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    (hooks / "pre-commit").write_text("#!/bin/sh\necho lint says no >&2\nexit 1\n")
    (hooks / "pre-commit").chmod(0o755)
    with pytest.raises(OperationFailedError) as caught:
        await Checkout(home).commit_all("x")
    assert "lint says no" in caught.value.message + caught.value.output
    (hooks / "pre-commit").rename(hooks / "pre-push")
    await Checkout(home).commit_all("x")
    with pytest.raises(OperationFailedError) as caught:
        await Checkout(home).push()
    assert "lint says no" in caught.value.message + caught.value.output
    assert await remote.tip("main") == before


async def test_push_behind_the_remote(home: Path, remote: GitRemote) -> None:
    """Commits of others are never overwritten: the user is told to get them first."""
    theirs = await remote.push({"theirs": "x"})
    git(home, "commit", "-q", "--allow-empty", "-m", "mine")
    with pytest.raises(CheckoutError, match="commits that this checkout does not have") as caught:
        await Checkout(home).push()
    assert "git pull" in caught.value.next_step
    assert await remote.tip("main") == theirs


async def test_push_refused(home: Path, remote: GitRemote) -> None:
    """The remote's words reach the user."""
    await remote.protect(words="only through a pull request")
    git(home, "commit", "-q", "--allow-empty", "-m", "mine")
    with pytest.raises(OperationFailedError, match="only through a pull request"):
        await Checkout(home).push()


async def test_push_without_a_remote(home: Path) -> None:
    """Without a remote there is nowhere to push to."""
    git(home, "remote", "remove", "origin")
    with pytest.raises(CheckoutError, match="no remote") as caught:
        await Checkout(home).push()
    assert "git remote add" in caught.value.next_step
