"""What is kept: incidents, messages sent, the record of what was tried for which failure, and the Markdown memory."""

from deploymend.ledger.database import Database, open_database
from deploymend.ledger.incidents import SqlIncidentStore
from deploymend.ledger.memory import Memory
from deploymend.ledger.outbox import SqlOutbox
from deploymend.ledger.record import SqlLedger

__all__ = ["Database", "Memory", "SqlIncidentStore", "SqlLedger", "SqlOutbox", "open_database"]
