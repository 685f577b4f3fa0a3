"""`deploymend demo` as a newcomer sees it: in a pipe, in a terminal, and in what it leaves behind."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

import pytest
from rich.cells import cell_len

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.CompletedProcess[str]]

COLUMNS = 80
LONGEST_SECONDS = 280.0
SPINNER = re.compile("^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] ")
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def in_order(text: str, *wanted: str) -> None:
    """Each of the texts comes after the one before it."""
    place = 0
    for words in wanted:
        found = text.find(words, place)
        assert found >= 0, f"{words!r} is not where it should be in:\n{text}"
        place = found + len(words)


def in_terminal(arguments: list[str], environment: dict[str, str], folder: Path) -> tuple[int, str]:
    """Run it on a terminal of 80 columns; its exit code and every byte it wrote, as text."""
    ours, theirs = pty.openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    child = subprocess.Popen(
        [sys.executable, "-m", "deploymend", *arguments],
        cwd=folder,
        env=environment | {"TERM": "xterm-256color"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written, end = b"", time.monotonic() + LONGEST_SECONDS
    try:
        while time.monotonic() < end:
            if not select.select([ours], [], [], 1.0)[0]:
                continue
            try:
                block = os.read(ours, 65536)
            except OSError:  # Linux: the other end is closed
                block = b""
            if not block:
                break
            written += block
        return child.wait(timeout=10), written.decode()
    finally:
        os.close(ours)
        if child.poll() is None:
            child.kill()
            child.wait()


def test_heal_in_a_pipe(run: Run) -> None:
    """Exit 0; the story in order, each line once, without control characters, and without the platform's token."""
    done = run("demo", env={"MY_SECRET_TOKEN": "hush-hush-value"}, timeout=LONGEST_SECONDS)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert not {"\x1b", "\r", "\x08", "\x07"} & set(done.stdout)
    in_order(
        done.stdout,
        "deploymend demo: a loopback Vercel",
        "app        storefront (Vite, React, TypeScript)   main @ ",
        "live       http://127.0.0.1:",
        'you push   "Add price formatting"',
        "✗ build failed in ",
        'Command "npm run build" exited with 2',
        "wrong-case-import   src/components/Cart.tsx:2",
        "The file is './PriceTag': macOS does not mind, Linux does.",
        "⟳ attempt 1 of 3",
        "repair   rules/import-case, rules/did-you-mean   1 file",
        "Cart.tsx: './priceTag' → './PriceTag'",
        "proof    ",
        "built ",
        "push     ",
        "✓ green in ",
        "(1 silent attempt, 0 tokens)",
        "✅ DEPLOYMENT SUCCESSFUL",
        "Silent attempts: 1",
        "the whole demo took ",
    )
    assert done.stdout.count("DEPLOYMENT SUCCESSFUL") == 1
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    assert len(lines) == len(set(lines))
    assert "hush-hush-value" not in done.stdout
    assert not re.search(r"\btok_\w+|Bearer ", done.stdout)


def test_escalate_in_a_terminal_and_its_story_afterwards(run: Run, environment: dict[str, str], tmp_path: Path) -> None:
    """Exit 0 since it ends as promised: three attempts, then the whole message with the undo command. On 80 columns
    nothing is wider, and a spinner shows what is being done. What `--keep` kept can be read again.
    """
    kept = tmp_path / "kept"
    code, written = in_terminal(["demo", "--scenario", "escalate", "--keep", str(kept)], environment, tmp_path)
    rows = [ESCAPES.sub("", row).rstrip() for row in re.split(r"[\r\n]+", written)]
    assert code == 0, written[-3000:]
    spun = [row for row in rows if SPINNER.match(row)]
    shown = [row for row in rows if row and not SPINNER.match(row)]
    too_wide = [row for row in shown if cell_len(row) > COLUMNS and str(kept) not in row]
    assert too_wide == []
    assert any(re.fullmatch(r". watching the platform build  \d+(\.\d)? s", row) for row in spun)
    assert any("building as the platform does" in row or "building" in row for row in spun)
    text = "\n".join(shown)
    in_order(text, "⟳ attempt 1 of 3", "✗ red again", "⟳ attempt 2 of 3", "⟳ attempt 3 of 3", "! a person is needed")
    in_order(
        text, "Manual Intervention Required", "3/3 failed", "Attempt 1", "Attempt 2", "Attempt 3", "Recommended Actions"
    )
    assert re.search(r"git pull && git revert --no-edit( \w{7}){3} && git push", re.sub(r"\s+", " ", text))
    _kept(run, kept)


def _kept(run: Run, kept: Path) -> None:
    """The state is there for `incidents`, and the remote holds the user's commits and three of ours."""
    state = {"DEPLOYMEND_STATE": str(kept / "state")}
    done = run("incidents", "1", "--format", "json", env=state)
    found = json.loads(done.stdout)["deployment_state"]
    assert done.returncode == 0
    assert (found["attempt_count"], found["max_attempts"], found["user_intervention_required"]) == (3, 3, True)
    assert len(found["recovery_history"]) == 3
    story = run("incidents", "1", env=state).stdout
    in_order(
        story, "incident 1", "⟳ attempt 3 of 3", "What to do", "git revert --no-edit", "failure message: delivered"
    )
    log = subprocess.run(
        ["git", "log", "--format=%s", "main"], cwd=kept / "storefront.git", check=True, capture_output=True, text=True
    ).stdout.splitlines()
    assert (len(log), log[-2:]) == (5, ["Add the EU theme", "First version"])


def test_keep_overwrites_nothing(run: Run, tmp_path: Path) -> None:
    """A folder that is there already is refused before anything starts."""
    (tmp_path / "mine").mkdir()
    done = run("demo", "--keep", str(tmp_path / "mine"))
    assert done.returncode == 2
    assert "is there already" in done.stderr
    assert "next:" in done.stderr
    assert list((tmp_path / "mine").iterdir()) == []
