"""Add the gallery revision of each change, and tombstones, so that a gallery can be updated incrementally."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _date_people()
    _create_departures()
    op.add_column("gallery_revision", sa.Column("floor", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE gallery_revision SET floor = revision")
    op.drop_index("ix_templates_person_id", "templates")
    op.create_index("ix_templates_in_use", "templates", ["person_id", "retired_at"])


def _date_people() -> None:
    op.add_column("people", sa.Column("revision", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_index("ix_people_revision", "people", ["revision"])
    for name in ("valid_from", "valid_until", "delete_after"):
        known = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_people_{name}", "people", [name], sqlite_where=known, postgresql_where=known)


def _create_departures() -> None:
    op.create_table(
        "departures",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_departures")),
    )
    op.create_index("ix_departures_revision", "departures", ["revision"])
