"""The measurements can fail: a figure over its bound, one that could not be taken, a name that is none.

Taking them is `make bench`'s work. Here the figures are made up, in a process of its own: `bench` is not installed.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MADE_UP = """
import sys
from types import SimpleNamespace
import bench.__main__ as program
from bench.figure import Figure

def failing():
    yield Figure(name="before", value=1, unit="s")
    raise OSError("no disk")

def part(figures):
    return SimpleNamespace(__doc__="Title\\n\\nWhat it is about.", figures=figures)

def one(value):
    return part(lambda: iter([Figure(name="a | b", value=value, unit="s", bound=1)]))

program.PARTS = {"kept": one(0.5), "over": one(1234.5), "failing": part(failing)}
sys.exit(program.main(sys.argv[1:]))
"""


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`python -m bench` with three made-up measurements."""
    command = [sys.executable, "-c", MADE_UP, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_kept_bound_is_a_success() -> None:
    """Machine, title, what it is about, and one row of four cells whatever the figure's name is."""
    done = bench("kept")
    assert done.returncode == 0, done.stderr
    assert "## Title\n\nWhat it is about.\nLoad of the last minute before: " in done.stdout
    assert "| a / b | 0.5 s | 1 | at most 1: kept |" in done.stdout
    assert "| Python | 3." in done.stdout


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("over", "| a / b | 1234 s | 1 | at most 1: **not kept** |"),
        ("failing", "| not measured: OSError: no disk | 1 failure | 1 | at most 0: **not kept** |"),
    ],
)
def test_a_figure_over_its_bound_or_not_taken_fails(name: str, row: str) -> None:
    """The row says so, the others are taken still, and the exit code is 1."""
    done = bench(name, "kept")
    assert done.returncode == 1
    assert row in done.stdout
    assert "| a / b | 0.5 s | 1 | at most 1: kept |" in done.stdout


def test_a_page_holds_what_was_printed(tmp_path: Path) -> None:
    """`--write` takes all measurements, and its page holds the same rows."""
    page = tmp_path / "page.md"
    done = bench("--write", str(page))
    text = page.read_text(encoding="utf-8")
    printed = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert [line for line in text.splitlines() if line.startswith("|")] == printed
    assert text.startswith("# Benchmarks\n")


def test_a_page_of_some_measurements_is_refused(tmp_path: Path) -> None:
    """It would mix runs."""
    done = bench("kept", "--write", str(tmp_path / "page.md"))
    assert done.returncode == 2
    assert "would mix runs" in done.stderr
    assert not (tmp_path / "page.md").exists()


def test_an_unknown_measurement_names_those_there_are() -> None:
    """With exit code 2, before anything is measured."""
    done = bench("speed")
    assert done.returncode == 2
    assert "there is no measurement 'speed'; there are kept, over, failing" in done.stderr
    assert done.stdout == ""
