"""Alembic's entry: it is always given a connection (deploymend.ledger.database), never an address of its own."""

from alembic import context

from deploymend.ledger.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
