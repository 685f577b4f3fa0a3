"""The durable engine keeps its own state where the ledger is: beside it on SQLite, or on the same Postgres."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from deploymend.core.incident import Action, Diagnose, Findings, Incident, IncidentState, Outcome, Tell, Telling
from deploymend.core.policy import Policy
from deploymend.testing.samples import sample_incident
from deploymend.workflows import Engine, EngineSettings


class _Scripted:
    """A performer whose platform says at once that a person must help."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def save(self, _incident: Incident, _action: Action) -> int:
        return 1

    async def perform(self, incident: Incident, action: Action) -> Outcome:
        self.done.append(type(action).__name__)
        match action:
            case Diagnose():
                assert incident.diagnosis is not None
                assert incident.commit is not None
                return Findings(diagnosis=incident.diagnosis, commit=incident.commit, head=None)
            case Tell():
                return Telling(kind=action.kind, tries=1, delivered=("console",))
        return None


async def test_an_incident_runs_on_each_database_and_is_not_run_again(address: str, tmp_path: Path) -> None:
    """Begun twice, also by an engine that was closed and opened again, its steps are performed once."""
    url = address if address.startswith("postgresql") else None
    performer = _Scripted()
    settings = EngineSettings(folder=tmp_path / "engine", database_url=url, executor="test")
    for _ in range(2):
        engine = Engine(settings, lambda _: performer)  # type: ignore[arg-type,return-value]
        await engine.open()
        await engine.start(sample_incident(), Policy())
        ended = await engine.ended(sample_incident().id)
        await engine.close()
    assert ended.state is not IncidentState.OPEN
    assert len(performer.done) == len(set(performer.done)), performer.done
