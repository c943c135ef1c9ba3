from pathlib import Path

import numpy as np
import pytest

from app.core.errors import StoreLocked
from app.core.types import Embedding
from app.services.galleries import GalleryKeeper
from app.store.database import Database
from app.store.people import NewTemplate, PeopleRepository
from app.wiring import Application
from tests.fakes.camera import ManualClock


def template(application: Application) -> NewTemplate:
    row = application.models.embedder_row
    return NewTemplate(Embedding(np.eye(192, dtype=np.float32)[0], row.name), row.sha256, 0.5, "test")


def test_a_change_by_another_process_is_seen_within_a_quarter_of_a_second(
    application: Application, tmp_path: Path
) -> None:
    clock = ManualClock()
    keeper = GalleryKeeper(application.storage.templates, application.models.embedder_row, clock)
    assert keeper.current().people == ()
    with Database.open(tmp_path / "people.sqlite3") as other:
        PeopleRepository(other, application.clock).add("Ada", [template(application)])
    assert keeper.current().people == ()
    clock.advance(0.26)
    assert [person.name for person in keeper.current().people] == ["Ada"]


def test_our_own_change_is_seen_at_once(application: Application) -> None:
    keeper = GalleryKeeper(application.storage.templates, application.models.embedder_row, ManualClock())
    first = keeper.current()
    application.storage.people.add("Ada", [template(application)])
    keeper.refresh()
    assert keeper.current() is not first
    assert keeper.current() is keeper.current()


def test_people_without_a_template_of_the_model_are_left_out(application: Application) -> None:
    application.storage.people.add("Ada", [])
    application.storage.people.add("Bob", [template(application)])
    keeper = GalleryKeeper(application.storage.templates, application.models.embedder_row, ManualClock())
    assert [person.name for person in keeper.current().people] == ["Bob"]


def test_a_database_that_fails_for_a_moment_leaves_the_last_gallery(
    application: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = ManualClock()
    keeper = GalleryKeeper(application.storage.templates, application.models.embedder_row, clock)
    application.storage.people.add("Ada", [template(application)])
    before = keeper.current()

    def locked(*_: object) -> int:
        raise StoreLocked(path="people.sqlite3")

    monkeypatch.setattr(application.storage.templates, "revision", locked)
    clock.advance(1)
    assert keeper.current() is before
    with pytest.raises(StoreLocked):
        GalleryKeeper(application.storage.templates, application.models.embedder_row, clock).current()
