"""Vector search on the server with pgvector, for galleries too large for a kiosk: on rotated, unencrypted vectors."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.core.faces import Vector
from app.store.crypto.encrypted_columns import TEMPLATE_VECTOR
from app.store.crypto.encrypted_vectors import decrypt_vector
from app.store.crypto.vault import vault_of
from app.store.database.tables import PersonRow, TemplateRow
from app.store.people.audited_transactions import batched

CANDIDATES = 500
"""How many templates with the smallest Hamming distance of signs are compared with the probe by cosine."""

_DELETE = text(
    "DELETE FROM search_vectors USING templates"
    " WHERE templates.id = search_vectors.template_id AND templates.person_id IN :people"
).bindparams(bindparam("people", expanding=True))
_INSERT = text(
    "INSERT INTO search_vectors (template_id, model, model_sha256, vector, signs)"
    " SELECT :id, :model, :model_sha256, v, binary_quantize(v) FROM (SELECT CAST(:vector AS vector) AS v) AS given"
)


def update_search_vectors(session: Session, since: int) -> None:
    """Update the search table for all people changed since a revision. Removed people are deleted by foreign key.

    Args:
        session: A writing one.
        since: The revision before the changes.
    """
    changed = session.scalars(select(PersonRow.id).where(PersonRow.revision > since)).all()
    for ids in batched(changed):
        session.execute(_DELETE, {"people": list(ids)})
        vault = vault_of(session)
        in_use = select(TemplateRow).where(TemplateRow.person_id.in_(ids), TemplateRow.retired_at.is_(None))
        rows = [
            {
                "id": row.id,
                "model": row.model,
                "model_sha256": row.model_sha256,
                "vector": _vector_literal(vault.rotations.newest.apply(decrypt_vector(vault, TEMPLATE_VECTOR, row))),
            }
            for row in session.scalars(in_use)
        ]
        if rows:
            session.execute(_INSERT, rows)


def count_search_vectors(session: Session, model: str, model_sha256: str) -> int:
    """Return how many templates of a model can be searched.

    Args:
        session: A reading one, on PostgreSQL with pgvector.
        model: The manifest name of the model.
        model_sha256: SHA-256 of its weights.

    Returns:
        The number of rows in the search table.
    """
    count = text("SELECT count(*) FROM search_vectors WHERE model = :model AND model_sha256 = :model_sha256")
    return int(session.execute(count, {"model": model, "model_sha256": model_sha256}).scalar_one())


def count_people_by_templates(session: Session, model: str, model_sha256: str) -> dict[int, int]:
    """Return how many people have how many templates of a model that can be searched.

    Args:
        session: A reading one, on PostgreSQL with pgvector.
        model: The manifest name of the model.
        model_sha256: SHA-256 of its weights.

    Returns:
        The number of people by number of templates.
    """
    count = text(
        "SELECT templates, count(*) FROM (SELECT count(*) AS templates FROM search_vectors"
        " JOIN templates ON templates.id = template_id"
        " WHERE search_vectors.model = :model AND search_vectors.model_sha256 = :model_sha256"
        " GROUP BY person_id) AS people GROUP BY templates ORDER BY templates"
    )
    rows = session.execute(count, {"model": model, "model_sha256": model_sha256})
    return {int(templates): int(people) for templates, people in rows}


def nearest_people(session: Session, model: str, model_sha256: str, probe: Vector, count: int) -> Sequence[str]:
    """Return the ids of the people most similar to a probe, valid or not, the most similar first.

    Args:
        session: A reading one.
        model: The manifest name of the model.
        model_sha256: SHA-256 of its weights.
        probe: (size,), rotated as the templates are.
        count: How many at most.

    Returns:
        Person ids.
    """
    size = len(probe)
    nearest = text(
        "WITH candidates AS MATERIALIZED ("  # noqa: S608 - a number
        " SELECT template_id, vector FROM search_vectors WHERE model = :model AND model_sha256 = :model_sha256"
        f" ORDER BY CAST(signs AS bit({size})) <~> CAST(binary_quantize(CAST(:probe AS vector)) AS bit({size}))"
        " LIMIT :candidates)"
        " SELECT person_id FROM candidates JOIN templates ON templates.id = template_id"
        " GROUP BY person_id ORDER BY min(candidates.vector <=> CAST(:probe AS vector)) LIMIT :count"
    )
    wanted = {"model": model, "model_sha256": model_sha256, "probe": _vector_literal(probe)}
    return list(session.scalars(nearest, wanted | {"candidates": CANDIDATES, "count": count}))


def _vector_literal(vector: Vector) -> str:
    return f"[{','.join(map(repr, vector.tolist()))}]"
