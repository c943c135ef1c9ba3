"""Encrypt the password hashes, as PIN hashes are, so that write access to the file does not allow replacing one."""

import sqlalchemy as sa
from alembic import context, op

from app.store.crypto.encrypted_columns import PASSWORD_HASH
from app.store.crypto.keys.key_hierarchy import open_vault

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    rows = [dict(row) for row in bind.execute(sa.text("SELECT role, hash, changed_at FROM passwords")).mappings()]
    op.drop_table("passwords")  # at most one row per role, held in memory
    op.create_table(
        "passwords",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(hash) > 32", name=op.f("ck_passwords_hash_is_sealed")),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_passwords")),
    )
    if not rows:
        return
    vault = open_vault(bind, context.config.attributes["keys"])
    for row in rows:
        place = PASSWORD_HASH.place(*(row[name] for name in PASSWORD_HASH.bound_columns))
        row["hash"] = vault.encrypt(row["hash"].encode(), *place)
    # Untyped columns: values go back to the driver as it returned them, including dates.
    bind.execute(sa.insert(sa.table("passwords", *map(sa.column, rows[0]))), rows)
