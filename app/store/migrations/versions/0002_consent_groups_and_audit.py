"""Add personal data, consents, groups, thumbnails, negative templates and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _widen_people()
    _create_memberships()
    _create_consents()
    _widen_templates()
    _create_thumbnails()
    _create_anchors()
    _create_audit_events()


def _widen_people() -> None:
    op.add_column("people", sa.Column("badge", sa.Text()))
    op.add_column("people", sa.Column("note", sa.Text(), nullable=False, server_default=""))
    op.add_column("people", sa.Column("active", sa.Boolean(), nullable=False, server_default="1"))
    for name in ("valid_from", "valid_until", "delete_after"):
        op.add_column("people", sa.Column(name, sa.DateTime()))
    op.create_index("ix_people_badge", "people", ["badge"], unique=True)


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("group_name", sa.Text(), nullable=False),
        sa.CheckConstraint("length(group_key) > 0", name=op.f("ck_memberships_group_key_not_empty")),
        _of_a_person("memberships"),
        sa.PrimaryKeyConstraint("person_id", "group_key", name=op.f("pk_memberships")),
    )


def _create_consents() -> None:
    op.create_table(
        "consents",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        _of_a_person("consents"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"])


def _widen_templates() -> None:
    for name in ("yaw", "pitch", "roll"):
        op.add_column("templates", sa.Column(name, sa.Double()))
    op.add_column("templates", sa.Column("retired_at", sa.DateTime()))


def _create_thumbnails() -> None:
    op.create_table(
        "thumbnails",
        sa.Column("template_id", sa.Text(), nullable=False),
        sa.Column("jpeg", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"], ["templates.id"], name=op.f("fk_thumbnails_template_id_templates"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("template_id", name=op.f("pk_thumbnails")),
    )


def _create_anchors() -> None:
    op.create_table(
        "anchors",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("similarity", sa.Double(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(vector) > 0 AND length(vector) % 4 = 0", name=op.f("ck_anchors_vector_of_float32")),
        sa.CheckConstraint("similarity BETWEEN -1.001 AND 1.001", name=op.f("ck_anchors_similarity_is_a_cosine")),
        _of_a_person("anchors"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_anchors")),
    )
    op.create_index(op.f("ix_anchors_person_id"), "anchors", ["person_id"])


def _create_audit_events() -> None:
    op.create_table(
        "audit_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.CheckConstraint("length(kind) > 0", name=op.f("ck_audit_events_kind_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_events")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_events_at", "audit_events", ["at"])


def _of_a_person(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_person_id_people")
    return sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=name, ondelete="CASCADE")
