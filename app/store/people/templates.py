"""Templates: the repository, and their storage within a change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from app.core.audit import AuditKind
from app.core.clock import Clock
from app.core.errors import InvalidChange
from app.core.faces import Embedding, Pose
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person, Template
from app.store.crypto.encrypted_columns import NEGATIVE_TEMPLATE_VECTOR, TEMPLATE_SOURCE, TEMPLATE_VECTOR, THUMBNAIL
from app.store.crypto.encrypted_vectors import ModelKey, count_vectors, decrypt_vector, read_vectors, rotated_bytes
from app.store.crypto.rotations import Rotation
from app.store.crypto.vault import Vault, vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import GalleryRevisionRow, PersonRow, TemplateRow, ThumbnailRow
from app.store.people.audited_transactions import AuditedChange, AuditedTransactions
from app.store.people.queries import ambiguous_id, ensure_vector_sizes, id_starts_with, person_row, select_people
from app.store.people.vectors import NewTemplate

_REVISION = select(GalleryRevisionRow.revision)
_WITH_THUMBNAIL = select(TemplateRow, ThumbnailRow.template_id).outerjoin(
    ThumbnailRow, ThumbnailRow.template_id == TemplateRow.id
)


@dataclass(frozen=True, slots=True)
class GalleryArrays:
    """All data of a gallery as arrays.

    Attributes:
        revision: The gallery revision of the database.
        people: Valid people with templates, sorted by name.
        vectors: (n, size), float32, rows of unit length, sorted by person; (0, 0) if there are none.
        owners: (n,), int64, ascending: the index of each vector's person in `people`.
        qualities: (n,), float64, the picture quality of each vector, 0 to 1.
        anchors: (m, size), float32, negative templates, rows of unit length; (0, 0) if there are none.
        anchor_owners: (m,), int64, ascending, as `owners`.
        rotation: The rotation of vectors and anchors, to be applied to a probe before comparison.
        until: When the validity of a person next begins or ends; None if it never does.
    """

    revision: int
    people: tuple[Person, ...]
    vectors: NDArray[np.float32]
    owners: NDArray[np.int64]
    qualities: NDArray[np.float64]
    anchors: NDArray[np.float32]
    anchor_owners: NDArray[np.int64]
    until: datetime | None
    rotation: Rotation


class TemplateRepository:
    """Templates in the database. Thread-safe. Every method may raise StoreError.

    Args:
        database: Open.
        clock: The time of changes.
        actor: Who makes changes, for the audit log.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._transactions = AuditedTransactions(database, clock, actor)

    def of(self, person_id: str) -> list[Template]:
        """Return a person's templates of all models, including retired ones, the oldest first.

        Raises:
            UnknownPerson: No person has this id.
            StoreCorrupt: A stored vector is damaged.
        """
        query = _WITH_THUMBNAIL.where(TemplateRow.person_id == person_id).order_by(
            TemplateRow.created_at, TemplateRow.id
        )
        with self._database.reading() as session:
            person_row(session, person_id)
            vault = vault_of(session)
            return [_template(vault, row, thumbnail=thumbnail is not None) for row, thumbnail in session.execute(query)]

    def find(self, beginning: str) -> Template:
        """Return the template whose id starts with a prefix.

        Raises:
            InvalidChange: None matches, or more than one.
            StoreCorrupt: Its vector is damaged.
        """
        query = _WITH_THUMBNAIL.where(id_starts_with(TemplateRow.id, beginning)).limit(2)
        with self._database.reading() as session:
            found = session.execute(query).all()
            if len(found) != 1:
                raise ambiguous_id(beginning, len(found))
            row, thumbnail = found[0]
            return _template(vault_of(session), row, thumbnail=thumbnail is not None)

    def counts(self, model: str, model_sha256: str) -> dict[str, int]:
        """Count the templates in use of one model per person.

        Args:
            model: The manifest name of the model.
            model_sha256: SHA-256 of its weights.

        Returns:
            Counts by person id; people without templates are absent.
        """
        model_key = ModelKey(model=model, model_sha256=model_sha256)
        with self._database.reading() as session:
            return count_vectors(session, TEMPLATE_VECTOR, model_key)

    def has_people_without(self, model: str, model_sha256: str) -> bool:
        """Return whether any person has no template in use of one model. Cheaper than `counts` for many people.

        Args:
            model: The manifest name of the model.
            model_sha256: SHA-256 of its weights.
        """
        in_use = (TemplateRow.person_id == PersonRow.id, TemplateRow.retired_at.is_(None))
        of_model = (TemplateRow.model == model, TemplateRow.model_sha256 == model_sha256)
        query = select(PersonRow.id).where(~exists().where(*in_use, *of_model)).limit(1)
        with self._database.reading() as session:
            return session.execute(query).first() is not None

    def with_thumbnails(self, person_id: str) -> list[NewTemplate]:
        """Return a person's templates of all models with their thumbnails, in the form in which they are stored.

        Raises:
            UnknownPerson: No person has this id.
            StoreCorrupt: A stored vector is damaged.
        """
        with self._database.reading() as session:
            person_row(session, person_id)
            return stored_templates(session, person_id)

    def people_with_thumbnails(self) -> set[str]:
        """Return the ids of all people who have a template in use, of any model, with a thumbnail."""
        query = select(TemplateRow.person_id).join(ThumbnailRow, ThumbnailRow.template_id == TemplateRow.id)
        with self._database.reading() as session:
            return set(session.scalars(query.where(TemplateRow.retired_at.is_(None)).distinct()))

    def add_migrated(self, person_id: str, templates: Sequence[NewTemplate]) -> None:
        """Add templates that were computed from stored thumbnails; existing ids are skipped.

        Args:
            person_id: The person's id.
            templates: With ids.

        Raises:
            UnknownPerson: No person has this id.
        """
        with self._transactions.begin() as change:
            person_row(change.session, person_id).updated_at = change.now
            fresh = [template for template in templates if change.session.get(TemplateRow, template.id) is None]
            store_templates(change, (person_id, fresh))
            change.record(AuditKind.TEMPLATES_ADDED, person_id, templates=len(fresh), from_kept_pictures=True)

    def thumbnail(self, template_id: str) -> bytes | None:
        """Return the thumbnail of a template as JPEG; None if there is none."""
        with self._database.reading() as session:
            row = session.get(ThumbnailRow, template_id)
            return None if row is None else THUMBNAIL.decrypt_from(vault_of(session), row)

    def retire(self, template_id: str, *, retired: bool = True) -> None:
        """Retire a template from comparison, or restore it.

        Args:
            template_id: The template's id.
            retired: False to restore it.

        Raises:
            InvalidChange: None has this id.
        """
        with self._transactions.begin() as change:
            row = change.session.get(TemplateRow, template_id)
            if row is None:
                raise InvalidChange(
                    QT_TRANSLATE_NOOP("errors", "This template was already removed."),
                    QT_TRANSLATE_NOOP("errors", "Open the person again."),
                )
            row.retired_at = change.now if retired else None
            kind = AuditKind.TEMPLATE_RETIRED if retired else AuditKind.TEMPLATE_RESTORED
            change.record(kind, row.person_id, template=template_id)

    def revision(self) -> int:
        """Return the gallery revision, which every change to people or templates advances. Cheap enough to poll."""
        with self._database.connection() as connection:
            return connection.execute(_REVISION).scalar_one()

    def gallery_arrays(self, model: str, model_sha256: str, now: datetime) -> GalleryArrays:
        """Return all templates in use of one model, of all valid people.

        Args:
            model: The manifest name of the model.
            model_sha256: SHA-256 of its weights.
            now: The time for which validity is decided.

        Returns:
            The gallery as arrays.

        Raises:
            StoreCorrupt: A stored vector is damaged, or differs in size from the others.
        """
        model_key = ModelKey(model=model, model_sha256=model_sha256)
        with self._database.reading() as session:
            revision = session.execute(_REVISION).scalar_one()
            everyone = select_people(session)
            counts = count_vectors(session, TEMPLATE_VECTOR, model_key)
            people = tuple(person for person in everyone if person.id in counts and person.is_valid_at(now))
            owners = [person.id for person in people]
            templates = read_vectors(session, TEMPLATE_VECTOR, model_key, owners, counts)
            negative_counts = count_vectors(session, NEGATIVE_TEMPLATE_VECTOR, model_key)
            anchors = read_vectors(session, NEGATIVE_TEMPLATE_VECTOR, model_key, owners, negative_counts)
            rotation = vault_of(session).rotations.newest
        return GalleryArrays(
            revision,
            people,
            templates.vectors,
            templates.owners,
            templates.qualities,
            anchors.vectors,
            anchors.owners,
            _next_validity_change(everyone, now),
            rotation,
        )


def _template(vault: Vault, row: TemplateRow, *, thumbnail: bool) -> Template:
    return Template(
        row.id,
        row.person_id,
        Embedding(decrypt_vector(vault, TEMPLATE_VECTOR, row), row.model),
        row.quality,
        TEMPLATE_SOURCE.decrypt_from(vault, row).decode(),
        row.created_at,
        _pose(row),
        row.retired_at,
        thumbnail,
    )


def _pose(row: TemplateRow) -> Pose | None:
    if row.yaw is None or row.pitch is None or row.roll is None:
        return None
    return Pose(row.yaw, row.pitch, row.roll)


def store_templates(change: AuditedChange, *given: tuple[str, Sequence[NewTemplate]]) -> None:
    """Store templates of people.

    Args:
        change: The current transaction.
        given: The id of each stored person, and the new templates.

    Raises:
        ValueError: The templates of one model differ in size.
    """
    owners = [id_ for id_, new in given for _ in new]
    templates = [template for _, new in given for template in new]
    if not templates:
        return
    ensure_vector_sizes(change.session, templates)
    vault = vault_of(change.session)
    rotated = rotated_bytes(vault.rotations.newest, [template.embedding.vector for template in templates])
    rows = [
        _new_row(vault, owner, template, vector, change.now)
        for owner, template, vector in zip(owners, templates, rotated, strict=True)
    ]
    change.session.execute(insert(TemplateRow), rows)
    kept = zip(rows, templates, strict=True)
    pictures = [_thumbnail(vault, row["id"], one.thumbnail) for row, one in kept if one.thumbnail is not None]
    if pictures:
        change.session.execute(insert(ThumbnailRow), pictures)


def _new_row(vault: Vault, owner: str, template: NewTemplate, rotated: bytes, now: datetime) -> dict[str, Any]:
    id_, model, sha256 = template.id or uuid4().hex, template.embedding.model, template.model_sha256
    rotation, pose = vault.rotations.newest.number, template.pose
    return {
        "id": id_,
        "person_id": owner,
        "model": model,
        "model_sha256": sha256,
        "vector": vault.encrypt(rotated, *TEMPLATE_VECTOR.place(id_, owner, model, sha256, rotation)),
        "rotation": rotation,
        "quality": float(template.quality),
        "source": vault.encrypt_text(
            template.source.encode("utf-8", "replace").decode(), *TEMPLATE_SOURCE.place(id_, owner)
        ),
        "created_at": template.created_at or now,
        "retired_at": template.retired_at,
        "yaw": pose and pose.yaw,
        "pitch": pose and pose.pitch,
        "roll": pose and pose.roll,
    }


def _thumbnail(vault: Vault, template_id: str, jpeg: bytes) -> dict[str, Any]:
    return {"template_id": template_id, "jpeg": vault.encrypt(jpeg, *THUMBNAIL.place(template_id))}


def stored_templates(session: Session, person_id: str) -> list[NewTemplate]:
    """Return a person's templates of all models with their thumbnails, the oldest first.

    Args:
        session: A reading one.
        person_id: The person's id.

    Returns:
        The templates, in the form in which they are stored.

    Raises:
        StoreCorrupt: A stored vector is damaged.
    """
    vault = vault_of(session)
    query = select(TemplateRow, ThumbnailRow).outerjoin(ThumbnailRow, ThumbnailRow.template_id == TemplateRow.id)
    rows = session.execute(
        query.where(TemplateRow.person_id == person_id).order_by(TemplateRow.created_at, TemplateRow.id)
    ).all()
    return [_as_new(vault, row, thumbnail) for row, thumbnail in rows]


def _as_new(vault: Vault, row: TemplateRow, thumbnail: ThumbnailRow | None) -> NewTemplate:
    return NewTemplate(
        Embedding(decrypt_vector(vault, TEMPLATE_VECTOR, row), row.model),
        row.model_sha256,
        row.quality,
        TEMPLATE_SOURCE.decrypt_from(vault, row).decode(),
        _pose(row),
        None if thumbnail is None else THUMBNAIL.decrypt_from(vault, thumbnail),
        row.id,
        row.created_at,
        row.retired_at,
    )


def _next_validity_change(people: Sequence[Person], now: datetime) -> datetime | None:
    return min((moment for person in people for moment in person.validity_changes if moment > now), default=None)
