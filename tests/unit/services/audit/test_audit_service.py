from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.errors import StoreReadOnly
from app.services.access.permissions import ADMINISTRATOR
from app.services.audit.audit_service import AuditService
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.people.repository import PeopleRepository
from tests.unit.store.builders import SteppingClock, template


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "people.sqlite3") as database:
        yield database


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def audit(database: Database, clock: SteppingClock) -> AuditService:
    return AuditService(ADMINISTRATOR, AuditLog(database, clock), clock, "window")


@pytest.fixture
def people(database: Database, clock: SteppingClock) -> PeopleRepository:
    return PeopleRepository(database, clock, "command")


def test_recorded_events_name_the_actor(audit: AuditService) -> None:
    event = audit.record(AuditKind.SETTINGS_CHANGED, section="camera")
    (line,) = audit.lines(AuditQuery())
    assert line.event == event
    assert (line.name, line.others) == ("", {})
    assert (event.entry.actor, event.entry.details) == ("window", {"section": "camera"})


def test_lines_have_current_names_and_none_for_erased_people(audit: AuditService, people: PeopleRepository) -> None:
    ada, bob = people.add("Ada", [template(1)]), people.add("Bob", [template(2)])
    audit.record(AuditKind.FACE_REJECTED, nearest=ada.id)
    audit.record(AuditKind.FACE_ACCEPTED, bob.id, nearest=bob.id)
    people.rename(ada.id, "Countess Ada")
    people.delete(bob.id)
    lines = {line.event.entry.kind: line for line in audit.lines(AuditQuery())}
    assert lines[AuditKind.PERSON_RENAMED].name == "Countess Ada"
    assert lines[AuditKind.FACE_REJECTED].name == ""
    assert lines[AuditKind.FACE_REJECTED].others == {ada.id: "Countess Ada"}
    assert (lines[AuditKind.FACE_ACCEPTED].name, lines[AuditKind.FACE_ACCEPTED].others) == ("", {})
    assert lines[AuditKind.PERSON_ERASED].event.entry.subject == bob.id


def test_events_that_mention_a_person_are_found(audit: AuditService, people: PeopleRepository) -> None:
    ada, bob = people.add("Ada", [template(1)]), people.add("Bob", [template(2)])
    audit.record(AuditKind.FACE_REJECTED, nearest=ada.id)
    people.merge(bob.id, ada.id)
    kinds = [line.event.entry.kind for line in audit.lines(AuditQuery(subject=ada.id))]
    assert kinds == [AuditKind.PEOPLE_MERGED, AuditKind.FACE_REJECTED, AuditKind.PERSON_ENROLLED]


def test_pages_hold_every_event_once_and_none_recorded_later(audit: AuditService) -> None:
    for number in range(1203):
        audit.record(AuditKind.UNLOCKED, number=number)
    seen = []
    for page in audit.pages(AuditQuery(kinds=[AuditKind.UNLOCKED])):
        assert len(page) <= 500
        seen += [line.event.entry.details["number"] for line in page]
        audit.record(AuditKind.UNLOCKED, number=-1)
    assert seen == list(range(1202, -1, -1))
    assert audit.count(AuditQuery(kinds=[AuditKind.UNLOCKED])) == 1206


def test_prune_removes_by_age_and_zero_keeps_all(audit: AuditService, clock: SteppingClock) -> None:
    audit.record(AuditKind.UNLOCKED)
    clock.time = clock.time.replace(year=2027)
    audit.record(AuditKind.DENIED)
    assert audit.prune(0) == 0
    assert audit.prune(400) == 0
    assert audit.prune(300) == 1
    assert [line.event.entry.kind for line in audit.lines(AuditQuery())] == [AuditKind.AUDIT_PRUNED, AuditKind.DENIED]
    assert audit.newest() == 3


def test_an_unwritable_database_is_an_error(
    audit: AuditService, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise StoreReadOnly(path=database.path)

    monkeypatch.setattr(database, "writing", refuse)
    with pytest.raises(StoreReadOnly):
        audit.record(AuditKind.UNLOCKED)
