"""Count the resets of lockouts, so that running kiosks notice one."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("lockouts") as table:
        table.add_column(sa.Column("resets", sa.BigInteger(), nullable=False, server_default="0"))
        table.create_check_constraint(op.f("ck_lockouts_resets_not_negative"), "resets >= 0")
    with op.batch_alter_table("lockouts") as table:
        table.alter_column("resets", server_default=None)
