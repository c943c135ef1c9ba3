"""The tables as SQLAlchemy models. New databases are created from them; a test compares them with the migrations.

“Encrypted” columns hold AES-256-GCM records, described in `crypto/encrypted_columns.py`.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite stores no time zone, so it is removed on writing and set to UTC on reading."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the time in UTC, without a time zone."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored time with the time zone UTC."""
        return value.replace(tzinfo=UTC) if value else None


class Blob(LargeBinary):
    """Bytes as the driver returns them. SQLAlchemy would copy each value, and fail on a damaged row that holds text."""

    def result_processor(self, dialect: Dialect, coltype: object) -> None:  # noqa: ARG002
        """Return None: values need no processing."""
        return


class Base(DeclarativeBase):
    """Base of all models. Every constraint has a name, so that a later migration can refer to it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _index_not_null(table: str, column: str) -> Index:
    """Return a partial index of the rows, usually few, in which a column is not null."""
    not_null = text(f"{column} IS NOT NULL")
    return Index(f"ix_{table}_{column}", column, sqlite_where=not_null, postgresql_where=not_null)


class PersonRow(Base):
    """An enrolled person. `personal` is encrypted; name and badge are found through blind indexes (keyed hashes)."""

    __tablename__ = "people"
    __table_args__ = (
        CheckConstraint("length(personal) > 32", name="personal_is_sealed"),
        CheckConstraint("length(name_index) = 16", name="name_index_is_blind"),
        Index("ix_people_badge_index", "badge_index", unique=True),
        Index("ix_people_revision", "revision"),
        *(_index_not_null("people", name) for name in ("valid_from", "valid_until", "delete_after")),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    personal: Mapped[bytes] = mapped_column(Blob)
    name_index: Mapped[bytes] = mapped_column(Blob, unique=True)
    badge_index: Mapped[bytes | None] = mapped_column(Blob)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    active: Mapped[bool] = mapped_column(Boolean, default=True, server_default="1")
    valid_from: Mapped[datetime | None] = mapped_column(UtcDateTime)
    valid_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    delete_after: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revision: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class TombstoneRow(Base):
    """A tombstone: the id of a person who was erased or merged, and the gallery revision of that change."""

    __tablename__ = "departures"
    __table_args__ = (Index("ix_departures_revision", "revision"),)

    person_id: Mapped[str] = mapped_column(Text, primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger)


class MembershipRow(Base):
    """A person's membership in a group. The name is encrypted; a group exists as long as it has members."""

    __tablename__ = "memberships"
    __table_args__ = (CheckConstraint("length(group_index) = 16", name="group_index_is_blind"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    group_index: Mapped[bytes] = mapped_column(Blob, primary_key=True)
    group_name: Mapped[bytes] = mapped_column(Blob)


class ConsentRow(Base):
    """A consent that a person gave. `text` is encrypted."""

    __tablename__ = "consents"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    text: Mapped[bytes] = mapped_column(Blob)
    version: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)


class TemplateRow(Base):
    """A template: one embedding with its model, person and quality.

    `vector` is rotated by the rotation of that number and then encrypted; `source` is encrypted.
    """

    __tablename__ = "templates"
    __table_args__ = (
        CheckConstraint("length(model) > 0", name="model_not_empty"),
        CheckConstraint("length(model_sha256) > 0", name="model_sha256_not_empty"),
        CheckConstraint("length(vector) > 32 AND length(vector) % 4 = 0", name="vector_is_sealed"),
        CheckConstraint("quality BETWEEN 0 AND 1", name="quality_in_range"),
        Index("ix_templates_in_use", "person_id", "retired_at"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    model: Mapped[str] = mapped_column(Text)
    model_sha256: Mapped[str] = mapped_column(Text)
    vector: Mapped[bytes] = mapped_column(Blob)
    rotation: Mapped[int]
    quality: Mapped[float] = mapped_column(Double)
    source: Mapped[bytes] = mapped_column(Blob)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    yaw: Mapped[float | None] = mapped_column(Double)
    pitch: Mapped[float | None] = mapped_column(Double)
    roll: Mapped[float | None] = mapped_column(Double)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ThumbnailRow(Base):
    """The encrypted thumbnail of a template, where the installation keeps thumbnails."""

    __tablename__ = "thumbnails"

    template_id: Mapped[str] = mapped_column(ForeignKey("templates.id", ondelete="CASCADE"), primary_key=True)
    jpeg: Mapped[bytes] = mapped_column(Blob)


class NegativeTemplateRow(Base):
    """A negative template: a face that an operator marked as not this person. `vector` is stored as in TemplateRow."""

    __tablename__ = "anchors"
    __table_args__ = (
        CheckConstraint("length(vector) > 32 AND length(vector) % 4 = 0", name="vector_is_sealed"),
        CheckConstraint("similarity BETWEEN -1.001 AND 1.001", name="similarity_is_a_cosine"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    model: Mapped[str] = mapped_column(Text)
    model_sha256: Mapped[str] = mapped_column(Text)
    vector: Mapped[bytes] = mapped_column(Blob)
    rotation: Mapped[int]
    similarity: Mapped[float] = mapped_column(Double)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditRow(Base):
    """An audit event. `subject` is not a foreign key: it remains when the person is erased."""

    __tablename__ = "audit_events"
    __table_args__ = (
        CheckConstraint("length(kind) > 0", name="kind_not_empty"),
        Index("ix_audit_events_at", "at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text, default="", server_default="")
    previous: Mapped[bytes | None] = mapped_column(Blob)
    mac: Mapped[bytes | None] = mapped_column(Blob)


class AuditChainRow(Base):
    """A single row: the head of the audit chain, its first event, and the prune checkpoint (docs/audit.md)."""

    __tablename__ = "audit_chain"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger)
    mac: Mapped[bytes] = mapped_column(Blob)
    chained_from: Mapped[int | None] = mapped_column(BigInteger)
    pruned_sequence: Mapped[int] = mapped_column(BigInteger)
    pruned_mac: Mapped[bytes] = mapped_column(Blob)
    kept: Mapped[bytes] = mapped_column(Blob)
    seal: Mapped[bytes] = mapped_column(Blob)


class PasswordRow(Base):
    """The encrypted argon2id hash of a role's password."""

    __tablename__ = "passwords"
    __table_args__ = (CheckConstraint("length(hash) > 32", name="hash_is_sealed"),)

    role: Mapped[str] = mapped_column(Text, primary_key=True)
    hash: Mapped[bytes] = mapped_column(Blob)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OutboxRow(Base):
    """An event queued for one receiver. The person's name is looked up on delivery, not stored here."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("length(target) > 0", name="target_not_empty"),
        CheckConstraint("length(event_id) > 0", name="event_id_not_empty"),
        UniqueConstraint("target", "event_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(Text)
    event_id: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kiosk: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str] = mapped_column(Text)
    factors: Mapped[str] = mapped_column(Text)
    similarity: Mapped[float | None] = mapped_column(Double)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    problem: Mapped[str] = mapped_column(Text, default="")


class LockoutRow(Base):
    """Failed attempts at a kiosk or for a person, and the resulting delay."""

    __tablename__ = "lockouts"
    __table_args__ = (
        CheckConstraint("failures >= 0", name="failures_not_negative"),
        CheckConstraint("left_ns >= 0", name="left_not_negative"),
        CheckConstraint("resets >= 0", name="resets_not_negative"),
    )

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    failures: Mapped[int] = mapped_column(BigInteger)
    left_ns: Mapped[int] = mapped_column(BigInteger)
    monotonic_ns: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    resets: Mapped[int] = mapped_column(BigInteger)


class PinRow(Base):
    """The encrypted argon2id hash of a PIN: of a person, of a site, or for leaving the kiosk mode."""

    __tablename__ = "pins"
    __table_args__ = (CheckConstraint("length(hash) > 32", name="hash_is_sealed"),)

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    hash: Mapped[bytes] = mapped_column(Blob)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class GalleryRevisionRow(Base):
    """A single row that counts changes to people and templates, so that gallery caches can detect them.

    A cache of a revision below `floor` cannot be updated incrementally and must reload the whole gallery.
    """

    __tablename__ = "gallery_revision"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    revision: Mapped[int]
    floor: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")


class FleetLinkRow(Base):
    """A single row in the replica of a kiosk: the server revision it has reached, and the last audit event it sent."""

    __tablename__ = "fleet_link"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kiosk: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(BigInteger)
    sent: Mapped[int] = mapped_column(BigInteger)


class FleetEventRow(Base):
    """An audit event of a kiosk, stored on the server unchanged."""

    __tablename__ = "fleet_events"
    __table_args__ = (Index("ix_fleet_events_at", "at"),)

    kiosk: Mapped[str] = mapped_column(Text, primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    previous: Mapped[bytes | None] = mapped_column(Blob)
    mac: Mapped[bytes | None] = mapped_column(Blob)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class VaultRow(Base):
    """A single row: the id of this database, under which key sources store its key."""

    __tablename__ = "vault"
    __table_args__ = (CheckConstraint("id = 1", name="single_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    store_id: Mapped[str] = mapped_column(Text)


class KeyWrapRow(Base):
    """The master key, wrapped by the key of one source, with the parameters (JSON) that the source needs."""

    __tablename__ = "key_wraps"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    parameters: Mapped[str] = mapped_column(Text)
    wrapped: Mapped[bytes] = mapped_column(Blob)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DataKeyRow(Base):
    """A data key, wrapped by the master key. The newest encrypts; older ones remain until no record uses them."""

    __tablename__ = "data_keys"

    place: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    wrapped: Mapped[bytes] = mapped_column(Blob)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RotationRow(Base):
    """The seed of a template rotation, wrapped by the master key. As with data keys, the newest is in use."""

    __tablename__ = "rotations"

    place: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    wrapped: Mapped[bytes] = mapped_column(Blob)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
