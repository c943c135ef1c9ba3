"""Alembic environment: runs migrations on the caller's connection, inside the caller's transaction."""

from alembic import context

from app.store.database.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
