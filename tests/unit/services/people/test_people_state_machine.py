"""State-machine test: after any sequence of changes, gallery, database and a reference model agree."""

import shutil
import tempfile
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.core.bundles import NameConflictRule
from app.core.errors import AlreadyEnrolled, InvalidChange, UnknownPerson
from app.core.faces import Embedding
from app.core.people import PersonChanges
from app.core.settings.model import Settings
from app.services.people.people_index import Standing, standing_at
from app.services.people.people_service import PeopleService
from app.store.crypto.encrypted_columns import NEGATIVE_TEMPLATE_VECTOR
from app.store.crypto.encrypted_vectors import decrypt_vector
from app.store.crypto.vault import vault_of
from app.store.database.sqlite import Database
from app.store.database.tables import NegativeTemplateRow
from app.store.people.repository import NewTemplate
from app.wiring import Application
from tests.fakes.camera import ManualClock
from tests.unit.services.people.expected_people import SEEDS, ExpectedPeople, ExpectedPerson, seed_of, unit

NAMES = st.sampled_from(["Ada", "ADA", "Ben", "Carl", "Dora", "王小明"])
SEED = st.integers(0, SEEDS - 1)
HOURS = st.one_of(st.none(), st.integers(-3, 6))
PLACES = st.integers(0, 5)
SECRET = "correct horse"


@dataclass
class Site:
    """An installation and its reference model."""

    application: Application
    expected: ExpectedPeople = field(default_factory=ExpectedPeople)


@dataclass(frozen=True)
class Sent:
    """A bundle and the people exported into it."""

    path: Path
    people: dict[str, ExpectedPerson]


class PeopleMachine(RuleBasedStateMachine):
    """Changes people at two installations that exchange bundles, while time passes."""

    ids = Bundle("ids")
    bundles_sent = Bundle("bundles_sent")
    blank: ClassVar[Path]

    @initialize(target=ids, rule=st.sampled_from(NameConflictRule))
    def begin(self, rule: NameConflictRule) -> MultipleResults[str]:
        """Set up two installations: one with Ada and Ben, the other with another Ada and an import of a bundle."""
        self.open()
        other_ada = str(self.enrol("ADA", [0]))
        self.switch_site()
        ada, ben = str(self.enrol("Ada", [1])), str(self.enrol("Ben", [2, 3]))
        self.retire_or_restore(ben, 0, retired=True)
        self.transfer(rule, dry_run=False)
        return multiple(ada, ben, other_ada)

    def open(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.clock = ManualClock()
        self.here, self.there = self.install("here"), self.install("there")
        self.row = self.here.application.models.embedder_row
        self.numbers = count()

    def install(self, name: str) -> Site:
        (self.directory / name).mkdir()
        file = Path(shutil.copy(self.blank, self.directory / name / "facelatch.sqlite3"))
        return Site(Application(file, Settings(), self.clock))

    @property
    def application(self) -> Application:
        return self.here.application

    @property
    def people(self) -> PeopleService:
        return self.application.people

    @property
    def expected(self) -> dict[str, ExpectedPerson]:
        return self.here.expected.by_id

    def template(self, seed: int) -> NewTemplate:
        return NewTemplate(Embedding(unit(seed), self.row.name), self.row.space, 0.5, "")

    def moment(self, hours: int | None) -> datetime | None:
        return None if hours is None else self.clock.now() + timedelta(hours=hours)

    def is_taken(self, name: str, exclude: str = "") -> bool:
        return self.here.expected.holder(name, exclude) is not None

    @rule(target=ids, name=NAMES, seeds=st.lists(SEED, max_size=3))
    def enrol(self, name: str, seeds: list[int]) -> str:
        templates = [self.template(seed) for seed in seeds]
        if self.is_taken(name):
            with pytest.raises(AlreadyEnrolled):
                self.application.storage.people.add(name, templates)
            return self.people.find(name).id
        person = self.application.storage.people.add(name, templates)
        stored = self.people.details(person.id).templates
        expected_templates = {one.id: (seed_of(one.embedding.vector), True) for one in stored}
        assert Counter(seed for seed, _ in expected_templates.values()) == Counter(seeds)
        self.expected[person.id] = ExpectedPerson(name, self.clock.now(), expected_templates)
        return person.id

    @rule(id_=ids, name=NAMES)
    def rename(self, id_: str, name: str) -> None:
        if id_ not in self.expected:
            return
        if self.is_taken(name, exclude=id_):
            with pytest.raises(AlreadyEnrolled):
                self.people.rename(self.people.find(id_), name)
            return
        self.people.rename(self.people.find(id_), name)
        self.expected[id_].name, self.expected[id_].changed = name, self.clock.now()

    @rule(id_=ids, active=st.booleans(), begin=HOURS, end=HOURS, gone=HOURS)
    def change(self, id_: str, active: bool, begin: int | None, end: int | None, gone: int | None) -> None:
        if id_ not in self.expected:
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
            setattr(self.expected[id_], name, value)
        self.expected[id_].changed = self.clock.now()

    @rule(into=ids, other=ids)
    def merge(self, into: str, other: str) -> None:
        if into not in self.expected or other not in self.expected:
            return
        if into == other:
            with pytest.raises(InvalidChange):
                self.people.merge(self.people.find(into), self.people.find(other))
            return
        self.people.merge(self.people.find(into), self.people.find(other))
        self.here.expected.merge(into, other, self.clock.now())

    @rule(id_=ids, place=PLACES, retired=st.booleans())
    def retire_or_restore(self, id_: str, place: int, retired: bool) -> None:
        if id_ not in self.expected:
            return
        templates = self.people.details(id_).templates
        if not templates:
            return
        chosen = templates[place % len(templates)]
        self.people.retire(chosen, retired=retired)
        seed, _ = self.expected[id_].templates[chosen.id]
        self.expected[id_].templates[chosen.id] = (seed, not retired)

    @rule(id_=ids, seed=SEED)
    def mark(self, id_: str, seed: int) -> None:
        if id_ in self.expected:
            face = Embedding(unit(seed), self.row.name)
            self.people.add_negative_template(self.people.find(id_), face, self.row.space, 0.6)
            self.expected[id_].marks.append(seed)

    @rule(id_=ids)
    def remove_negative_template(self, id_: str) -> None:
        negative_templates = self.people.details(id_).negative_templates if id_ in self.expected else ()
        if negative_templates:
            before = self.marked(id_)
            self.people.remove_negative_template(negative_templates[0])
            (gone,) = (before - self.marked(id_)).elements()
            self.expected[id_].marks.remove(gone)

    @rule(id_=ids)
    def erase(self, id_: str) -> None:
        if id_ not in self.expected:
            with pytest.raises(UnknownPerson):
                self.people.find(id_)
            return
        assert self.people.erase(self.people.find(id_))
        self.here.expected.erase(id_)

    @rule()
    def erase_expired(self) -> None:
        now = self.clock.now()
        due = {id_ for id_, one in self.expected.items() if one.delete_after is not None and one.delete_after <= now}
        assert {person.id for person in self.people.erase_expired()} == due
        for id_ in due:
            self.here.expected.erase(id_)

    @rule()
    def switch_site(self) -> None:
        self.here, self.there = self.there, self.here

    @rule(target=bundles_sent, rule=st.sampled_from(NameConflictRule), dry_run=st.booleans())
    def transfer(self, rule: NameConflictRule, dry_run: bool) -> Sent:
        sent = Sent(self.directory / f"{next(self.numbers)}.flbundle", self.here.expected.copy().by_id)
        assert self.application.bundles.export(self.people.all(), sent.path, SECRET) == len(sent.people)
        self.switch_site()
        self.import_people(sent, rule, dry_run)
        return sent

    @rule(sent=bundles_sent, rule=st.sampled_from(NameConflictRule), dry_run=st.booleans())
    def import_people(self, sent: Sent, rule: NameConflictRule, dry_run: bool) -> None:
        report = self.application.bundles.import_people(sent.path, SECRET, rule, dry_run=dry_run)
        ids = {one.name: id_ for id_, one in sent.people.items()}
        assert {one.name for one in report.people} == set(ids)
        expected, now = self.here.expected.copy(), self.clock.now()
        for one in report.people:
            id_ = ids[one.name]
            assert expected.import_person(id_, deepcopy(sent.people[id_]), rule, now) is one.outcome
        if not dry_run:
            self.here.expected = expected

    @rule(hours=st.integers(1, 3))
    def wait(self, hours: int) -> None:
        self.clock.advance(hours * 3600)

    def marked(self, id_: str) -> Counter[int]:
        """The seeds of a person's negative templates in the database."""
        with self.application.storage.database.reading() as session:
            rows = session.scalars(select(NegativeTemplateRow).where(NegativeTemplateRow.person_id == id_))
            return Counter(seed_of(decrypt_vector(vault_of(session), NEGATIVE_TEMPLATE_VECTOR, row)) for row in rows)

    @invariant()
    def database_matches_the_model(self) -> None:
        assert {person.id: person.name for person in self.people.all()} == {
            id_: one.name for id_, one in self.expected.items()
        }
        for id_, one in self.expected.items():
            details = self.people.details(id_)
            stored = {t.id: (seed_of(t.embedding.vector), t.retired_at is None) for t in details.templates}
            assert stored == one.templates
            assert self.marked(id_) == Counter(one.marks)

    @invariant()
    def gallery_holds_the_people_recognised_now(self) -> None:
        now = self.clock.now()
        self.clock.advance(0.3)  # the gallery may be 250 ms old
        gallery = self.application.gallery_cache.current()
        expected = {id_ for id_, one in self.expected.items() if one.is_recognised(now)}
        assert {person.id for person in gallery.people} == expected
        listed = {person.id: person for person in self.people.all() if person.id in expected}
        assert {person.id: person for person in gallery.people} == listed
        assert len(gallery.people) == len(listed)
        assert gallery.templates == sum(used for id_ in expected for _, used in self.expected[id_].templates.values())
        for id_ in expected:
            for seed in {seed for seed, used in self.expected[id_].templates.values() if used}:
                probe = Embedding(unit(seed), self.row.name)
                closest = gallery.search(probe, len(expected))
                assert any(c.person.id == id_ and c.similarity > 0.999 for c in closest)

    @invariant()
    def index_matches_the_model(self) -> None:
        now = self.clock.now()
        people_index = self.people.people_index()
        active = {
            entry.person.id for entry in people_index.entries if entry.standing is Standing.ACTIVE and entry.usable
        }
        assert active == {id_ for id_, one in self.expected.items() if one.is_recognised(now)}
        assert all(entry.standing is standing_at(entry.person, now) for entry in people_index.entries)
        assert self.people.is_current(people_index)

    def teardown(self) -> None:
        self.here.application.close()
        self.there.application.close()
        shutil.rmtree(self.directory)


@pytest.mark.hypothesis
def test_gallery_database_and_model_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.bundles.bundle_file._MEMORY_KIB", 64)  # fast key derivation, for many bundles
    blank = tmp_path / "blank.sqlite3"
    Database.open(blank).close()
    PeopleMachine.blank = blank
    run_state_machine_as_test(PeopleMachine, settings=settings(max_examples=12, stateful_step_count=35, deadline=None))
