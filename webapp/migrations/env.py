"""Alembic's entry point: runs the steps on the connection that it is given."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine

from webapp.database import Base


def run(connection: Connection) -> None:
    """Run the steps asked for; SQLite's tables are altered by copying them."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(context.config.attributes["url"]).connect() as own:
        run(own)
