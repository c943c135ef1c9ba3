"""Rotation and encryption of vectors in rows, and their decryption: one vector, or those of a whole gallery."""

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
    """The model of a vector: its manifest name, and the SHA-256 of its weights."""

    model: str
    model_sha256: str


_BATCH_ROWS = 8192
"""How many rows are decrypted before their vectors are copied into the gallery: these are in memory twice."""

VectorRow = Row[str, str, int, bytes, float]
"""Row id, person id, rotation number, encrypted vector, and quality."""

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
    """Rotate a vector by the newest rotation and set it, encrypted, in a row.

    Args:
        vault: Of the database.
        column: The vector column.
        row: Of the column's table, with its other columns set.
        vector: (size,), float32, unit length.
    """
    rotation = vault.rotations.newest
    row.rotation = rotation.number
    column.encrypt_into(vault, row, to_bytes(rotation.apply(vector)))


def rotated_bytes(rotation: Rotation, vectors: Sequence[Vector]) -> list[bytes]:
    """Rotate vectors and return the bytes to encrypt.

    Args:
        rotation: The newest.
        vectors: Each (size,), float32, unit length; sizes may differ.

    Returns:
        The bytes of each vector, in order.
    """
    rotated = [b""] * len(vectors)
    for size in {vector.size for vector in vectors}:
        places = [place for place, vector in enumerate(vectors) if vector.size == size]
        rows = rotation.apply(np.stack([vectors[place] for place in places]))
        for place, row in zip(places, rows, strict=True):
            rotated[place] = to_bytes(row)
    return rotated


def decrypt_vector(vault: Vault, column: EncryptedColumn, row: TemplateRow | NegativeTemplateRow) -> Vector:
    """Decrypt the vector of a row and undo its rotation, exact to float32 rounding.

    Args:
        vault: Of the database.
        column: The vector column.
        row: Of the column's table.

    Returns:
        (size,), float32, unit length.

    Raises:
        DecryptionError: The value was changed, or belongs to another row.
        InvalidVectorError: The plaintext is not a vector.
    """
    rotated = from_bytes([column.decrypt_from(vault, row)])[0]
    try:
        return vault.rotations[row.rotation].invert(rotated)
    except KeyError as error:
        raise DecryptionError(f"{column.table}, {row.id}") from error


@dataclass(frozen=True, slots=True)
class RotatedVectors:
    """Many vectors, rotated by the newest rotation.

    Attributes:
        vectors: (n, size), float32, rows of unit length, sorted by owner; (0, 0) if there are none.
        owners: (n,), int64, ascending.
        qualities: (n,), float64.
    """

    vectors: NDArray[np.float32]
    owners: NDArray[np.int64]
    qualities: NDArray[np.float64]


def read_vectors(
    session: Session, column: EncryptedColumn, model_key: ModelKey, owners: Sequence[str], counts: Mapping[str, int]
) -> RotatedVectors:
    """Decrypt the vectors of many people in batches, each directly into its place in the result.

    Args:
        session: The session of `counts`.
        column: The vector column.
        model_key: The model of the vectors.
        owners: Person ids in the order of the result; vectors of other people are skipped.
        counts: From `count_vectors`.

    Returns:
        The vectors, sorted by owner.

    Raises:
        DecryptionError: A vector was changed, or belongs to another row.
        InvalidVectorError: A plaintext is not a vector, or differs in size from the others.
    """
    per_owner = [counts.get(owner, 0) for owner in owners]
    total = sum(per_owner)
    slots = dict(zip(owners, np.cumsum([0, *per_owner[:-1]]).tolist(), strict=True)) if owners else {}
    matrix, qualities = np.empty((0, 0), np.float32), np.empty(total, np.float64)
    rows = (row for row in session.connection().execute(VECTOR_QUERIES[column], model_key) if row[1] in slots)
    while batch := list(islice(rows, _BATCH_ROWS)):
        decrypted = decrypt_batch(vault_of(session), column, model_key, batch)
        if not matrix.size:
            matrix = np.empty((total, decrypted.shape[1]), np.float32)
        if decrypted.shape[1] != matrix.shape[1]:
            raise InvalidVectorError
        places = _take_slots(slots, batch)
        matrix[places], qualities[places] = decrypted, [row[4] for row in batch]
    return RotatedVectors(matrix, np.repeat(np.arange(len(owners), dtype=np.int64), per_owner), qualities)


def count_vectors(session: Session, column: EncryptedColumn, model_key: ModelKey) -> dict[str, int]:
    """Count the vectors in use of one model per person.

    Args:
        session: A reading one.
        column: The vector column.
        model_key: The model of the vectors.

    Returns:
        Counts by person id; people without vectors are absent.
    """
    rows = session.connection().execute(_COUNTS[column], model_key)
    return {str(person): int(count) for person, count in rows}


def decrypt_batch(
    vault: Vault, column: EncryptedColumn, model_key: ModelKey, batch: Sequence[VectorRow]
) -> NDArray[np.float32]:
    """Decrypt the vectors of rows from `VECTOR_QUERIES`, and convert them to the newest rotation.

    Args:
        vault: Of the database.
        column: The vector column.
        model_key: The model of the vectors.
        batch: The rows.

    Returns:
        (n, size), float32, rows of unit length.

    Raises:
        DecryptionError: A vector was changed, or belongs to another row.
        InvalidVectorError: A plaintext is not a vector, or differs in size from the others.
    """
    model, sha256 = model_key["model"], model_key["model_sha256"]
    decrypted = vault.decrypt_many(
        [
            (record, f"{column.name}\0{row_id}\0{owner}\0{model}\0{sha256}\0{rotation}")
            for row_id, owner, rotation, record, _ in batch
        ]
    )
    vectors = from_bytes(decrypted)
    return vault.rotations.to_newest(vectors, np.fromiter((row[2] for row in batch), np.int64, len(batch)))


def _take_slots(slots: dict[str, int], batch: Sequence[VectorRow]) -> NDArray[np.int64]:
    places = np.empty(len(batch), np.int64)
    for index, row in enumerate(batch):
        places[index] = slot = slots[row[1]]
        slots[row[1]] = slot + 1
    return places
