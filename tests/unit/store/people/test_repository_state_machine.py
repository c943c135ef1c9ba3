"""State machine test: in any order of operations, the database agrees with a dictionary."""

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from app.core.errors import AlreadyEnrolled, UnknownPerson
from app.store.database.sqlite import Database
from app.store.people.names import clean_name, name_key
from app.store.people.repository import NewTemplate
from tests.unit.store.builders import MODEL, Repositories, plain, template

NAMES = st.sampled_from(["Ada", " ada", "ADA ", "Zoë", "Zoe\u0308", "Zoe", "王小明", "👩\u200d🚀", "Straße", "strasse"])
TEMPLATES = st.lists(st.builds(template, st.integers(0, 99), model=st.sampled_from([MODEL, "other"])), max_size=3)


@dataclass
class Expected:
    name: str
    templates: list[NewTemplate] = field(default_factory=list)

    def vectors(self) -> list[list[float]]:
        return sorted(t.embedding.vector.tolist() for t in self.templates if t.embedding.model == MODEL)


class PeopleMachine(RuleBasedStateMachine):
    ids = Bundle("ids")
    blank: ClassVar[Path]

    @initialize()
    def open(self) -> None:
        self.directory = Path(tempfile.mkdtemp())
        self.path = Path(shutil.copy(self.blank, self.directory / "facelatch.sqlite3"))
        self.expected: dict[str, Expected] = {}
        self.changes = 0
        self.reopen()

    def reopen(self) -> None:
        self.database = Database.open(self.path)
        self.people = Repositories(self.database)

    def is_taken(self, name: str, but: str = "") -> bool:
        key = name_key(clean_name(name))
        return any(name_key(person.name) == key for id_, person in self.expected.items() if id_ != but)

    @rule(target=ids, name=NAMES, templates=TEMPLATES)
    def add(self, name: str, templates: list[NewTemplate]) -> str:
        if self.is_taken(name):
            with pytest.raises(AlreadyEnrolled):
                self.people.add(name, templates)
            return self.people.find(name).id
        person = self.people.add(name, templates)
        self.expected[person.id] = Expected(clean_name(name), list(templates))
        self.changes += 1
        return person.id

    @rule(id_=ids, templates=TEMPLATES)
    def add_templates(self, id_: str, templates: list[NewTemplate]) -> None:
        if id_ not in self.expected:
            with pytest.raises(UnknownPerson):
                self.people.add_templates(id_, templates)
            return
        self.people.add_templates(id_, templates)
        self.expected[id_].templates += templates
        self.changes += 1

    @rule(id_=ids, name=NAMES)
    def rename(self, id_: str, name: str) -> None:
        if id_ not in self.expected or self.is_taken(name, but=id_):
            with pytest.raises((UnknownPerson, AlreadyEnrolled)):
                self.people.rename(id_, name)
            return
        self.people.rename(id_, name)
        self.expected[id_].name = clean_name(name)
        self.changes += 1

    @rule(id_=consumes(ids))
    def delete(self, id_: str) -> None:
        if self.expected.pop(id_, None) is None:
            with pytest.raises(UnknownPerson):
                self.people.delete(id_)
            return
        self.people.delete(id_)
        self.changes += 1

    @rule()
    def close_and_open(self) -> None:
        self.database.close()
        self.reopen()

    @invariant()
    def all_people_are_listed(self) -> None:
        listed = {person.id: (person.name, person.templates) for person in self.people.all()}
        assert listed == {id_: (person.name, len(person.templates)) for id_, person in self.expected.items()}

    @invariant()
    def the_gallery_has_every_template(self) -> None:
        rows = self.people.gallery_arrays()
        revision, people, matrix, owners = rows.revision, rows.people, rows.vectors, rows.owners
        assert revision == self.changes
        assert list(people) == [person for person in self.people.all() if self.expected[person.id].vectors()]
        assert owners.tolist() == sorted(owners.tolist())
        assert len(matrix) == len(owners)
        for place, person in enumerate(people):
            stored = sorted(plain(rows)[owners == place].tolist())
            np.testing.assert_allclose(stored, self.expected[person.id].vectors(), atol=1e-6)

    def teardown(self) -> None:
        self.database.close()
        shutil.rmtree(self.directory)


@pytest.mark.hypothesis
def test_the_database_agrees_with_a_dictionary(tmp_path: Path) -> None:
    blank = tmp_path / "blank.sqlite3"
    Database.open(blank).close()
    PeopleMachine.blank = blank
    run_state_machine_as_test(PeopleMachine, settings=settings(max_examples=25, stateful_step_count=20, deadline=None))
