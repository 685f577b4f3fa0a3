"""Our own tables, for SQLite and Postgres alike. Times are ISO 8601 text in UTC, so that both sort and read the
same.
"""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

INCIDENTS = sa.Table(
    "deploymend_incidents",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(200), nullable=False, unique=True),
    sa.Column("project", sa.String(200), nullable=False),
    sa.Column("branch", sa.String(300), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("opened_at", sa.String(40), nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Index("deploymend_incidents_branch", "project", "branch", "state"),
)
"""One row an incident; `record` is the whole of it as records.py stores it, the other columns are for finding it."""

MESSAGES = sa.Table(
    "deploymend_messages",
    METADATA,
    sa.Column("key", sa.String(300), primary_key=True),
    sa.Column("channel", sa.String(200), primary_key=True),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("claimed_at", sa.String(40), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
"""One row a message and channel: `sending`, `sent` or `failed`."""

OUTCOMES = sa.Table(
    "deploymend_outcomes",
    METADATA,
    sa.Column("key", sa.String(300), primary_key=True),
    sa.Column("incident", sa.String(200), nullable=False),
    sa.Column("at", sa.String(40), nullable=False),
    sa.Column("project", sa.String(200), nullable=False),
    sa.Column("fingerprint", sa.String(200), nullable=False),
    sa.Column("category", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(100), nullable=False),
    sa.Column("fixer", sa.String(200), nullable=False),
    sa.Column("result", sa.String(20), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("proof", sa.String(20), nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("tokens", sa.Integer, nullable=False),
    sa.Column("cost_usd", sa.Float, nullable=False),
    sa.Index("deploymend_outcomes_failure", "fingerprint", "fixer"),
)
"""One row for each trial of a fixer and each redeploy: what came of it. Holds no source code."""
