"""Add the audit hash chain, the role of an event, and the passwords of roles."""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_audit_events()
    _create_audit_chain()
    _create_passwords()


def _widen_audit_events() -> None:
    op.add_column("audit_events", sa.Column("role", sa.Text(), nullable=False, server_default=""))
    op.add_column("audit_events", sa.Column("previous", sa.LargeBinary()))
    op.add_column("audit_events", sa.Column("mac", sa.LargeBinary()))


def _create_audit_chain() -> None:
    """Events that are there already are chained when the database is opened with the key, which no migration has."""
    chain = op.create_table(
        "audit_chain",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("chained_from", sa.BigInteger()),
        sa.Column("pruned_sequence", sa.BigInteger(), nullable=False),
        sa.Column("pruned_mac", sa.LargeBinary(), nullable=False),
        sa.Column("kept", sa.LargeBinary(), nullable=False),
        sa.Column("seal", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_chain_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_chain")),
    )
    has_events = op.get_bind().execute(sa.text("SELECT count(*) FROM audit_events")).scalar_one() > 0
    none = bytes(32)
    row = {"id": 1, "sequence": 0, "mac": none, "chained_from": None if has_events else 1, "pruned_sequence": 0}
    op.bulk_insert(chain, [row | {"pruned_mac": none, "kept": hashlib.sha256().digest(), "seal": b""}])


def _create_passwords() -> None:
    op.create_table(
        "passwords",
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(hash) > 0", name=op.f("ck_passwords_hash_not_empty")),
        sa.PrimaryKeyConstraint("role", name=op.f("pk_passwords")),
    )
