"""The first tables: incidents, messages, outcomes. Written out, so that later changes of tables.py do not reach
back.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    _incidents()
    _messages()
    _outcomes()


def _text(name: str, length: int) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=False)


def _incidents() -> None:
    op.create_table(
        "deploymend_incidents",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(200), nullable=False, unique=True),
        _text("project", 200),
        _text("branch", 300),
        _text("state", 20),
        _text("opened_at", 40),
        sa.Column("record", sa.Text, nullable=False),
    )
    op.create_index("deploymend_incidents_branch", "deploymend_incidents", ["project", "branch", "state"])


def _messages() -> None:
    op.create_table(
        "deploymend_messages",
        sa.Column("key", sa.String(300), primary_key=True),
        sa.Column("channel", sa.String(200), primary_key=True),
        _text("state", 20),
        sa.Column("tries", sa.Integer, nullable=False),
        _text("claimed_at", 40),
        sa.Column("reason", sa.Text, nullable=False),
    )


def _outcomes() -> None:
    op.create_table(
        "deploymend_outcomes",
        sa.Column("key", sa.String(300), primary_key=True),
        _text("incident", 200),
        _text("at", 40),
        _text("project", 200),
        _text("fingerprint", 200),
        _text("category", 40),
        _text("kind", 100),
        _text("fixer", 200),
        _text("result", 20),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        _text("proof", 20),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("tokens", sa.Integer, nullable=False),
        sa.Column("cost_usd", sa.Float, nullable=False),
    )
    op.create_index("deploymend_outcomes_failure", "deploymend_outcomes", ["fingerprint", "fixer"])
