"""Add lockouts after failed attempts, and PINs."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_lockouts()
    _create_pins()


def _create_lockouts() -> None:
    op.create_table(
        "lockouts",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("left_ns", sa.BigInteger(), nullable=False),
        sa.Column("monotonic_ns", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_lockouts_failures_not_negative")),
        sa.CheckConstraint("left_ns >= 0", name=op.f("ck_lockouts_left_not_negative")),
        _of_a_person("lockouts"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_lockouts")),
    )
    op.create_index(op.f("ix_lockouts_person_id"), "lockouts", ["person_id"])


def _create_pins() -> None:
    op.create_table(
        "pins",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(hash) > 0", name=op.f("ck_pins_hash_not_empty")),
        _of_a_person("pins"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pins")),
    )
    op.create_index(op.f("ix_pins_person_id"), "pins", ["person_id"])


def _of_a_person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id_people")
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=name, ondelete="CASCADE")
