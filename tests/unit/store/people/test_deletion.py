"""Deletion of people and their merged entries; SQLite keeps no copies on its pages."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from app.core.audit import AuditKind, AuditQuery
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.people.vectors import NewTemplate
from tests.fakes.data_remnants import find_remnants
from tests.unit.store.builders import EPOCH, Repositories, SteppingClock, template

HOUR = timedelta(hours=1)


def events(database: Database, kind: AuditKind) -> list[str]:
    return [event.entry.subject for event in AuditLog(database, SteppingClock()).events(AuditQuery(kinds=[kind]))]


def test_what_was_merged_is_erased_too_by_way_of_others(people: Repositories, database: Database) -> None:
    ada, ben, carl, dora = (people.add(name, []) for name in ("Ada", "Ben", "Carl", "Dora"))
    people.merge(ben.id, carl.id)
    people.merge(ada.id, ben.id)
    people.delete(ada.id)
    assert set(events(database, AuditKind.PERSON_ERASED)) == {ada.id, ben.id, carl.id}
    assert set(people.erased_ids()) == {ada.id, ben.id, carl.id}
    people.delete(dora.id)
    assert set(people.erased_ids()) == {ada.id, ben.id, carl.id, dora.id}


def test_those_whose_time_is_up_are_erased_in_one_step(people: Repositories, database: Database) -> None:
    ada, ben, carl = (people.add(name, [template(seed)]) for seed, name in enumerate(("Ada", "Ben", "Carl")))
    people.change(ada.id, delete_after=EPOCH + HOUR)
    people.change(ben.id, delete_after=EPOCH + 2 * HOUR)
    before = people.revision()
    assert people.delete_expired(EPOCH) == []
    assert people.revision() == before
    assert [gone.name for gone in people.delete_expired(EPOCH + HOUR)] == ["Ada"]
    assert [gone.name for gone in people.delete_expired(EPOCH + 3 * HOUR)] == ["Ben"]
    assert people.delete_expired(EPOCH + 9 * HOUR) == []
    assert people.all() == [people.get(carl.id)]
    assert people.revision() == before + 2
    assert events(database, AuditKind.PERSON_EXPIRED) == [ben.id, ada.id]
    assert events(database, AuditKind.PERSON_ERASED) == []


@pytest.mark.parametrize("seed", [1, 2])
def test_no_page_keeps_a_copy_of_deleted_people(people: Repositories, path: Path, seed: int) -> None:
    """Rows move from page to page as others come and go, and every place they leave must be zeroed."""
    chance = random.Random(seed)
    there: dict[str, tuple[list[str], list[bytes]]] = {}
    for step in range(120):
        if chance.random() < 0.6 or not there:
            name = f"Personal {chance.getrandbits(80):020x}" + "x" * chance.randint(0, 60)
            given = [_with_picture(step * 10 + number, chance) for number in range(chance.randint(1, 4))]
            person = people.add(name, given, note=name[::-1] * chance.randint(0, 3))
            blobs = [kept.embedding.vector.tobytes() for kept in given]
            there[person.id] = ([name], [*blobs, *(kept.thumbnail for kept in given if kept.thumbnail)])
        elif chance.random() < 0.3:
            person_id = chance.choice(list(there))
            there[person_id][0].append(f"Renamed {chance.getrandbits(80):020x}")
            people.rename(person_id, there[person_id][0][-1])
        else:
            person_id = chance.choice(list(there))
            names, blobs = there.pop(person_id)
            assert people.delete(person_id)
            assert find_remnants(path.parent, names, blobs) == [], step


def _with_picture(seed: int, chance: random.Random) -> NewTemplate:
    picture = np.random.default_rng(seed).bytes(chance.choice([0, 1500, 5000]))
    return replace(template(seed, size=192), thumbnail=picture or None)
