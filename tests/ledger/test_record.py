"""The record of what was tried: a row for each trial and redeploy, counted once."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from deploymend.core.incident import AttemptKind, AttemptOutcome
from deploymend.core.model import Trial, TrialOutcome
from deploymend.ledger import Database, Memory, SqlLedger
from deploymend.ledger.record import REDEPLOY, outcomes
from deploymend.ledger.tables import OUTCOMES
from deploymend.testing.samples import sample_attempt, sample_diagnosis, sample_ended, sample_proposal

DECLINED = Trial(fixer="rules/unused", outcome=TrialOutcome.DECLINED, reason="not sure")
REFUSED = Trial(fixer="model", outcome=TrialOutcome.REFUSED, reason="any: new any", tokens=9, cost_usd=0.5)
PROVED = Trial(fixer="rules/import-case", outcome=TrialOutcome.PROVED, summary="import ./Button")


def results(**fields: object) -> list[tuple[object, object]]:
    """Fixer and result of each row of an incident with these fields."""
    return [(row["fixer"], row["result"]) for row in outcomes(sample_ended(**fields))]


def test_a_delivered_repair_ends_as_its_deployment() -> None:
    """What was proved and pushed counts by what the platform made of it; the rest by what became of it here."""
    proposal = sample_proposal(trials=(DECLINED, REFUSED, PROVED))
    for outcome in AttemptOutcome:
        rows = results(attempts=(sample_attempt(proposal=proposal, outcome=outcome),))
        assert rows == [
            ("rules/unused", "declined"),
            ("model", "refused"),
            ("rules/import-case", outcome.value),
        ]


def test_an_attempt_whose_end_was_not_seen_counts_as_timed_out() -> None:
    """The incident ended while it was in flight."""
    assert results(attempts=(sample_attempt(outcome=None),)) == [("rules/import-case", "timed_out")]


def test_a_redeploy_is_recorded_beside_the_fixers() -> None:
    """Under its own name."""
    redeploy = sample_attempt(kind=AttemptKind.REDEPLOY, proposal=None, outcome=AttemptOutcome.GREEN)
    assert results(attempts=(redeploy,)) == [(REDEPLOY, "green")]


def test_what_was_proved_but_not_delivered_is_no_success() -> None:
    """A proposal without a commit led to nothing."""
    proposal = sample_proposal(commit=None, trials=(PROVED, REFUSED))
    rows = results(attempts=(), history=(proposal,))
    assert rows == [("rules/import-case", "proved"), ("model", "refused")]


def test_a_row_tells_where_it_belongs_and_what_it_cost() -> None:
    """Enough to learn from, and no source code."""
    proposal = sample_proposal(trials=(REFUSED,), diagnosis=sample_diagnosis(fingerprint="k:1"))
    (row,) = outcomes(sample_ended(attempts=(sample_attempt(proposal=proposal),)))
    assert row["key"] == "shop-1:1:0:model"
    assert (row["project"], row["fingerprint"], row["kind"]) == ("shop", "k:1", "wrong-case-import")
    assert (row["tokens"], row["cost_usd"], row["reason"]) == (9, 0.5, "any: new any")
    assert not any("./button'" in str(value) for value in row.values())


async def test_remembering_twice_counts_once(database: Database, tmp_path: Path) -> None:
    """Also when the second telling knows more; other incidents' rows stay."""
    ledger = SqlLedger(database, Memory(tmp_path))
    await ledger.remember(sample_ended(id="other"))
    await ledger.remember(sample_ended())
    await ledger.remember(sample_ended())
    more = sample_proposal(trials=(DECLINED, PROVED))
    await ledger.remember(sample_ended(attempts=(sample_attempt(proposal=more, outcome=AttemptOutcome.GREEN),)))
    with database.engine.connect() as connection:
        rows = connection.execute(sa.select(OUTCOMES.c.incident, OUTCOMES.c.result).order_by(OUTCOMES.c.key)).all()
    assert [tuple(row) for row in rows] == [("other", "red"), ("shop-1", "declined"), ("shop-1", "green")]
    patterns = (tmp_path / "memory/e_procedural/error_fix_patterns.md").read_text()
    assert "| wrong-case-import | rules/import-case | 2 | 1 |" in patterns


async def test_an_incident_without_trials_is_remembered(database: Database, tmp_path: Path) -> None:
    """No rows, but the memory tells it."""
    await SqlLedger(database, Memory(tmp_path)).remember(sample_ended(attempts=(), diagnosis=None))
    assert (
        "unknown, escalated after 0 attempts"
        in (tmp_path / "memory/d_working_memory/active/deployment_recovery_log.md").read_text()
    )


async def test_the_order_is_as_given_for_now(database: Database, tmp_path: Path) -> None:
    """Every fixer keeps its place, none is lost."""
    ledger = SqlLedger(database, Memory(tmp_path))
    assert list(await ledger.order(sample_diagnosis(), ("b", "a", "model"))) == ["b", "a", "model"]
