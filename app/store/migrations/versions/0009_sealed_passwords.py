"""The hashes of passwords are sealed, as those of PINs are: who can write the file cannot put in one of their own."""

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
    op.drop_table("passwords")  # a handful of rows, so that the new one needs no other name meanwhile
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
        place = PASSWORD_HASH.place(*(row[name] for name in PASSWORD_HASH.bound))
        row["hash"] = vault.seal(row["hash"].encode(), *place)
    # Columns without a type: what the driver gives is what it takes, dates too.
    bind.execute(sa.insert(sa.table("passwords", *map(sa.column, rows[0]))), rows)
