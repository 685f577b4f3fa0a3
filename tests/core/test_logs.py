"""Real logs of real tools: `tests/logs/expected.json` holds the command that made each, and what must be told of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploymend.core.buildlog import parse_log
from deploymend.core.diagnosis import diagnose

LOGS = Path(__file__).parents[1] / "logs"
EXPECTED = json.loads((LOGS / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_recorded_log(name: str) -> None:
    """Kind, and for every cause its file, place, symbol and proposal, are what was written down for the log."""
    diagnosis = diagnose(parse_log((LOGS / f"{name}.log").read_bytes()))
    causes = [[c.kind, c.file, c.line, c.column, c.symbol, c.suggestion] for c in diagnosis.causes]
    assert (diagnosis.kind, causes) == (EXPECTED[name]["kind"], EXPECTED[name]["causes"])


def test_every_log_has_its_expectation() -> None:
    """No log lies about unread."""
    assert {path.stem for path in LOGS.glob("*.log")} == set(EXPECTED)


@pytest.mark.parametrize("name", sorted(name for name in EXPECTED if "wrong-case" in name))
def test_wrong_case_is_told_from_the_files(name: str) -> None:
    """With the files of the repository known, every bundler's complaint is a wrong case, with the right specifier."""
    files = ("app/page.tsx", "src/main.jsx", "components/Card.tsx", "src/components/Card.jsx")
    diagnosis = diagnose(parse_log((LOGS / f"{name}.log").read_bytes()), known_files=files)
    assert diagnosis.kind == "wrong-case-import"
    assert (diagnosis.causes[0].suggestion or "").endswith("components/Card")
