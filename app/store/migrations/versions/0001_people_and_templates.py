"""Create the tables of people, templates and the gallery revision."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_people()
    _create_templates()
    _create_gallery_revision()


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(name) > 0", name=op.f("ck_people_name_not_empty")),
        sa.CheckConstraint("length(name_key) > 0", name=op.f("ck_people_name_key_not_empty")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("name_key", name=op.f("uq_people_name_key")),
    )


def _create_templates() -> None:
    op.create_table(
        "templates",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("quality", sa.Double(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.CheckConstraint("length(model) > 0", name=op.f("ck_templates_model_not_empty")),
        sa.CheckConstraint("length(model_sha256) > 0", name=op.f("ck_templates_model_sha256_not_empty")),
        sa.CheckConstraint(
            "length(vector) > 0 AND length(vector) % 4 = 0", name=op.f("ck_templates_vector_of_float32")
        ),
        sa.CheckConstraint("quality BETWEEN 0 AND 1", name=op.f("ck_templates_quality_in_range")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_templates_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
    )
    op.create_index(op.f("ix_templates_person_id"), "templates", ["person_id"])


def _create_gallery_revision() -> None:
    counter = op.create_table(
        "gallery_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_gallery_revision_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gallery_revision")),
    )
    op.bulk_insert(counter, [{"id": 1, "revision": 0}])
