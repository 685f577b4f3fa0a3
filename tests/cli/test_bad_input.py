"""What people and machines get wrong: one clear message, what to do next, the right exit code, and nothing changed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # many process starts

Run = Callable[..., subprocess.CompletedProcess[str]]

CONFIGURATION = '[[projects]]\nname = "shop"\nrepository = "."\n'
MANIFEST = '{"name": "shop", "scripts": {"build": "node build.mjs"}}'
WHO = ("-c", "user.name=Uma", "-c", "user.email=uma@example.test")


def git(folder: Path, *arguments: str) -> str:
    """Run git as the user would."""
    done = subprocess.run(["git", *WHO, *arguments], cwd=folder, check=False, capture_output=True, text=True)
    return done.stdout


def everything(folder: Path) -> dict[str, bytes | str]:
    """All that a user could lose: files byte for byte, and what git knows."""
    files: dict[str, bytes | str] = {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }
    if (folder / ".git").is_dir():
        for arguments in (("for-each-ref",), ("status", "--porcelain=v2", "-uall"), ("stash", "list")):
            files["git " + arguments[0]] = git(folder, *arguments)
    return files


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A clean checkout with a configuration; each test spoils it in its own way."""
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "package.json").write_text(MANIFEST)
    (folder / "deploymend.toml").write_text(CONFIGURATION)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "First version")
    return folder


def _nothing(_: Path) -> None:
    """Leave it as it is."""


def _no_repository(folder: Path) -> None:
    for path in sorted((folder / ".git").rglob("*"), reverse=True):
        path.unlink() if not path.is_dir() else path.rmdir()
    (folder / ".git").rmdir()


def _dirty(folder: Path) -> None:
    (folder / "package.json").write_text(MANIFEST + "\n")


def _detached(folder: Path) -> None:
    git(folder, "checkout", "-q", "--detach")


def _no_commit(folder: Path) -> None:
    _no_repository(folder)
    git(folder, "init", "-q", "-b", "main")


def _merging(folder: Path) -> None:
    git(folder, "checkout", "-q", "-b", "side")
    git(folder, "commit", "-q", "--allow-empty", "-m", "side")
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "--no-commit", "side")


def _no_project(folder: Path) -> None:
    (folder / "deploymend.toml").write_text("[watch]\ncheck_interval_seconds = 5\n")


def _unknown_key(folder: Path) -> None:
    (folder / "deploymend.toml").write_text(CONFIGURATION + "[watch]\ncheck_intervall_seconds = 5\n")


def _no_toml(folder: Path) -> None:
    (folder / "deploymend.toml").write_text(CONFIGURATION + "this is = = no toml\n")


def _binary(folder: Path) -> None:
    (folder / "deploymend.toml").write_bytes(b"\xff\xfe\x00binary" * 50)


def _a_folder(folder: Path) -> None:
    (folder / "deploymend.toml").unlink()
    (folder / "deploymend.toml").mkdir()


def _no_configuration(folder: Path) -> None:
    (folder / "deploymend.toml").unlink()


@pytest.mark.parametrize(
    ("spoil", "command", "message", "step"),
    [
        (_no_repository, "fix", "git repository", "git"),
        (_dirty, "fix", "changes that are not committed: package.json", "git stash"),
        (_detached, "fix", "on no branch (detached HEAD", "git switch"),
        (_no_commit, "fix", "has no commit yet", "git commit"),
        (_merging, "fix", "A merge is under way", "git status"),
        (_nothing, "fix no-such-folder", "no-such-folder is not a folder", "git checkout"),
        (_nothing, "fix package.json", "package.json is not a folder", "git checkout"),
        (_nothing, "fix --push", "has no remote to push to", "git remote add origin"),
        (_nothing, "fix --timeout never", "'never' is not a valid float", "fix --help"),
        (_unknown_key, "fix", "check_intervall_seconds", "did you mean check_interval_seconds?"),
        (_nothing, "sync", "there is no Vercel token", "export VERCEL_TOKEN="),
        (_nothing, "watch", "there is no Vercel token", "export VERCEL_TOKEN="),
        (_no_configuration, "sync", "deploymend.toml", "deploymend init"),
        (_no_configuration, "watch", "deploymend.toml", "deploymend init"),
        (_no_project, "sync", "names no project", "[[projects]]"),
        (_unknown_key, "sync", "check_intervall_seconds", "did you mean check_interval_seconds?"),
        (_unknown_key, "watch", "check_intervall_seconds", "did you mean check_interval_seconds?"),
        (_no_toml, "sync", "deploymend.toml", "line 4"),
        (_binary, "sync", "deploymend.toml", "UTF-8"),
        (_a_folder, "sync", "deploymend.toml is a folder", "Name the deploymend.toml in it"),
        (_nothing, "sync --config elsewhere.toml", "elsewhere.toml", "deploymend init"),
        (_nothing, "sync --project other", "there is no project 'other'; configured: shop", "--project NAME"),
        (_no_toml, "incidents", "deploymend.toml", "line 4"),
    ],
)
def test_what_a_user_can_mend(
    *, run: Run, shop: Path, spoil: Callable[[Path], None], command: str, message: str, step: str
) -> None:
    """The user's own to mend, so exit 2: what is wrong and with what, then what to do; nothing is changed."""
    spoil(shop)
    before = everything(shop)
    done = run(*command.split(), cwd=shop)
    assert done.returncode == 2, done.stdout + done.stderr
    assert message in done.stderr
    assert step in done.stderr
    assert "next: " in done.stderr
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 4
    assert everything(shop) == before


@pytest.mark.parametrize("command", ["fix", "sync", "incidents", "watch"])
def test_without_a_home(run: Run, shop: Path, command: str) -> None:
    """There is no place to keep things: it is said which variable names one."""
    before = everything(shop)
    done = run(command, cwd=shop, env={"HOME": "", "VERCEL_TOKEN": "a-token"})
    assert done.returncode == 2, done.stderr
    assert "HOME is not set" in done.stderr
    assert "next: Set DEPLOYMEND_" in done.stderr
    assert everything(shop) == before


@pytest.mark.parametrize(
    "log",
    [
        b"",
        b"\x00\xff\xfe" * 4000,
        b"\x89PNG\r\n\x1a\n" + os.urandom(9000),
        "Ünïcode ✗".encode("utf-16"),
        b"\x1b[2J" * 99,
    ],
    ids=["empty", "bytes", "image", "utf-16", "escapes"],
)
def test_a_log_that_is_not_text(run: Run, tmp_path: Path, log: bytes) -> None:
    """It is read as far as it can be, never a traceback, and nothing of it moves the cursor."""
    path = tmp_path / "build.log"
    path.write_bytes(log)
    done = run("diagnose", str(path))
    assert done.returncode in {0, 1, 2}
    assert (done.stdout + done.stderr).strip()
    assert "Traceback" not in done.stderr
    assert not {"\x1b", "\x00", "\x07"} & set(done.stdout + done.stderr)
    assert path.read_bytes() == log
