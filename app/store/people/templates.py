"""The templates of the people enrolled, and all of them at once for the gallery."""

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
    """All that a gallery is made of, as of one moment.

    Attributes:
        revision: Of the database then.
        people: Those who are to be recognised and have templates, by name.
        vectors: (n, size), float32, rows of unit length, sorted by person; (0, 0) where there are none.
        owners: (n,), int64, ascending: the place of each vector's person in `people`.
        qualities: (n,), how good each vector's picture was, 0 to 1.
        anchors: (m, size), float32, rows of unit length; (0, 0) where there are none.
        anchor_owners: (m,), int64, ascending, as `owners`.
        rotation: By which vectors and anchors are turned, and a probe has to be before it is compared.
        until: The moment at which somebody begins or ceases to be recognised without a change; None for never.
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
    """Templates in the database; usable from every thread at once. Every method may raise StoreError.

    Args:
        database: Open.
        clock: Dates what is changed.
        actor: Who changes it, for the audit trail.
    """

    def __init__(self, database: Database, clock: Clock, actor: str = "") -> None:
        self._database = database
        self._journal = AuditedTransactions(database, clock, actor)

    def of(self, person_id: str) -> list[Template]:
        """Somebody's templates of every model, oldest first, the retired ones too.

        Raises:
            UnknownPerson: Nobody has that id.
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
        """The template whose id begins so.

        Raises:
            InvalidChange: There is none, or more than one.
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
        """How many templates in use, of one model, each person has, by the person's id; those who have none are absent.

        Args:
            model: Its manifest name.
            model_sha256: Of its weights.
        """
        made_by = ModelKey(model=model, model_sha256=model_sha256)
        with self._database.reading() as session:
            return count_vectors(session, TEMPLATE_VECTOR, made_by)

    def has_people_without(self, model: str, model_sha256: str) -> bool:
        """Whether anybody has no template in use of one model. Cheaper than `counts` where there are very many people.

        Args:
            model: Its manifest name.
            model_sha256: Of its weights.
        """
        theirs = (TemplateRow.person_id == PersonRow.id, TemplateRow.retired_at.is_(None))
        made_by = (TemplateRow.model == model, TemplateRow.model_sha256 == model_sha256)
        query = select(PersonRow.id).where(~exists().where(*theirs, *made_by)).limit(1)
        with self._database.reading() as session:
            return session.execute(query).first() is not None

    def stored(self, person_id: str) -> list[NewTemplate]:
        """The same with their small pictures, as they would be stored again.

        Raises:
            UnknownPerson: Nobody has that id.
            StoreCorrupt: A stored vector is damaged.
        """
        with self._database.reading() as session:
            person_row(session, person_id)
            return stored_templates(session, person_id)

    def pictured(self) -> set[str]:
        """The ids of all who have a template in use with a small picture beside it, of whatever model."""
        query = select(TemplateRow.person_id).join(ThumbnailRow, ThumbnailRow.template_id == TemplateRow.id)
        with self._database.reading() as session:
            return set(session.scalars(query.where(TemplateRow.retired_at.is_(None)).distinct()))

    def renew(self, person_id: str, templates: Sequence[NewTemplate]) -> None:
        """Add templates that were made from pictures kept beside others; those that are there already are left.

        Args:
            person_id: Whose they are.
            templates: With ids.

        Raises:
            UnknownPerson: Nobody has that id.
        """
        with self._journal.changing() as change:
            person_row(change.session, person_id).updated_at = change.now
            fresh = [template for template in templates if change.session.get(TemplateRow, template.id) is None]
            store_templates(change, (person_id, fresh))
            change.note(AuditKind.TEMPLATES_ADDED, person_id, templates=len(fresh), from_kept_pictures=True)

    def thumbnail(self, template_id: str) -> bytes | None:
        """The small JPEG kept beside a template; None where none is."""
        with self._database.reading() as session:
            row = session.get(ThumbnailRow, template_id)
            return None if row is None else THUMBNAIL.open_in(vault_of(session), row)

    def retire(self, template_id: str, *, retired: bool = True) -> None:
        """Compare a template no more, or again.

        Raises:
            InvalidChange: There is none of that id.
        """
        with self._journal.changing() as change:
            row = change.session.get(TemplateRow, template_id)
            if row is None:
                raise InvalidChange(
                    QT_TRANSLATE_NOOP("errors", "This template is gone already."),
                    QT_TRANSLATE_NOOP("errors", "Look at the person again."),
                )
            row.retired_at = change.now if retired else None
            kind = AuditKind.TEMPLATE_RETIRED if retired else AuditKind.TEMPLATE_RESTORED
            change.note(kind, row.person_id, template=template_id)

    def revision(self) -> int:
        """A number that every change to people or templates raises, by whichever process. Cheap enough to poll."""
        with self._database.connecting() as connection:
            return connection.execute(_REVISION).scalar_one()

    def gallery_arrays(self, model: str, model_sha256: str, now: datetime) -> GalleryArrays:
        """All templates in use that one model made, of all who are to be recognised now.

        Args:
            model: Its manifest name.
            model_sha256: Of its weights.
            now: Decides who is valid.

        Raises:
            StoreCorrupt: A stored vector is damaged, or not of the size of the others.
        """
        made_by = ModelKey(model=model, model_sha256=model_sha256)
        with self._database.reading() as session:
            revision = session.execute(_REVISION).scalar_one()
            everybody = select_people(session)
            counts = count_vectors(session, TEMPLATE_VECTOR, made_by)
            people = tuple(person for person in everybody if person.id in counts and person.is_valid_at(now))
            owners = [person.id for person in people]
            templates = read_vectors(session, TEMPLATE_VECTOR, made_by, owners, counts)
            marked = count_vectors(session, NEGATIVE_TEMPLATE_VECTOR, made_by)
            anchors = read_vectors(session, NEGATIVE_TEMPLATE_VECTOR, made_by, owners, marked)
            rotation = vault_of(session).rotations.newest
        return GalleryArrays(
            revision,
            people,
            templates.vectors,
            templates.owners,
            templates.qualities,
            anchors.vectors,
            anchors.owners,
            _next_change(everybody, now),
            rotation,
        )


def _template(vault: Vault, row: TemplateRow, *, thumbnail: bool) -> Template:
    return Template(
        row.id,
        row.person_id,
        Embedding(decrypt_vector(vault, TEMPLATE_VECTOR, row), row.model),
        row.quality,
        TEMPLATE_SOURCE.open_in(vault, row).decode(),
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
    """Give people templates, within a change.

    Args:
        change: Under way.
        given: The id of each person, who is stored already, and what they get.

    Raises:
        ValueError: The templates of one model differ in size.
    """
    owners, templates = [id_ for id_, some in given for _ in some], [one for _, some in given for one in some]
    if not templates:
        return
    ensure_vector_sizes(change.session, templates)
    vault = vault_of(change.session)
    turned = rotated_bytes(vault.rotations.newest, [template.embedding.vector for template in templates])
    rows = [
        _new_row(vault, owner, template, vector, change.now)
        for owner, template, vector in zip(owners, templates, turned, strict=True)
    ]
    change.session.execute(insert(TemplateRow), rows)
    kept = zip(rows, templates, strict=True)
    pictures = [_thumbnail(vault, row["id"], one.thumbnail) for row, one in kept if one.thumbnail is not None]
    if pictures:
        change.session.execute(insert(ThumbnailRow), pictures)


def _new_row(vault: Vault, owner: str, template: NewTemplate, turned: bytes, now: datetime) -> dict[str, Any]:
    id_, model, sha256 = template.id or uuid4().hex, template.embedding.model, template.model_sha256
    rotation, pose = vault.rotations.newest.number, template.pose
    return {
        "id": id_,
        "person_id": owner,
        "model": model,
        "model_sha256": sha256,
        "vector": vault.seal(turned, *TEMPLATE_VECTOR.place(id_, owner, model, sha256, rotation)),
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
    return {"template_id": template_id, "jpeg": vault.seal(jpeg, *THUMBNAIL.place(template_id))}


def stored_templates(session: Session, person_id: str) -> list[NewTemplate]:
    """Somebody's templates of every model, oldest first, with all that is kept of them.

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
        TEMPLATE_SOURCE.open_in(vault, row).decode(),
        _pose(row),
        None if thumbnail is None else THUMBNAIL.open_in(vault, thumbnail),
        row.id,
        row.created_at,
        row.retired_at,
    )


def _next_change(people: Sequence[Person], now: datetime) -> datetime | None:
    return min((moment for person in people for moment in person.validity_changes if moment > now), default=None)
