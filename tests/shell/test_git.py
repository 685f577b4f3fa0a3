"""The git door: one careful way to call git, and its failures in our words."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from deploymend.errors import (
    BuildEnvironmentError,
    CheckoutError,
    CredentialError,
    DeploymendError,
    NotFoundError,
    OperationFailedError,
    TransientError,
)
from deploymend.shell.git import Git, git_environment, require_git, url_secrets
from deploymend.shell.git_errors import is_corruption, remote_words, translate
from deploymend.shell.process import run
from deploymend.testing.git_remote import GitRemote

# Words of git 2.39 to 2.47, OpenSSH 9, curl 8, GitHub and GitLab.
FAILURES: list[tuple[type[DeploymendError], str]] = [
    (CredentialError, "fatal: could not read Username for 'https://git.example': terminal prompts disabled"),
    (CredentialError, "remote: Invalid username or token.\nfatal: Authentication failed for 'https://git.example/a/b/'"),
    (CredentialError, "git@git.example: Permission denied (publickey).\nfatal: Could not read from remote repository."),
    (CredentialError, "Host key verification failed.\nfatal: Could not read from remote repository."),
    (CredentialError, "remote: Permission to a/b.git denied to c.\nfatal: The requested URL returned error: 403"),
    (CredentialError, "remote: Write access to repository not granted."),
    (NotFoundError, "ERROR: Repository not found.\nfatal: Could not read from remote repository."),
    (NotFoundError, "fatal: '/srv/x.git' does not appear to be a git repository"),
    (NotFoundError, "fatal: unable to access 'https://git.example/a/': The requested URL returned error: 404"),
    (TransientError, "fatal: unable to access 'https://git.example/a/': Could not resolve host: git.example"),
    (TransientError, "ssh: connect to host git.example port 22: Connection timed out"),
    (TransientError, "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502"),
    (TransientError, "fatal: early EOF\nfatal: fetch-pack: invalid index-pack output"),
    (TransientError, "fatal: unable to access 'https://x/': Operation too slow. Less than 1000 bytes/sec"),
    (BuildEnvironmentError, "error: unable to write file a: No space left on device"),
    (BuildEnvironmentError, "fatal: cannot mkdir x: Read-only file system"),
    (CheckoutError, "fatal: not a git repository (or any of the parent directories): .git"),
    (CheckoutError, "fatal: detected dubious ownership in repository at '/x'"),
    (CheckoutError, "fatal: Unable to create '/x/.git/index.lock': File exists."),
    (CheckoutError, "fatal: no email was given and auto-detection is disabled"),
    (CheckoutError, "fatal: transport 'ext' not allowed"),
    (OperationFailedError, "fatal: something nobody has seen before"),
    (OperationFailedError, "remote: fatal: write error: No space left on device\nfatal: unpack failed"),
    (OperationFailedError, ""),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "output"), FAILURES)
def test_translation(expected: type[DeploymendError], output: str) -> None:
    """Each failure is somebody's problem, is quoted, and says what to do."""
    error = translate("fetch", output, exit_code=128, folder=Path("/work"))
    assert type(error) is expected
    assert error.next_step
    assert "git fetch in /work failed" in error.message
    if output:
        assert output.splitlines()[0] in error.message or "fatal" in error.message


def test_secrets_are_masked() -> None:
    """A password or token in a remote's address is in no message and no output."""
    remote = "https://x-access-token:s3cretvalue@git.example/a/b.git"
    error = translate("push", f"fatal: {remote} is odd", exit_code=1, folder=Path("/w"), secrets=url_secrets(remote))
    assert isinstance(error, OperationFailedError)
    assert "s3cretvalue" not in error.message + error.output
    assert "git.example" in error.message


@pytest.mark.parametrize(
    ("remote", "secrets"),
    [
        ("https://user:pass1234@git.example/a", ("pass1234",)),
        ("https://tokentoken@git.example/a", ("tokentoken",)),
        ("https://git.example/a", ()),
        ("ssh://git@git.example/a", ()),
        ("git@git.example:a/b.git", ()),
        ("/srv/a.git", ()),
        ("https://[half", ()),
    ],
)
def test_url_secrets(remote: str, secrets: tuple[str, ...]) -> None:
    """The password counts, or a token in the user's place; the user of ssh does not."""
    assert url_secrets(remote) == secrets


def test_output_is_bounded() -> None:
    """However much git printed, an error stays readable."""
    error = translate("fetch", "x" * 1_000_000, exit_code=1, folder=Path("/w"))
    assert isinstance(error, OperationFailedError)
    assert len(error.output) <= 20_000
    assert len(error.message) < 1_000


def test_remote_words() -> None:
    """The remote's own lines, without git's frame around them."""
    output = (
        "remote: error: GH006: Protected branch.        \nremote: \nTo x\n ! [remote rejected] a -> b (hook declined)"
    )
    assert remote_words(output) == "error: GH006: Protected branch."


def test_corruption_is_told_from_other_failures() -> None:
    """Damaged files are recognised; a missing branch is not damage."""
    assert is_corruption("error: object file .git/objects/ab/cd is empty\nfatal: loose object abcd is corrupt")
    assert not is_corruption("fatal: couldn't find remote ref refs/heads/x")


async def test_version() -> None:
    """The git of this machine is new enough to work with."""
    assert await require_git(Path("/")) >= (2, 25)


@pytest.mark.parametrize("words", ["git version 2.11.0", "git version strange", "zsh: no"])
async def test_old_git(tmp_path: Path, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that is too old, or answers strangely, is refused with what to install."""
    fake = tmp_path / "git"
    fake.write_text(f"#!/bin/sh\necho '{words}'\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildEnvironmentError, match="too old") as caught:
        await require_git(tmp_path)
    assert "2.25" in caught.value.next_step


async def test_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without git is told to install it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildEnvironmentError, match="git was not found"):
        await require_git(tmp_path)


async def test_started_by_a_hook(remote: GitRemote, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables by which git leads its hooks to a repository do not lead us there."""
    await remote.push({"a": "a"})
    monkeypatch.setenv("GIT_DIR", str(remote.bare))
    monkeypatch.setenv("GIT_WORK_TREE", str(remote.clone))
    monkeypatch.setenv("GIT_INDEX_FILE", "index")
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    (tmp_path / "elsewhere").mkdir()
    with pytest.raises(CheckoutError, match="no git repository"):
        await Git(folder=tmp_path / "elsewhere").run("rev-parse", "HEAD")


async def test_no_prompt(git_settings: Path, tmp_path: Path) -> None:
    """Git can never ask a question: there is nobody to answer."""
    assert git_settings.exists()
    assert git_environment()["GIT_TERMINAL_PROMPT"] == "0"
    credential = b"protocol=https\nhost=git.example\n\n"
    with pytest.raises(CredentialError):
        await Git(folder=tmp_path).run(
            "-c", "core.askPass=", "credential", "fill", stdin=credential, timeout_seconds=20
        )


async def test_time_limit(remote: GitRemote) -> None:
    """A git that hangs is ended and told as something that may pass."""
    with pytest.raises(TransientError, match="did not end within 1 seconds"):
        await Git(folder=remote.clone).run("-c", "alias.hang=!sleep 60", "hang", timeout_seconds=1)


FETCH = """
import asyncio, sys
from pathlib import Path
from deploymend.errors import BuildEnvironmentError
from deploymend.shell.repository import GitRepository
try:
    asyncio.run(GitRepository(remote=sys.argv[1], cache_folder=Path(sys.argv[2])).fetch())
except BuildEnvironmentError as error:
    print(error.message, error.next_step, "left:", *Path(sys.argv[2]).glob("mirrors/*.git*"))
"""


@pytest.mark.skipif(shutil.which("bwrap") is None, reason="a disk of one megabyte needs bubblewrap")
async def test_full_disk(remote: GitRemote, tmp_path: Path) -> None:
    """A disk that is full while the mirror is made is named, and what was begun is taken away again."""
    await remote.push({"big": os.urandom(3_000_000)})
    small = tmp_path / "small"
    small.mkdir()
    disk = ["bwrap", "--dev-bind", "/", "/", "--size", "1000000", "--tmpfs", str(small)]
    program = [sys.executable, "-c", FETCH, str(remote.bare), str(small)]
    done = await run([*disk, *program], cwd=tmp_path, env=dict(os.environ), timeout_seconds=60)
    assert "the disk is full" in done.output
    assert "Free some disk space" in done.output
    assert done.output.endswith("left:\n")
