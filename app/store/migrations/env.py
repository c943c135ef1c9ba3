"""What Alembic runs to reach the database: our connection, inside the transaction that its caller has begun."""

from alembic import context

from app.store.database.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
