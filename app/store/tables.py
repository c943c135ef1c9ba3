"""The tables, as SQLAlchemy knows them. The migrations make them; a test holds the two together."""

from datetime import UTC, datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no time zone, so it is taken off on the way in and put on again on the way out."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Convert to UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Say that it is UTC."""
        return value.replace(tzinfo=UTC) if value else None


class Blob(LargeBinary):
    """Bytes as the driver gives them: SQLAlchemy copies each, and stumbles where a damaged row holds a text."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:  # noqa: ARG002
        """Nothing to do."""
        return


class Base(DeclarativeBase):
    """Every constraint has a name, so that a later migration can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class PersonRow(Base):
    """Someone enrolled; `name_key` keeps two people from having names that look the same."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name_not_empty"),
        CheckConstraint("length(name_key) > 0", name="name_key_not_empty"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TemplateRow(Base):
    """One embedding. Its vector, model, person and quality stand in one row, so that they cannot drift apart."""

    __tablename__ = "templates"
    __table_args__ = (
        CheckConstraint("length(model) > 0", name="model_not_empty"),
        CheckConstraint("length(model_sha256) > 0", name="model_sha256_not_empty"),
        CheckConstraint("length(vector) > 0 AND length(vector) % 4 = 0", name="vector_of_float32"),
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality_in_range"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    model: Mapped[str] = mapped_column(Text)
    model_sha256: Mapped[str] = mapped_column(Text)
    vector: Mapped[bytes] = mapped_column(Blob)
    quality: Mapped[float] = mapped_column(Double)
    source: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GalleryRevisionRow(Base):
    """One row that counts the changes to people and templates, for whoever keeps a gallery in memory."""

    __tablename__ = "gallery_revision"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
