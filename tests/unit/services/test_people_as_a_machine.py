"""Whatever is done to people in whatever order, gallery and database agree, and both with a dictionary."""

import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from app.core.errors import AlreadyEnrolled, InvalidChange, UnknownPerson
from app.core.people import PersonChanges
from app.core.settings import Settings
from app.core.types import Embedding, Vector
from app.services.roster import Standing, standing_of
from app.store.database import Database
from app.store.names import name_key
from app.store.people import NewTemplate
from app.store.sealed_columns import ANCHOR_VECTOR
from app.store.sealed_vectors import open_vector
from app.store.tables import AnchorRow
from app.store.vault import vault_of
from app.wiring import Application
from tests.fakes.camera import ManualClock

NAMES = st.sampled_from(["Ada", "ADA", "Ben", "Carl", "Dora", "王小明"])
SEEDS = st.lists(st.integers(0, 40), max_size=3)
HOURS = st.one_of(st.none(), st.integers(-3, 6))
PLACES = st.integers(0, 5)


@cache
def unit(seed: int) -> Vector:
    vector = np.random.default_rng(seed).standard_normal(192)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def seed_of(vector: Vector) -> int:
    """Of which `unit` a stored vector is, whatever its last digits are."""
    similarities = [float(vector @ unit(seed)) for seed in range(41)]
    assert max(similarities) > 1 - 1e-6
    return int(np.argmax(similarities))


@dataclass
class Kept:
    """What should be kept of somebody."""

    name: str
    vectors: list[tuple[int, bool]] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    active: bool = True
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    delete_after: datetime | None = None

    def is_recognised(self, now: datetime) -> bool:
        begun = self.valid_from is None or self.valid_from <= now
        over = any(end is not None and end <= now for end in (self.valid_until, self.delete_after))
        return self.active and begun and not over and any(used for _, used in self.vectors)


class PeopleMachine(RuleBasedStateMachine):
    """Enrol, rename, change, merge, retire, restore, mark, unmark, erase, purge, while the clock moves on."""

    ids = Bundle("ids")
    blank: ClassVar[Path]

    @initialize()
    def open(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.clock = ManualClock()
        file = Path(shutil.copy(self.blank, self.directory / "facelatch.sqlite3"))
        self.application = Application(file, Settings(), self.clock)
        self.people = self.application.people
        self.row = self.application.models.embedder_row
        self.kept: dict[str, Kept] = {}

    def template(self, seed: int) -> NewTemplate:
        return NewTemplate(Embedding(unit(seed), self.row.name), self.row.space, 0.5, "")

    def moment(self, hours: int | None) -> datetime | None:
        return None if hours is None else self.clock.now() + timedelta(hours=hours)

    def is_taken(self, name: str, but: str = "") -> bool:
        return any(name_key(other.name) == name_key(name) for id_, other in self.kept.items() if id_ != but)

    @rule(target=ids, name=NAMES, seeds=SEEDS)
    def enrol(self, name: str, seeds: list[int]) -> str:
        templates = [self.template(seed) for seed in seeds]
        if self.is_taken(name):
            with pytest.raises(AlreadyEnrolled):
                self.application.storage.people.add(name, templates)
            return self.people.find(name).id
        person = self.application.storage.people.add(name, templates)
        self.kept[person.id] = Kept(name, [(seed, True) for seed in seeds])
        return person.id

    @rule(id_=ids, name=NAMES)
    def rename(self, id_: str, name: str) -> None:
        if id_ not in self.kept:
            return
        if self.is_taken(name, but=id_):
            with pytest.raises(AlreadyEnrolled):
                self.people.rename(self.people.find(id_), name)
            return
        self.people.rename(self.people.find(id_), name)
        self.kept[id_].name = name

    @rule(id_=ids, active=st.booleans(), begin=HOURS, end=HOURS, gone=HOURS)
    def change(self, id_: str, active: bool, begin: int | None, end: int | None, gone: int | None) -> None:
        if id_ not in self.kept:
            return
        wanted = PersonChanges(
            active=active,
            valid_from=self.moment(begin),
            valid_until=self.moment(end),
            delete_after=self.moment(gone),
        )
        if begin is not None and end is not None and end <= begin:
            with pytest.raises(InvalidChange):
                self.people.change(self.people.find(id_), **wanted)
            return
        self.people.change(self.people.find(id_), **wanted)
        for name, value in wanted.items():
            setattr(self.kept[id_], name, value)

    @rule(kept=ids, other=ids)
    def merge(self, kept: str, other: str) -> None:
        if kept not in self.kept or other not in self.kept:
            return
        if kept == other:
            with pytest.raises(InvalidChange):
                self.people.merge(self.people.find(kept), self.people.find(other))
            return
        self.people.merge(self.people.find(kept), self.people.find(other))
        gone = self.kept.pop(other)
        self.kept[kept].vectors += gone.vectors
        self.kept[kept].marks += gone.marks

    @rule(id_=ids, place=PLACES, retired=st.booleans())
    def retire_or_restore(self, id_: str, place: int, retired: bool) -> None:
        if id_ not in self.kept:
            return
        templates = self.people.details(id_).templates
        if not templates:
            return
        chosen = templates[place % len(templates)]
        self.people.retire(chosen, retired=retired)
        vector, used = seed_of(chosen.embedding.vector), chosen.retired_at is None
        self.kept[id_].vectors.remove((vector, used))
        self.kept[id_].vectors.append((vector, not retired))

    @rule(id_=ids, seed=st.integers(0, 40))
    def mark(self, id_: str, seed: int) -> None:
        if id_ in self.kept:
            face = Embedding(unit(seed), self.row.name)
            self.people.mark_as_not(self.people.find(id_), face, self.row.space, 0.6)
            self.kept[id_].marks.append(seed)

    @rule(id_=ids)
    def unmark(self, id_: str) -> None:
        anchors = self.people.details(id_).anchors if id_ in self.kept else ()
        if anchors:
            before = self.marked(id_)
            self.people.unmark(anchors[0])
            (gone,) = (before - self.marked(id_)).elements()
            self.kept[id_].marks.remove(gone)

    @rule(id_=ids)
    def erase(self, id_: str) -> None:
        if self.kept.pop(id_, None) is None:
            with pytest.raises(UnknownPerson):
                self.people.find(id_)
            return
        assert self.people.erase(self.people.find(id_))

    @rule()
    def purge(self) -> None:
        now = self.clock.now()
        due = {id_ for id_, kept in self.kept.items() if kept.delete_after is not None and kept.delete_after <= now}
        assert {person.id for person in self.people.erase_expired()} == due
        for id_ in due:
            del self.kept[id_]

    @rule(hours=st.integers(1, 3))
    def wait(self, hours: int) -> None:
        self.clock.advance(hours * 3600)

    def marked(self, id_: str) -> Counter[int]:
        """The vectors of somebody's marks, as the database has them."""
        with self.application.storage.database.reading() as session:
            rows = session.scalars(select(AnchorRow).where(AnchorRow.person_id == id_))
            return Counter(seed_of(open_vector(vault_of(session), ANCHOR_VECTOR, row)) for row in rows)

    @invariant()
    def the_database_has_what_should_be_kept(self) -> None:
        assert {person.id: person.name for person in self.people.all()} == {
            id_: kept.name for id_, kept in self.kept.items()
        }
        for id_, kept in self.kept.items():
            details = self.people.details(id_)
            stored = Counter((seed_of(t.embedding.vector), t.retired_at is None) for t in details.templates)
            assert stored == Counter(kept.vectors)
            assert self.marked(id_) == Counter(kept.marks)

    @invariant()
    def the_gallery_has_whoever_is_recognised_now(self) -> None:
        now = self.clock.now()
        self.clock.advance(0.3)  # the gallery may be a quarter of a second old
        gallery = self.application._keeper.current()
        expected = {id_ for id_, kept in self.kept.items() if kept.is_recognised(now)}
        assert {person.id for person in gallery.people} == expected
        listed = {person.id: person for person in self.people.all() if person.id in expected}
        assert {person.id: person for person in gallery.people} == listed
        assert len(gallery.people) == len(listed)
        assert gallery.templates == sum(used for id_ in expected for _, used in self.kept[id_].vectors)
        for id_ in expected:
            for seed in {seed for seed, used in self.kept[id_].vectors if used}:
                probe = Embedding(unit(seed), self.row.name)
                closest = gallery.search(probe, len(expected))
                assert any(c.person.id == id_ and c.similarity > 0.999 for c in closest)

    @invariant()
    def the_roster_says_the_same(self) -> None:
        now = self.clock.now()
        roster = self.people.roster()
        active = {entry.person.id for entry in roster.entries if entry.standing is Standing.ACTIVE and entry.usable}
        assert active == {id_ for id_, kept in self.kept.items() if kept.is_recognised(now)}
        assert all(entry.standing is standing_of(entry.person, now) for entry in roster.entries)
        assert self.people.is_current(roster)

    def teardown(self) -> None:
        self.application.close()
        shutil.rmtree(self.directory)


def test_gallery_and_database_agree(tmp_path: Path) -> None:
    blank = tmp_path / "blank.sqlite3"
    Database.open(blank).close()
    PeopleMachine.blank = blank
    run_state_machine_as_test(PeopleMachine, settings=settings(max_examples=20, stateful_step_count=25, deadline=None))
