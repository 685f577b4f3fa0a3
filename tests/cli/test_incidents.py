"""`deploymend incidents`: the list, one story, and what programs get."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from deploymend.app.history import open_history
from deploymend.config import Config
from deploymend.core.incident import AttemptOutcome, Incident, IncidentState, Telling
from deploymend.testing.samples import (
    sample_attempt,
    sample_deployment,
    sample_diagnosis,
    sample_ended,
    sample_incident,
    sha,
)

pytestmark = pytest.mark.slow  # many process starts

Run = Callable[..., subprocess.CompletedProcess[str]]

KEPT = (
    sample_incident(id="shop-1aa", diagnosis=sample_diagnosis()),
    sample_ended(
        id="shop-1ab",
        telling=Telling(
            kind="failure",
            tries=5,
            delivered=("console",),
            undelivered=("json",),
            unsure=("form",),
            reasons=("json: the receiver answered 500",),
        ),
    ),
    sample_ended(
        id="other-2",
        project="other",
        state=IncidentState.RECOVERED,
        deployment=sample_deployment(id="dpl_3", url="https://other.example"),
        attempts=(sample_attempt(outcome=AttemptOutcome.GREEN),),
        telling=Telling(kind="success", tries=1, delivered=("console",)),
    ),
)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A state folder without anything in it."""
    return tmp_path / "state"


@pytest.fixture
async def kept(state: Path) -> dict[str, str]:
    """The variables of a program whose state folder holds three incidents."""
    variables = {"DEPLOYMEND_STATE": str(state)}
    async with open_history(Config(), variables) as history:
        for incident in KEPT:
            await history.store.save(incident)
    return variables


async def test_nothing_yet(run: Run, state: Path) -> None:
    """The list is empty: text says what makes incidents, JSON has none, and exit is 0."""
    variables = {"DEPLOYMEND_STATE": str(state)}
    done = run("incidents", env=variables)
    assert (done.returncode, done.stdout.startswith("No incidents yet.")) == (0, True)
    assert "deploymend sync" in done.stdout
    assert json.loads(run("incidents", "--format", "json", env=variables).stdout) == []
    assert run("incidents", "--format", "jsonl", env=variables).stdout == ""


async def test_the_list_is_newest_first(run: Run, kept: dict[str, str]) -> None:
    """One row each with its number, place, kind, state and attempts; by project and number when asked."""
    rows = run("incidents", env=kept).stdout.splitlines()
    assert [row.split()[1] for row in rows] == ["3", "2", "1"]
    assert [row[0] for row in rows] == ["✓", "✗", "⟳"]
    assert rows[1].endswith(f"shop/main @ {sha(1)[:7]}  wrong-case-import, escalated, 1 attempt")
    assert rows[2].endswith("open, 0 attempts")
    assert len(run("incidents", "--project", "shop", env=kept).stdout.splitlines()) == 2
    assert len(run("incidents", "--limit", "1", env=kept).stdout.splitlines()) == 1
    found = json.loads(run("incidents", "--format", "json", env=kept).stdout)
    lines = run("incidents", "--format", "jsonl", env=kept).stdout.splitlines()
    assert [json.loads(line) for line in lines] == found
    assert [(one["incident"], one["id"], one["state"]) for one in found] == [
        (3, "other-2", "recovered"),
        (2, "shop-1ab", "escalated"),
        (1, "shop-1aa", "open"),
    ]


async def test_one_whole_story(run: Run, kept: dict[str, str]) -> None:
    """Cause, attempt, diff, what to do with the undo command, and every message that did not safely arrive."""
    done = run("incidents", "2", env=kept)
    shown = done.stdout
    assert done.returncode == 0
    order = [
        "incident 2   shop/main",
        "✗ build failed",
        "import · wrong-case-import",
        "⟳ attempt 1 of 1",
        "✗ red again",
        "! a person is needed",
        "+import './Button'",
        "What to do",
        "Name the file as it is written on disk.",
        f"git revert --no-edit {sha(2)[:7]}",
        "failure message: delivered to console",
        "interrupted while sending to form; it may not have arrived",
        "NOT delivered to json after 5 tries",
        "json: the receiver answered 500",
    ]
    places = [shown.find(words) for words in order]
    assert -1 not in places, order[places.index(-1)]
    assert places == sorted(places)
    assert "+import" not in run("incidents", "2", "--no-diff", env=kept).stdout
    assert "What to do" not in run("incidents", "3", env=kept).stdout


async def test_the_state_document(run: Run, kept: dict[str, str]) -> None:
    """By the seed's names; jsonl is the same in one line."""
    found = json.loads(run("incidents", "2", "--format", "json", env=kept).stdout)
    state = found["deployment_state"]
    assert (state["attempt_count"], state["max_attempts"], state["user_intervention_required"]) == (1, 1, True)
    assert state["current_deployment_id"] == "dpl_2"
    assert state["last_error"]
    assert len(state["recovery_history"]) == 1
    assert "the receiver answered 500" in json.dumps(found)
    line = run("incidents", "2", "--format", "jsonl", env=kept).stdout
    assert line.count("\n") == 1
    assert json.loads(line) == found


@pytest.mark.parametrize(
    ("reference", "message", "step"),
    [
        ("99", "there is no incident '99'", "deploymend incidents"),
        ("shop-1", "more than one incident begins with 'shop-1': shop-1aa, shop-1ab", "write more of it"),
        ("%", "there is no incident '%'", "deploymend incidents"),
        ("9" * 40, "there is no incident", "deploymend incidents"),
        ("", "more than one incident", "write more of it"),
    ],
)
async def test_which_one_is_not_clear(
    *, run: Run, kept: dict[str, str], reference: str, message: str, step: str
) -> None:
    """Unknown, ambiguous, a wildcard, a huge number, empty: one message with the next step, exit 2."""
    done = run("incidents", reference, "--format", "json", env=kept)
    error = json.loads(done.stdout)["error"]
    assert done.returncode == 2
    assert message in error["message"]
    assert step in error["next_step"]
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2


async def test_the_beginning_of_an_id_is_enough(run: Run, kept: dict[str, str]) -> None:
    """As long as only one begins so."""
    assert "incident 3 " in run("incidents", "oth", env=kept).stdout
    assert "incident 2 " in run("incidents", "shop-1ab", env=kept).stdout


async def test_every_place_can_show_it(run: Run, kept: dict[str, str]) -> None:
    """Without UTF-8 plain signs stand in; in a pipe there is no colour unless it is forced, and NO_COLOR wins."""
    plain = run(
        "incidents", "2", env=kept | {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    )
    assert plain.returncode == 0
    assert plain.stdout.isascii()
    assert "x build failed" in plain.stdout
    assert "\\u" not in plain.stdout
    assert "\x1b" not in run("incidents", "2", env=kept).stdout
    assert "\x1b[31m" in run("incidents", "2", env=kept | {"FORCE_COLOR": "1"}).stdout
    assert "\x1b" not in run("incidents", "2", env=kept | {"FORCE_COLOR": "1", "NO_COLOR": "1"}).stdout


async def test_what_a_log_says_moves_no_cursor(run: Run, state: Path) -> None:
    """A hostile build log cannot clear the screen, set a title or fake a row."""
    variables = {"DEPLOYMEND_STATE": str(state)}
    hostile: Incident = sample_ended(reason="\x1b[2Jall fine\x1b]0;title\x07\r✓ green")
    async with open_history(Config(), variables) as history:
        await history.store.save(hostile)
    for arguments in (("incidents",), ("incidents", "1")):
        shown = run(*arguments, env=variables | {"FORCE_COLOR": "1"}).stdout
        assert "\x1b[2J" not in shown
        assert not {"\x07", "\r"} & set(shown)


async def test_a_damaged_database_is_told_and_kept(run: Run, state: Path) -> None:
    """One message, what to do, and the file as it was: nothing of it is lost."""
    state.mkdir()
    (state / "ledger.sqlite").write_bytes(b"not a database, whatever its name" * 100)
    before = {path.name: path.read_bytes() for path in state.iterdir()}
    done = run("incidents", env={"DEPLOYMEND_STATE": str(state)})
    assert done.returncode in {2, 3}
    assert "next:" in done.stderr
    assert "Traceback" not in done.stderr
    assert {name: (state / name).read_bytes() for name in before} == before


async def test_a_state_folder_that_cannot_be_made(run: Run, tmp_path: Path) -> None:
    """A file stands where it should be: it is named, with what to set instead, and left alone."""
    (tmp_path / "file").write_text("mine")
    done = run("incidents", env={"DEPLOYMEND_STATE": str(tmp_path / "file" / "state")})
    assert done.returncode in {2, 3}
    assert str(tmp_path / "file") in done.stderr
    assert "next:" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "file").read_text() == "mine"
