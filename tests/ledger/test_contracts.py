"""The SQL outbox and store keep their contracts on SQLite and on Postgres."""

import pytest

from deploymend.ledger import Database, SqlIncidentStore, SqlOutbox
from deploymend.ports import IncidentStore, Outbox
from deploymend.testing.contracts.incident_store import IncidentStoreContract
from deploymend.testing.contracts.outbox import OutboxContract


class TestSqlOutbox(OutboxContract):
    """The suite, over SQL."""

    @pytest.fixture
    def outbox(self, database: Database) -> Outbox:
        return SqlOutbox(database)


class TestSqlIncidentStore(IncidentStoreContract):
    """The suite, over SQL."""

    @pytest.fixture
    def store(self, database: Database) -> IncidentStore:
        return SqlIncidentStore(database)
