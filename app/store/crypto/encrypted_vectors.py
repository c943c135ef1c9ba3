"""Vectors on their way into sealed rows, turned, and out of them: one, or a whole gallery's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, Select, bindparam, func, literal, select
from sqlalchemy.orm import Session

from app.core.faces import Vector
from app.store.crypto.aead import DecryptionError
from app.store.crypto.encrypted_columns import NEGATIVE_TEMPLATE_VECTOR, TEMPLATE_VECTOR, EncryptedColumn
from app.store.crypto.rotations import Rotation
from app.store.crypto.vault import Vault, vault_of
from app.store.database.tables import NegativeTemplateRow, TemplateRow
from app.store.people.vectors import InvalidVectorError, from_bytes, to_bytes


class ModelKey(TypedDict):
    """Which model made a vector: its manifest name, and the hash of its weights."""

    model: str
    model_sha256: str


_AT_ONCE = 8192
"""Rows that are opened before their vectors are laid into the gallery: so much is in memory twice."""

VectorRow = Row[str, str, int, bytes, float]
"""The row's id, the person's, the number of the rotation, the sealed vector, and the quality."""

_TEMPLATES = (
    TemplateRow.model == bindparam("model"),
    TemplateRow.model_sha256 == bindparam("model_sha256"),
    TemplateRow.retired_at.is_(None),
)
_ANCHORS = (
    NegativeTemplateRow.model == bindparam("model"),
    NegativeTemplateRow.model_sha256 == bindparam("model_sha256"),
)
VECTOR_QUERIES: Mapping[EncryptedColumn, Select[str, str, int, bytes, float]] = {
    TEMPLATE_VECTOR: select(
        TemplateRow.id, TemplateRow.person_id, TemplateRow.rotation, TemplateRow.vector, TemplateRow.quality
    ).where(*_TEMPLATES),
    NEGATIVE_TEMPLATE_VECTOR: select(
        NegativeTemplateRow.id,
        NegativeTemplateRow.person_id,
        NegativeTemplateRow.rotation,
        NegativeTemplateRow.vector,
        literal(1.0),
    ).where(*_ANCHORS),
}
_COUNTS: Mapping[EncryptedColumn, Select[str, int]] = {
    TEMPLATE_VECTOR: select(TemplateRow.person_id, func.count()).where(*_TEMPLATES).group_by(TemplateRow.person_id),
    NEGATIVE_TEMPLATE_VECTOR: select(NegativeTemplateRow.person_id, func.count())
    .where(*_ANCHORS)
    .group_by(NegativeTemplateRow.person_id),
}


def encrypt_vector(
    vault: Vault, column: EncryptedColumn, row: TemplateRow | NegativeTemplateRow, vector: Vector
) -> None:
    """Turn a vector by the newest rotation and put it, sealed, into a row whose other columns are set.

    Args:
        vault: Of the database.
        column: Where it is to stand.
        row: Of the column's table.
        vector: (size,), float32, of unit length.
    """
    rotation = vault.rotations.newest
    row.rotation = rotation.number
    column.encrypt_into(vault, row, to_bytes(rotation.turn(vector)))


def rotated_bytes(rotation: Rotation, vectors: Sequence[Vector]) -> list[bytes]:
    """What is to be sealed of vectors, of whatever sizes.

    Args:
        rotation: The newest.
        vectors: (size,), float32, of unit length.
    """
    turned = [b""] * len(vectors)
    for size in {vector.size for vector in vectors}:
        places = [place for place, vector in enumerate(vectors) if vector.size == size]
        rows = rotation.turn(np.stack([vectors[place] for place in places]))
        for place, row in zip(places, rows, strict=True):
            turned[place] = to_bytes(row)
    return turned


def decrypt_vector(vault: Vault, column: EncryptedColumn, row: TemplateRow | NegativeTemplateRow) -> Vector:
    """A vector as it was before it was turned and sealed; exact to the rounding of float32.

    Returns:
        (size,), float32, of unit length.

    Raises:
        DecryptionError: It was changed, or does not belong there.
        InvalidVectorError: What was sealed is no vector.
    """
    turned = from_bytes([column.open_in(vault, row)])[0]
    try:
        return vault.rotations[row.rotation].invert(turned)
    except KeyError as error:
        raise DecryptionError(f"{column.table}, {row.id}") from error


@dataclass(frozen=True, slots=True)
class RotatedVectors:
    """Many vectors, turned by the newest rotation.

    Attributes:
        vectors: (n, size), float32, rows of unit length, sorted by owner; (0, 0) where there are none.
        owners: (n,), int64, ascending.
        qualities: (n,), float64.
    """

    vectors: NDArray[np.float32]
    owners: NDArray[np.int64]
    qualities: NDArray[np.float64]


def read_vectors(
    session: Session, column: EncryptedColumn, made_by: ModelKey, owners: Sequence[str], counts: Mapping[str, int]
) -> RotatedVectors:
    """Open the vectors of many people, few at a time, and lay each in its place at once.

    Args:
        session: In which `counts` was asked, too.
        column: Of the vectors.
        made_by: The model that made them.
        owners: The people's ids, in the order wanted; others' vectors are left unopened.
        counts: From `count_search_vectors`.

    Raises:
        DecryptionError: A vector was changed, or does not belong where it lies.
        InvalidVectorError: What was sealed is no vector, or not of the size of the others.
    """
    per_owner = [counts.get(owner, 0) for owner in owners]
    total = sum(per_owner)
    slots = dict(zip(owners, np.cumsum([0, *per_owner[:-1]]).tolist(), strict=True)) if owners else {}
    matrix, qualities = np.empty((0, 0), np.float32), np.empty(total, np.float64)
    rows = (row for row in session.connection().execute(VECTOR_QUERIES[column], made_by) if row[1] in slots)
    while batch := list(islice(rows, _AT_ONCE)):
        opened = decrypt_batch(vault_of(session), column, made_by, batch)
        if not matrix.size:
            matrix = np.empty((total, opened.shape[1]), np.float32)
        if opened.shape[1] != matrix.shape[1]:
            raise InvalidVectorError
        places = _take_slots(slots, batch)
        matrix[places], qualities[places] = opened, [row[4] for row in batch]
    return RotatedVectors(matrix, np.repeat(np.arange(len(owners), dtype=np.int64), per_owner), qualities)


def count_vectors(session: Session, column: EncryptedColumn, made_by: ModelKey) -> dict[str, int]:
    """How many vectors in use, of one model, each person has, by the person's id; those who have none are absent."""
    rows = session.connection().execute(_COUNTS[column], made_by)
    return {str(person): int(count) for person, count in rows}


def decrypt_batch(
    vault: Vault, column: EncryptedColumn, made_by: ModelKey, batch: Sequence[VectorRow]
) -> NDArray[np.float32]:
    """Open the vectors of some rows of `QUERIES`, and turn them by the newest rotation.

    Returns:
        (n, size), float32, rows of unit length.

    Raises:
        DecryptionError: A vector was changed, or does not belong where it lies.
        InvalidVectorError: What was sealed is no vector, or not of the size of the others.
    """
    model, sha256 = made_by["model"], made_by["model_sha256"]
    opened = vault.decrypt_many(
        [
            (sealed, f"{column.name}\0{row_id}\0{owner}\0{model}\0{sha256}\0{rotation}")
            for row_id, owner, rotation, sealed, _ in batch
        ]
    )
    vectors = from_bytes(opened)
    return vault.rotations.to_newest(vectors, np.fromiter((row[2] for row in batch), np.int64, len(batch)))


def _take_slots(slots: dict[str, int], batch: Sequence[VectorRow]) -> NDArray[np.int64]:
    places = np.empty(len(batch), np.int64)
    for index, row in enumerate(batch):
        places[index] = slot = slots[row[1]]
        slots[row[1]] = slot + 1
    return places
