import numpy as np
import pytest
from sqlalchemy import text

from app.core.faces import Embedding
from app.matching.gallery import Gallery
from app.store.crypto import rekeying
from app.store.crypto.vault import vault_of
from app.store.fleet import server_queries, vector_search
from app.store.fleet.server_database import ServerDatabase
from app.store.fleet.server_queries import ServerSearch
from app.store.people.vectors import NewTemplate
from tests.unit.store.builders import EPOCH, MODEL, SHA, Repositories, unit

SIZE, PEOPLE = 64, 200


def enrolled(shared: ServerDatabase) -> tuple[Repositories, np.ndarray, list[str]]:
    people = Repositories(shared)
    vectors = np.stack([unit(seed, SIZE) for seed in range(PEOPLE)])
    ids = people.add_all(
        (f"Person {i}", [NewTemplate(Embedding(v, MODEL), SHA, 0.5, "")]) for i, v in enumerate(vectors)
    )
    return people, vectors, ids


def nearest(search: ServerSearch, probe: np.ndarray) -> tuple[str, float]:
    found = search.around(probe, EPOCH)
    owners, vectors = found.vectors
    gallery = Gallery.of(MODEL, found.people, vectors, owners, rotation=found.rotation.matrix(SIZE).astype(np.float32))
    best = gallery.search(Embedding(probe, MODEL), 1)[0]
    return best.person.id, best.similarity


def test_the_server_finds_the_same_people_as_exhaustive_search(
    shared: ServerDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_search, "CANDIDATES", 50)
    monkeypatch.setattr(server_queries, "CANDIDATE_PEOPLE", 8)
    people, vectors, ids = enrolled(shared)
    search = ServerSearch(shared, MODEL, SHA)
    for place in range(0, PEOPLE, 10):
        noisy = vectors[place] + 0.1 * np.random.default_rng(place).normal(size=SIZE)
        probe = (noisy / np.linalg.norm(noisy)).astype(np.float32)
        assert nearest(search, probe)[0] == ids[int((vectors @ probe).argmax())]
    people.delete(ids[0])
    assert nearest(search, vectors[0])[0] != ids[0]
    (template,) = people.templates_of(ids[35])
    people.retire(template.id)
    assert nearest(search, vectors[35])[0] != ids[35]
    people.retire(template.id, retired=False)
    assert nearest(search, vectors[35])[0] == ids[35]
    people.change(ids[35], active=False)
    assert nearest(search, vectors[35])[0] != ids[35]
    assert ids[35] not in [person.id for person in search.around(vectors[35], EPOCH, also=ids[35]).people]
    assert ids[7] in [person.id for person in search.around(vectors[35], EPOCH, also=ids[7]).people]


def test_an_empty_server_has_no_candidates(shared: ServerDatabase) -> None:
    assert ServerSearch(shared, MODEL, SHA).around(unit(1), EPOCH).people == ()


def searchable(shared: ServerDatabase) -> np.ndarray:
    """(n, SIZE): what the server searches, sorted by template."""
    with shared.reading() as session:
        rows = session.scalars(text("SELECT CAST(vector AS text) FROM search_vectors ORDER BY template_id")).all()
        return np.array([row.strip("[]").split(",") for row in rows], np.float32)


def test_search_works_at_every_step_of_a_revocation(shared: ServerDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_search, "CANDIDATES", 20)
    monkeypatch.setattr(server_queries, "CANDIDATE_PEOPLE", 4)
    monkeypatch.setattr(rekeying, "_PAGE_KEYS", 60)
    _, vectors, ids = enrolled(shared)
    search, before = ServerSearch(shared, MODEL, SHA), searchable(shared)
    steps = 0
    for _ in rekeying.revoke_templates(shared, EPOCH):
        steps += 1
        for place in range(0, PEOPLE, 25):
            with shared.reading() as session:
                turned = [rotation.apply(vectors[place]) for rotation in vault_of(session).rotations]
            assert len(turned) == 2
            assert ids[place] in [person.id for person in search.around(vectors[place], EPOCH).people]
    assert steps == 4
    after, (rotation,) = searchable(shared), shared.vault.rotations
    assert np.abs(np.sum(before * after, axis=1)).max() < 0.7
    stored = np.sort(after @ rotation.apply(vectors).T, axis=1)[:, -1]
    np.testing.assert_allclose(stored, 1, atol=1e-4)
    assert all(nearest(search, vectors[place])[0] == ids[place] for place in range(0, PEOPLE, 25))
