"""A file holds one idea: none is over 300 lines."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MOST_LINES = 300


def too_long(folder: Path) -> list[str]:
    """The Python, shell and JavaScript files under a folder that are over the limit, with their lines."""
    files = [path for kind in ("*.py", "*.sh", "*.mjs") for path in folder.rglob(kind)]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    return sorted(f"{path.relative_to(folder)}: {lines}" for path, lines in lengths.items() if lines > MOST_LINES)


@pytest.mark.parametrize("folder", ["src", "tests", "bench", "scripts"])
def test_no_file_is_over_300_lines(folder: str) -> None:
    """Sources, tests, benchmarks and scripts alike."""
    assert too_long(ROOT / folder) == []


def test_the_measure_can_fail(tmp_path: Path) -> None:
    """A file of 301 lines is found, one of 300 is not."""
    (tmp_path / "long.py").write_text("x = 1\n" * 301)
    (tmp_path / "full.py").write_text("x = 1\n" * 300)
    assert too_long(tmp_path) == ["long.py: 301"]
