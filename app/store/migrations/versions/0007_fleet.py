"""Add the link of a replica to its server, and the server's copies of kiosk events."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_fleet_link()
    _create_fleet_events()
    if op.get_bind().dialect.name == "postgresql":
        _create_search_vectors()


def _create_fleet_link() -> None:
    op.create_table(
        "fleet_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kiosk", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_fleet_link_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fleet_link")),
    )


def _create_fleet_events() -> None:
    op.create_table(
        "fleet_events",
        sa.Column("kiosk", sa.Text(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "subject", "actor", "role", "details")),
        *(sa.Column(name, sa.LargeBinary(), nullable=True) for name in ("previous", "mac")),
        sa.Column("received_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kiosk", "event_id", name=op.f("pk_fleet_events")),
    )
    op.create_index("ix_fleet_events_at", "fleet_events", ["at"])


def _create_search_vectors() -> None:
    """Create the search table. Vectors have no fixed length, since models differ; they are rotated, not encrypted."""
    op.execute("CREATE EXTENSION IF NOT EXISTS vector")
    op.execute(
        """
        CREATE TABLE search_vectors (
            template_id TEXT NOT NULL CONSTRAINT pk_search_vectors PRIMARY KEY
                CONSTRAINT fk_search_vectors_template_id_templates REFERENCES templates (id) ON DELETE CASCADE,
            model TEXT NOT NULL,
            model_sha256 TEXT NOT NULL,
            vector vector NOT NULL,
            signs BIT VARYING NOT NULL
        )
        """
    )
