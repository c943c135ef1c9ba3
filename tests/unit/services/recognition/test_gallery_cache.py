import threading
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from app.core.errors import StoreLocked
from app.core.faces import Embedding
from app.matching import segments
from app.matching.segments import Segment, compact
from app.services.recognition.gallery_cache import GalleryCache
from app.store.database.sqlite import Database
from app.store.people.galleries import GalleryRepository
from app.store.people.repository import NewTemplate, PeopleRepository
from app.wiring import Application
from tests.fakes.camera import ManualClock


def template(application: Application) -> NewTemplate:
    row = application.models.embedder_row
    return NewTemplate(Embedding(np.eye(192, dtype=np.float32)[0], row.name), row.space, 0.5, "test")


def keeper_of(application: Application, clock: ManualClock) -> GalleryCache:
    row = application.models.embedder_row
    return GalleryCache(GalleryRepository(application.storage.database, row.name, row.space), row.name, clock)


def test_a_change_by_another_process_is_visible_within_250_ms(application: Application, tmp_path: Path) -> None:
    clock = ManualClock()
    gallery_cache = keeper_of(application, clock)
    assert gallery_cache.current().people == ()
    with Database.open(tmp_path / "people.sqlite3") as other:
        PeopleRepository(other, application.clock).add("Ada", [template(application)])
    assert gallery_cache.current().people == ()
    clock.advance(0.26)
    assert [person.name for person in gallery_cache.current().people] == ["Ada"]


def test_a_change_by_this_process_is_visible_immediately(application: Application) -> None:
    gallery_cache = keeper_of(application, ManualClock())
    first = gallery_cache.current()
    application.storage.people.add("Ada", [template(application)])
    gallery_cache.refresh()
    assert gallery_cache.current() is not first
    assert gallery_cache.current() is gallery_cache.current()


def test_people_without_a_template_of_the_model_are_excluded(application: Application) -> None:
    application.storage.people.add("Ada", [])
    application.storage.people.add("Bob", [template(application)])
    gallery_cache = keeper_of(application, ManualClock())
    assert [person.name for person in gallery_cache.current().people] == ["Bob"]


def test_while_the_database_fails_the_last_gallery_is_used(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    gallery_cache = keeper_of(application, clock)
    application.storage.people.add("Ada", [template(application)])
    before = gallery_cache.current()

    def locked(*_: object) -> int:
        raise StoreLocked(path="people.sqlite3")

    for question in ("revision", "snapshot"):
        monkeypatch.setattr(GalleryRepository, question, locked)
    clock.advance(1)
    assert gallery_cache.current() is before
    with pytest.raises(StoreLocked):
        keeper_of(application, clock).current()


def faces(count: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, 192))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def test_many_changes_rebuild_segments_in_the_background(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person erased during the rebuild stays erased."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(old: list[Segment]) -> list[Segment]:
        begun.set()
        assert go_on.wait(5)
        return compact(old)

    monkeypatch.setattr(segments, "GROWING_LIMIT", 5)
    monkeypatch.setattr("app.services.recognition.gallery_cache.compact", slowly)
    row, people = application.models.embedder_row, application.storage.people
    vectors = faces(8, 1)
    with keeper_of(application, ManualClock()) as gallery_cache:
        gallery_cache.current()
        ids = []
        for number, vector in enumerate(vectors):
            made = NewTemplate(Embedding(vector, row.name), row.space, 0.5, "test")
            ids.append(people.add(f"Person {number}", [made]).id)
            gallery_cache.refresh()
            assert gallery_cache.current().search(Embedding(vector, row.name))[0].person.id == ids[-1]
        assert begun.wait(5)
        people.delete(ids[0])
        gallery_cache.refresh()
        assert gallery_cache.current().templates == 7
        go_on.set()
        gallery_cache.close()
        gallery = gallery_cache.current()
        assert [person.id for person in gallery.people] == ids[1:]
        assert [segment.is_growing for segment in gallery.segments] == [False, True]
        assert [segment.templates for segment in gallery.segments] == [5, 2]


def test_rebuilt_segments_are_discarded_after_a_full_reload(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(old: list[Segment]) -> list[Segment]:
        begun.set()
        assert go_on.wait(5)
        return compact(old)

    monkeypatch.setattr(segments, "GROWING_LIMIT", 0)
    monkeypatch.setattr("app.services.recognition.gallery_cache.compact", slowly)
    with keeper_of(application, ManualClock()) as gallery_cache:
        gallery_cache.current()
        application.storage.people.add("Ada", [template(application)])
        gallery_cache.refresh()
        gallery_cache.current()
        assert begun.wait(5)
        with application.storage.database.writing() as session:
            session.execute(text("UPDATE gallery_revision SET revision = revision + 1, floor = revision + 1"))
        gallery_cache.refresh()
        read_again = gallery_cache.current()
        go_on.set()
        gallery_cache.close()
        assert gallery_cache.current() is read_again
        assert [person.name for person in read_again.people] == ["Ada"]
