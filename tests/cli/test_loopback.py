"""`deploymend loopback` as a person starts and stops it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one static page."""
    folder = tmp_path / "My Shop"
    folder.mkdir()
    (folder / "index.html").write_text("static")
    identity = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com"]
    for arguments in (["init", "-q", "-b", "trunk"], ["add", "-A"], [*identity, "commit", "-q", "-m", "first"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    return folder


def command(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    """Start it with a state folder of this test."""
    environment = os.environ | {
        "DEPLOYMEND_STATE": str(tmp_path / "state"),
        "DEPLOYMEND_CACHE": str(tmp_path / "cache"),
    }
    program = [sys.executable, "-m", "deploymend", "loopback", *arguments]
    return subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def started(tmp_path: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """It runs, and this is what it printed."""
    with command(tmp_path, *arguments) as process:
        try:
            assert process.stdout
            said = ""
            while "git push" not in said:
                line = process.stdout.readline()
                assert line, process.stderr.read() if process.stderr else ""
                said += line
            yield process, said
        finally:
            if process.poll() is None:
                process.kill()


def found(pattern: str, text: str) -> str:
    """The first group of a pattern."""
    match = re.search(pattern, text)
    assert match, text
    return match[1]


def live_page(said: str, wanted: str) -> str:
    """What production serves, once it is as wanted or ten seconds are over."""
    text = ""
    for _ in range(100):
        text = httpx2.get(found(r"live\s+(\S+)", said), trust_env=False).text
        if text == wanted:
            break
        time.sleep(0.1)
    return text


def test_it_builds_serves_and_stops(tmp_path: Path, checkout: Path) -> None:
    """The checkout's branch goes live at once, a push as printed goes live too, Ctrl-C ends it with exit code 0."""
    with started(tmp_path, "--repo", str(checkout)) as (process, said):
        assert live_page(said, "static") == "static"
        assert 'name = "my-shop"' in said
        for line in re.findall(r"^  (git .*)$", said, re.MULTILINE):
            (checkout / "index.html").write_text("pushed")
            subprocess.run(["git", "-c", "user.name=Ada", "-c", "user.email=a@b.example", "commit", "-qam", "x"],
                           cwd=checkout, check=False, capture_output=True)  # fmt: skip
            subprocess.run(line.split(), cwd=checkout, check=True, capture_output=True)
        assert live_page(said, "pushed") == "pushed"
        url, token = found(r"VERCEL_API_URL=(\S+)", said), found(r"VERCEL_TOKEN=(\S+)", said)
        headers = {"Authorization": f"Bearer {token}"}
        answer = httpx2.get(f"{url}/v9/projects/my-shop?slug=loopback", headers=headers, trust_env=False)
        assert answer.json()["link"]["productionBranch"] == "trunk"
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_second_start_on_the_same_repository_is_refused(tmp_path: Path, checkout: Path) -> None:
    """One loopback Vercel per state folder; the message says how to have two."""
    with started(tmp_path, "--repo", str(checkout)), command(tmp_path, "--repo", str(checkout)) as second:
        _, said = second.communicate(timeout=30)
        assert second.returncode == 2
        assert "--state" in said


@pytest.mark.parametrize("repo", ["missing", "plain"])
def test_what_is_no_repository_is_refused(tmp_path: Path, repo: str) -> None:
    """A folder that is missing or holds no repository: exit code 2 and what to do."""
    (tmp_path / "plain").mkdir()
    with command(tmp_path, "--repo", str(tmp_path / repo)) as process:
        _, said = process.communicate(timeout=30)
    assert process.returncode == 2
    assert "--repo" in said
