"""Gallery snapshots and changes, compared with reloading everything."""

import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, text

from app.core.errors import StoreCorrupt, UnknownPerson
from app.store.crypto.encrypted_columns import TEMPLATE_VECTOR
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import TemplateRow
from app.store.people import galleries
from app.store.people.galleries import GalleryChanges, GalleryRepository, GallerySnapshot, GalleryVersion
from app.store.people.negative_templates import NegativeTemplateRepository
from tests.unit.store.builders import EPOCH, MODEL, SHA, Repositories, SteppingClock, template

HOUR = timedelta(hours=1)
State = dict[str, tuple[str, list[bytes], list[bytes]]]
"""By id: name, templates and anchors."""


@pytest.fixture
def repository(database: Database) -> GalleryRepository:
    return GalleryRepository(database, MODEL, SHA)


def read(repository: GalleryRepository, now: object = EPOCH) -> tuple[GalleryVersion, State]:
    with repository.snapshot(now) as snapshot:  # type: ignore[arg-type]
        return snapshot.version, _state(snapshot)


def _state(snapshot: GallerySnapshot) -> State:
    state: State = {person.id: (person.name, [], []) for person in snapshot.people}
    ids = [person.id for person in snapshot.people]
    for owners, vectors in snapshot.vectors:
        for owner, vector in zip(owners.tolist(), vectors, strict=True):
            state[ids[owner]][1].append(vector.tobytes())
    for owner, vector in zip(snapshot.anchors[0].tolist(), snapshot.anchors[1], strict=True):
        state[ids[owner]][2].append(vector.tobytes())
    return {id_: (name, sorted(own), sorted(not_own)) for id_, (name, own, not_own) in state.items() if own}


def followed(state: State, changes: GalleryChanges) -> State:
    """The state after applying the changes."""
    state = {id_: one for id_, one in state.items() if id_ not in changes.removed}
    for place, person in enumerate(changes.people):
        own, not_own = (
            sorted(vector.tobytes() for vector in vectors[owners == place])
            for owners, vectors in (changes.vectors, changes.anchors)
        )
        assert own
        state[person.id] = person.name, own, not_own
    return state


class ChangesMachine(RuleBasedStateMachine):
    ids = Bundle("ids")
    blank: ClassVar[Path]

    @initialize()
    def open(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.database = Database.open(Path(shutil.copy(self.blank, self.directory / "facelatch.sqlite3")))
        self.people = Repositories(self.database)
        self.anchors = NegativeTemplateRepository(self.database, SteppingClock())
        self.repository = GalleryRepository(self.database, MODEL, SHA)
        self.now, self.names = EPOCH, 0
        self.moment, self.state = read(self.repository)

    @rule(target=ids, seeds=st.lists(st.integers(0, 99), max_size=3), model=st.sampled_from([MODEL, "other"]))
    def add(self, seeds: list[int], model: str) -> str:
        self.names += 1
        return self.people.add(f"Person {self.names}", [template(seed, model=model) for seed in seeds]).id

    @rule(id_=ids, seed=st.integers(0, 99), what=st.sampled_from(["add", "rename", "retire", "mark", "delete", "end"]))
    def change(self, id_: str, seed: int, what: str) -> None:
        self.names += 1
        try:
            match what:
                case "add":
                    self.people.add_templates(id_, [template(seed)])
                case "rename":
                    self.people.rename(id_, f"Person {self.names}")
                case "retire":
                    for one in self.people.templates_of(id_)[:1]:
                        self.people.retire(one.id, retired=one.retired_at is None)
                case "mark":
                    self.anchors.add(id_, template(seed).embedding, SHA, 0.6)
                case "delete":
                    self.people.delete(id_)
                case "end":
                    self.people.change(id_, valid_from=None, valid_until=self.now + seed % 3 * HOUR)
        except UnknownPerson:
            assert id_ not in read(self.repository, self.now)[1]

    @rule(kept=ids, other=ids)
    def merge(self, kept: str, other: str) -> None:
        known = {person.id for person in self.people.all()}
        if kept != other and {kept, other} <= known:
            self.people.merge(kept, other)

    @rule()
    def wait(self) -> None:
        self.now += HOUR

    @rule()
    def follow(self) -> None:
        changes = self.repository.changes(self.moment, self.now)
        assert changes is not None
        self.state, self.moment = followed(self.state, changes), changes.version

    @invariant()
    def following_comes_to_what_reading_gives(self) -> None:
        changes = self.repository.changes(self.moment, self.now)
        assert changes is not None
        moment, state = read(self.repository, self.now)
        assert followed(self.state, changes) == state
        assert changes.version == moment
        assert self.repository.revision() == moment.revision

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.directory)


@pytest.mark.hypothesis
def test_following_changes_comes_to_what_reading_everything_gives(tmp_path: Path) -> None:
    ChangesMachine.blank = tmp_path / "blank.sqlite3"
    Database.open(ChangesMachine.blank).close()
    run_state_machine_as_test(ChangesMachine, settings=settings(max_examples=20, stateful_step_count=15, deadline=None))


def test_changes_before_the_floor_are_unknown(
    database: Database, people: Repositories, repository: GalleryRepository
) -> None:
    people.add("Ada", [template(1)])
    moment, _ = read(repository)
    with database.writing() as session:
        session.execute(text("UPDATE gallery_revision SET revision = revision + 1, floor = revision + 1"))
    assert repository.changes(moment, EPOCH) is None
    assert repository.changes(read(repository)[0], EPOCH) is not None


def test_a_clock_that_was_put_back_and_a_database_that_was_are_read_again(
    people: Repositories, repository: GalleryRepository
) -> None:
    people.add("Ada", [template(1)])
    moment, _ = read(repository)
    assert repository.changes(moment, EPOCH - HOUR) is None
    assert repository.changes(replace(moment, revision=moment.revision + 1), EPOCH) is None
    assert repository.changes(replace(moment, rotation=moment.rotation + 1), EPOCH) is None
    assert repository.changes(moment, EPOCH) is not None


def test_too_many_changes_require_a_reload(
    people: Repositories, repository: GalleryRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment, _ = read(repository)
    people.add("Ada", [template(1)])
    people.add("Ben", [template(2)])
    monkeypatch.setattr(galleries, "MAX_CHANGED_PEOPLE", 2)
    assert repository.changes(moment, EPOCH) is not None
    monkeypatch.setattr(galleries, "MAX_CHANGED_PEOPLE", 1)
    assert repository.changes(moment, EPOCH) is None


@pytest.mark.parametrize("vector", [np.ones(3, np.float32).tobytes(), np.eye(4, dtype=np.float32)[0].tobytes()])
def test_a_damaged_vector_is_said(
    database: Database, people: Repositories, repository: GalleryRepository, vector: bytes
) -> None:
    moment, _ = read(repository)
    people.add("Ada", [template(1), template(2)])
    with database.writing() as session:
        row = session.scalars(select(TemplateRow).limit(1)).one()
        TEMPLATE_VECTOR.encrypt_into(vault_of(session), row, vector)
    with pytest.raises(StoreCorrupt):
        read(repository)
    with pytest.raises(StoreCorrupt):
        repository.changes(moment, EPOCH)
