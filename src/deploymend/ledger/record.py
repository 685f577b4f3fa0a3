"""The record of what was tried for which failure and how it ended. Learning from it comes later; nothing is lost until
then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from deploymend.core.incident import Attempt, AttemptKind, AttemptOutcome, Incident
from deploymend.core.model import Diagnosis, Proposal, Trial, TrialOutcome
from deploymend.ledger.database import Database
from deploymend.ledger.memory import Memory
from deploymend.ledger.tables import OUTCOMES

REDEPLOY = "rules/redeploy"
"""The name under which redeploys are recorded beside the fixers."""


class SqlLedger:
    """Implements ports.Ledger."""

    def __init__(self, database: Database, memory: Memory) -> None:
        self._database = database
        self._memory = memory

    async def remember(self, incident: Incident) -> None:
        """Take up an ended incident: an outcome for each trial and attempt, and the memory files. Twice counts once."""
        rows = list(outcomes(incident))

        def work(connection: sa.Connection) -> None:
            connection.execute(sa.delete(OUTCOMES).where(OUTCOMES.c.incident == incident.id))
            if rows:
                connection.execute(sa.insert(OUTCOMES), rows)

        await self._database.run(work)
        await self._memory.write(incident, await self._database.run(_all))

    async def order(self, diagnosis: Diagnosis, fixers: Sequence[str]) -> Sequence[str]:  # noqa: ARG002 - the port's
        """Fixer names as given: rules first, the model last. The record does not reorder them yet."""
        return fixers


def _all(connection: sa.Connection) -> list[dict[str, object]]:
    return [dict(row) for row in connection.execute(sa.select(OUTCOMES).order_by(OUTCOMES.c.at)).mappings()]


def outcomes(incident: Incident) -> Iterator[dict[str, object]]:
    """The rows of one incident: `green`, `red` … for what was delivered; `refused`, `failed`, `declined` for the
    rest.
    """
    for attempt in incident.attempts:
        if attempt.kind is AttemptKind.REDEPLOY and attempt.diagnosis is not None:
            yield _row(incident, f"{attempt.number}", attempt.diagnosis, fixer=REDEPLOY, result=_result(attempt))
        if attempt.proposal is not None:
            yield from _trials(incident, f"{attempt.number}", attempt.proposal, _result(attempt))
    for index, proposal in enumerate(incident.history):
        yield from _trials(incident, f"undelivered-{index}", proposal, TrialOutcome.FAILED)


def _result(attempt: Attempt) -> str:
    return str(attempt.outcome or AttemptOutcome.TIMED_OUT)


def _trials(incident: Incident, attempt: str, proposal: Proposal, result: str) -> Iterator[dict[str, object]]:
    for index, trial in enumerate(proposal.trials):
        delivered = proposal.commit is not None and trial.outcome is TrialOutcome.PROVED
        came_to = result if delivered else str(trial.outcome)
        yield _row(incident, f"{attempt}:{index}", proposal.diagnosis, fixer=trial.fixer, result=came_to, trial=trial)


def _row(
    incident: Incident, place: str, diagnosis: Diagnosis, *, fixer: str, result: str, trial: Trial | None = None
) -> dict[str, object]:
    return {
        "key": f"{incident.id}:{place}:{fixer}",
        "incident": incident.id,
        "at": incident.opened_at.isoformat(),
        "project": incident.project,
        "fingerprint": diagnosis.fingerprint,
        "category": diagnosis.category.value,
        "kind": diagnosis.kind,
        "fixer": fixer,
        "result": result,
        "reason": trial.reason if trial else "",
        "summary": trial.summary if trial else "built again unchanged",
        "proof": trial.proof.value if trial else "none",
        "seconds": trial.seconds if trial else 0.0,
        "tokens": trial.tokens if trial else 0,
        "cost_usd": trial.cost_usd if trial else 0.0,
    }
