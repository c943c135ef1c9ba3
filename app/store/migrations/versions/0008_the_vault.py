"""Encrypt all personal data, and rotate template vectors by a secret rotation.

SQLite cannot change the type of a column, so each table is copied into a new one and the old one is dropped, which
`secure_delete` overwrites with zeros. All changes are one transaction.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from app.store.crypto.encrypted_columns import (
    CONSENT_TEXT,
    GROUP_NAME,
    NEGATIVE_TEMPLATE_VECTOR,
    PIN_HASH,
    TEMPLATE_SOURCE,
    TEMPLATE_VECTOR,
    THUMBNAIL,
    EncryptedColumn,
    PersonalData,
    group_index,
)
from app.store.crypto.keys.key_hierarchy import WrappedKeys, create_vault
from app.store.crypto.vault import Vault
from app.store.people.vectors import from_bytes, to_bytes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_BATCH_ROWS = 2000

_Row = dict[str, Any]


def upgrade() -> None:
    _create_keys()
    vault = _vault()
    for encrypt_table in (
        _encrypt_people,
        _encrypt_memberships,
        _encrypt_consents,
        _encrypt_templates,
        _encrypt_thumbnails,
        _encrypt_negative_templates,
        _encrypt_pins,
    ):
        encrypt_table(vault)
    if op.get_bind().dialect.name == "postgresql":
        _restore_foreign_keys()


def _vault() -> Vault:
    sources = context.config.attributes["keys"]
    inherited: WrappedKeys | None = context.config.attributes["inherited"]
    if inherited is not None:
        return inherited.insert_into(op.get_bind(), sources)
    return create_vault(op.get_bind(), sources, datetime.now(UTC))


def _create_keys() -> None:
    op.create_table(
        "vault",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_vault_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault")),
    )
    op.create_table(
        "key_wraps",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_key_wraps")),
    )
    for name in ("data_keys", "rotations"):
        op.create_table(
            name,
            sa.Column("place", sa.Integer(), nullable=False),
            sa.Column("number", sa.Integer(), nullable=False),
            sa.Column("wrapped", sa.LargeBinary(), nullable=False),
            sa.Column("created_at", sa.DateTime(), nullable=False),
            sa.PrimaryKeyConstraint("place", name=op.f(f"pk_{name}")),
            sa.UniqueConstraint("number", name=op.f(f"uq_{name}_number")),
        )


def _rewrite(name: str, made: Sequence[sa.schema.SchemaItem], encrypt: Callable[[_Row], _Row]) -> None:
    """Replace a table by one with encrypted rows.

    Args:
        name: Of the table.
        made: Its new columns and constraints.
        encrypt: Returns the new row for an old one.
    """
    bind = op.get_bind()
    on_server = bind.dialect.name == "postgresql"
    if on_server:
        _rename_constraints(bind, name)
    op.create_table(f"{name}_sealed", *made)
    for rows in _batches(bind, name):
        encrypted = [encrypt(row) for row in rows]
        # Untyped columns: values go back to the driver as it returned them, including dates.
        bind.execute(sa.insert(sa.table(f"{name}_sealed", *map(sa.column, encrypted[0]))), encrypted)
    op.execute(f"DROP TABLE {name} CASCADE" if on_server else f"DROP TABLE {name}")
    op.rename_table(f"{name}_sealed", name)


def _rename_constraints(bind: sa.Connection, name: str) -> None:
    """Rename the constraints of the old table: on PostgreSQL, indexes of a schema share one namespace."""
    query = sa.text("SELECT conname FROM pg_constraint WHERE conrelid = CAST(:name AS regclass)")
    for (constraint,) in bind.execute(query, {"name": name}).all():
        op.execute(f'ALTER TABLE {name} RENAME CONSTRAINT "{constraint}" TO "{constraint}_plain"')


def _restore_foreign_keys() -> None:
    """Recreate the foreign keys of tables that were not rewritten: PostgreSQL dropped them with the old tables."""
    for table, column, parent in (("lockouts", "person_id", "people"), ("search_vectors", "template_id", "templates")):
        name = op.f(f"fk_{table}_{column}_{parent}")
        op.create_foreign_key(name, table, parent, [column], ["id"], ondelete="CASCADE")


def _batches(bind: sa.Connection, name: str) -> Iterator[list[_Row]]:
    rows = bind.execute(sa.select(sa.text("*")).select_from(sa.table(name))).mappings()
    while batch := [dict(row) for row in islice(rows, _BATCH_ROWS)]:
        yield batch


def _encrypt(vault: Vault, column: EncryptedColumn, row: _Row, plain: bytes) -> None:
    row[column.column] = vault.encrypt(plain, *column.place(*(row[name] for name in column.bound_columns)))


def _encrypt_people(vault: Vault) -> None:
    def encrypted(row: _Row) -> _Row:
        personal = PersonalData(*(row.pop(name) for name in ("name", "badge", "note")))
        del row["name_key"]
        return row | personal.encrypt(vault, row["id"])

    made: list[sa.schema.SchemaItem] = [
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("personal", sa.LargeBinary(), nullable=False),
        sa.Column("name_index", sa.LargeBinary(), nullable=False),
        sa.Column("badge_index", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False, server_default="1"),
        sa.Column("valid_from", sa.DateTime(), nullable=True),
        sa.Column("valid_until", sa.DateTime(), nullable=True),
        sa.Column("delete_after", sa.DateTime(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False, server_default="0"),
        sa.CheckConstraint("length(personal) > 32", name=op.f("ck_people_personal_is_sealed")),
        sa.CheckConstraint("length(name_index) = 16", name=op.f("ck_people_name_index_is_blind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("name_index", name=op.f("uq_people_name_index")),
    ]
    _rewrite("people", made, encrypted)
    op.create_index("ix_people_badge_index", "people", ["badge_index"], unique=True)
    op.create_index("ix_people_revision", "people", ["revision"])
    for name in ("valid_from", "valid_until", "delete_after"):
        known = sa.text(f"{name} IS NOT NULL")
        op.create_index(f"ix_people_{name}", "people", [name], sqlite_where=known, postgresql_where=known)


def _encrypt_memberships(vault: Vault) -> None:
    def encrypted(row: _Row) -> _Row:
        row["group_index"] = group_index(vault, row.pop("group_key"))
        _encrypt(vault, GROUP_NAME, row, row["group_name"].encode())
        return row

    made: list[sa.schema.SchemaItem] = [
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("group_index", sa.LargeBinary(), nullable=False),
        sa.Column("group_name", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(group_index) = 16", name=op.f("ck_memberships_group_index_is_blind")),
        _person_foreign_key("memberships"),
        sa.PrimaryKeyConstraint("person_id", "group_index", name=op.f("pk_memberships")),
    ]
    _rewrite("memberships", made, encrypted)


def _encrypt_consents(vault: Vault) -> None:
    def encrypted(row: _Row) -> _Row:
        _encrypt(vault, CONSENT_TEXT, row, row["text"].encode())
        return row

    made: list[sa.schema.SchemaItem] = [
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        _person_foreign_key("consents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    ]
    _rewrite("consents", made, encrypted)
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"])


def _encrypt_templates(vault: Vault) -> None:
    def encrypted(row: _Row) -> _Row:
        _encrypt_vector(vault, TEMPLATE_VECTOR, row)
        _encrypt(vault, TEMPLATE_SOURCE, row, row["source"].encode())
        return row

    made: list[sa.schema.SchemaItem] = [
        *_vector_columns(),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("yaw", "pitch", "roll")),
        sa.Column("retired_at", sa.DateTime(), nullable=True),
        sa.CheckConstraint("length(model) > 0", name=op.f("ck_templates_model_not_empty")),
        sa.CheckConstraint("length(model_sha256) > 0", name=op.f("ck_templates_model_sha256_not_empty")),
        sa.CheckConstraint("quality BETWEEN 0 AND 1", name=op.f("ck_templates_quality_in_range")),
        *_vector_constraints("templates"),
    ]
    _rewrite("templates", made, encrypted)
    op.create_index("ix_templates_in_use", "templates", ["person_id", "retired_at"])


def _encrypt_thumbnails(vault: Vault) -> None:
    def encrypted(row: _Row) -> _Row:
        _encrypt(vault, THUMBNAIL, row, row["jpeg"])
        return row

    made: list[sa.schema.SchemaItem] = [
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_thumbnails_template_id_templates"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_thumbnails")),
    ]
    _rewrite("thumbnails", made, encrypted)


def _encrypt_negative_templates(vault: Vault) -> None:
    def encrypted(row: _Row) -> _Row:
        _encrypt_vector(vault, NEGATIVE_TEMPLATE_VECTOR, row)
        return row

    made: list[sa.schema.SchemaItem] = [
        *_vector_columns(),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("similarity BETWEEN -1.001 AND 1.001", name=op.f("ck_anchors_similarity_is_a_cosine")),
        *_vector_constraints("anchors"),
    ]
    _rewrite("anchors", made, encrypted)
    op.create_index(op.f("ix_anchors_person_id"), "anchors", ["person_id"])


def _encrypt_pins(vault: Vault) -> None:
    def encrypted(row: _Row) -> _Row:
        _encrypt(vault, PIN_HASH, row, row["hash"].encode())
        return row

    made: list[sa.schema.SchemaItem] = [
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(hash) > 32", name=op.f("ck_pins_hash_is_sealed")),
        _person_foreign_key("pins"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pins")),
    ]
    _rewrite("pins", made, encrypted)
    op.create_index(op.f("ix_pins_person_id"), "pins", ["person_id"])


def _encrypt_vector(vault: Vault, column: EncryptedColumn, row: _Row) -> None:
    rotation = vault.rotations.newest
    row["rotation"] = rotation.number
    _encrypt(vault, column, row, to_bytes(rotation.apply(from_bytes([row["vector"]])[0])))


def _vector_columns() -> list[sa.Column[Any]]:
    return [
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("id", "person_id", "model", "model_sha256")),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("rotation", sa.Integer(), nullable=False),
    ]


def _vector_constraints(table: str) -> list[sa.schema.SchemaItem]:
    sealed = "length(vector) > 32 AND length(vector) % 4 = 0"
    return [
        sa.CheckConstraint(sealed, name=op.f(f"ck_{table}_vector_is_sealed")),
        _person_foreign_key(table),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _person_foreign_key(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id_people")
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=name, ondelete="CASCADE")
