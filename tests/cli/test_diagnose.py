"""`deploymend diagnose`: logs of all kinds, and what is no log."""

from __future__ import annotations

import gzip
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]

LOG = """\
Running "npm run build"
> tsc
src/Cart.tsx(3,22): error TS2307: Cannot find module './priceTag' or its corresponding type declarations.
Error: Command "npm run build" exited with 2
"""
CONTRACT = {"category", "kind", "action", "retryable", "summary", "causes", "distilled"}
CAUSE = {"category", "kind", "message", "file", "line", "column", "symbol", "evidence"}


def test_a_log_is_explained_to_a_person(run: Run, tmp_path: Path) -> None:
    """The place, the cause and the next step; evidence as the log has it."""
    (tmp_path / "build.log").write_text(LOG)
    done = run("diagnose", "build.log", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "src/Cart.tsx:3:22" in done.stdout
    assert "'./priceTag'" in done.stdout
    assert "deploymend fix" in done.stdout


def test_the_contract_of_jsonl_is_kept(run: Run, tmp_path: Path) -> None:
    """One object a file, in order, with the fields that other programs read."""
    for name in ("b.log", "a.log"):
        (tmp_path / name).write_text(LOG)
    done = run("diagnose", "--format", "jsonl", "b.log", "a.log", cwd=tmp_path)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["log"] for row in rows] == ["b.log", "a.log"]
    for row in rows:
        assert set(row) >= CONTRACT
        assert set(row["causes"][0]) >= CAUSE
        cause = row["causes"][0]
        assert (cause["file"], cause["line"], cause["symbol"]) == ("src/Cart.tsx", 3, "./priceTag")
        assert all(line in LOG for line in cause["evidence"])


def test_stdin_is_read_named_or_piped(run: Run) -> None:
    """`-` and nothing at all mean the same in a pipe; json is one document."""
    for arguments in (("-",), ()):
        done = run("diagnose", "--format", "json", *arguments, stdin=LOG.encode())
        assert json.loads(done.stdout)["causes"][0]["symbol"] == "./priceTag"


def test_one_bad_file_does_not_hide_the_others(run: Run, tmp_path: Path) -> None:
    """The order is kept, the bad one says why, and the code is 2."""
    (tmp_path / "build.log").write_text(LOG)
    done = run("diagnose", "--format", "jsonl", "gone.log", "build.log", cwd=tmp_path)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 2
    assert "does not exist" in rows[0]["error"]["message"]
    assert rows[1]["causes"]
    assert "gone.log does not exist" in done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (gzip.compress(LOG.encode()), "gunzip -c"),
        (b"PK\x03\x04rest", "a zip archive"),
        (bytes(range(256)) * 40, "is not text"),
        (bytes(10_000), "is not text"),
    ],
)
def test_what_is_no_log_is_told(run: Run, tmp_path: Path, content: bytes, said: str) -> None:
    """Empty, packed or binary: one clear line and code 2."""
    (tmp_path / "x").write_bytes(content)
    done = run("diagnose", "x", cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_is_no_log(run: Run, tmp_path: Path) -> None:
    """And the answer says how to name the files in it."""
    done = run("diagnose", str(tmp_path))
    assert done.returncode == 2
    assert "is a folder" in done.stderr


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "latin-1"])
def test_other_encodings_are_read(run: Run, tmp_path: Path, encoding: str) -> None:
    """What PowerShell and old consoles write."""
    (tmp_path / "build.log").write_bytes(LOG.encode(encoding))
    done = run("diagnose", "--format", "json", "build.log", cwd=tmp_path)
    assert json.loads(done.stdout)["causes"][0]["symbol"] == "./priceTag"


def test_a_place_without_unicode_gets_plain_text(run: Run, tmp_path: Path) -> None:
    """No traceback and no broken signs where the output can hold ASCII only."""
    (tmp_path / "build.log").write_text(LOG.replace("Cart", "Càrt"), encoding="utf-8")
    done = run("diagnose", "build.log", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0, done.stderr
    assert "x build failed" in done.stdout
    assert done.stdout.isascii()


@pytest.mark.slow
def test_of_a_huge_log_the_end_is_read(run: Run, tmp_path: Path) -> None:
    """Where builds fail; that the start was left out is said."""
    with (tmp_path / "build.log").open("wb") as file:
        file.write((b"x" * 79 + b"\n") * 500_000)
        file.write(LOG.encode())
    done = run("diagnose", "--format", "json", "build.log", cwd=tmp_path)
    assert json.loads(done.stdout)["causes"][0]["symbol"] == "./priceTag"
    assert "first 8,000," in done.stderr


def test_a_deployment_needs_a_configuration(run: Run) -> None:
    """Without one it says how to write it; together with files it is wrong usage."""
    done = run("diagnose", "--deployment", "dpl_1")
    assert (done.returncode, "deploymend init" in done.stderr) == (2, True)
    assert run("diagnose", "--deployment", "dpl_1", "x.log").returncode == 2
