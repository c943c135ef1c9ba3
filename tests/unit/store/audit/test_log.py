from datetime import timedelta

import pytest

from app.core.audit import AuditEntry, AuditKind, AuditQuery, Detail
from app.core.errors import StoreCorrupt
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from tests.unit.store.builders import EPOCH, Repositories, SteppingClock, template


@pytest.fixture
def log(database: Database) -> AuditLog:
    """Five events, a second apart, from a second after the epoch on."""
    log = AuditLog(database, SteppingClock())
    for number, (kind, subject, actor) in enumerate(
        [
            (AuditKind.PERSON_ENROLLED, "ada", "window"),
            (AuditKind.FACE_ACCEPTED, "ada", "kiosk Door"),
            (AuditKind.FACE_REJECTED, "", "kiosk Gate"),
            (AuditKind.UNLOCKED, "bob", "kiosk Door"),
            (AuditKind.PEOPLE_MERGED, "bob", "command"),
        ]
    ):
        details: dict[str, Detail] = (
            {"merged": "ada"} if kind is AuditKind.PEOPLE_MERGED else {"similarity": number / 10, "note": "“é”"}
        )
        log.record(AuditEntry(kind, subject, actor, details))
    return log


def ids(log: AuditLog, query: AuditQuery, limit: int = 200) -> list[int]:
    return [event.id for event in log.events(query, limit)]


def test_what_was_written_comes_back_the_newest_first(log: AuditLog) -> None:
    events = log.events(AuditQuery())
    assert [event.id for event in events] == [5, 4, 3, 2, 1]
    assert events[-1].at == EPOCH + timedelta(seconds=1)
    assert events[-1].entry == AuditEntry(
        AuditKind.PERSON_ENROLLED, "ada", "window", {"similarity": 0.0, "note": "“é”"}
    )


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (AuditQuery(kinds=[AuditKind.FACE_ACCEPTED, AuditKind.FACE_REJECTED]), [3, 2]),
        (AuditQuery(subject="bob"), [5, 4]),
        (AuditQuery(subject="ada"), [5, 2, 1]),  # 5 names her among its details
        (AuditQuery(subject="ad"), []),
        (AuditQuery(actor="kiosk"), [4, 3, 2]),
        (AuditQuery(actor="kiosk Door"), [4, 2]),
        (AuditQuery(actor="kiosk_Door"), []),
        (AuditQuery(since=EPOCH + timedelta(seconds=3)), [5, 4, 3]),
        (AuditQuery(until=EPOCH + timedelta(seconds=3)), [2, 1]),
        (AuditQuery(before=3), [2, 1]),
        (AuditQuery(after=3), [5, 4]),
        (AuditQuery(kinds=[AuditKind.UNLOCKED], subject="bob", actor="kiosk", before=5), [4]),
    ],
)
def test_a_query_limits_what_comes_and_what_is_counted(log: AuditLog, query: AuditQuery, expected: list[int]) -> None:
    assert ids(log, query) == expected
    assert log.count(query) == len(expected)


def test_a_page_follows_the_one_before(log: AuditLog) -> None:
    assert ids(log, AuditQuery(), 2) == [5, 4]
    assert ids(log, AuditQuery(before=4), 2) == [3, 2]


def test_the_newest_is_known(log: AuditLog, database: Database) -> None:
    assert log.newest() == 5
    log.prune(EPOCH + timedelta(days=1), "test")
    assert log.newest() == 6  # which says that the others went


def test_an_empty_trail_has_no_newest(database: Database) -> None:
    assert AuditLog(database, SteppingClock()).newest() == 0


def test_names_are_those_of_who_is_still_enrolled(people: Repositories, database: Database) -> None:
    log = AuditLog(database, SteppingClock())
    enrolled = [people.add(f"Person {number}", [template(number)]) for number in range(3)]
    people.delete(enrolled[0].id)
    names = log.names({person.id for person in enrolled} | {f"unknown {number}" for number in range(1200)})
    assert names == {person.id: person.name for person in enrolled[1:]}
    assert log.names(()) == {}


def test_pruning_removes_what_is_older_and_says_so(log: AuditLog) -> None:
    assert log.prune(EPOCH + timedelta(seconds=3), "window") == 2
    (note, *left) = log.events(AuditQuery())
    assert [event.id for event in left] == [5, 4, 3]
    assert note.entry == AuditEntry(AuditKind.AUDIT_PRUNED, "", "window", {"events": 2})
    assert log.prune(EPOCH + timedelta(seconds=3), "window") == 0
    assert log.count(AuditQuery()) == 4


def test_an_event_of_an_unknown_kind_is_damage(log: AuditLog, database: Database) -> None:
    with database.writing() as session:
        session.connection().exec_driver_sql("UPDATE audit_events SET kind = 'nonsense' WHERE id = 3")
    with pytest.raises(StoreCorrupt):
        log.events(AuditQuery())
