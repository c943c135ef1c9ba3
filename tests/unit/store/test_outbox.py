import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core.audit import AuditEntry, AuditKind, AuditQuery
from app.core.errors import OutboxFull, StoreCorrupt
from app.core.unlock import AuthFactor, UnlockEvent
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from tests.unit.store.builders import EPOCH, Repositories, SteppingClock

DONE = AuditEntry(AuditKind.ACTION_DONE, "person-1", "kiosk", {"action": "hook"})


@pytest.fixture
def outbox(database: Database) -> OutboxRepository:
    return OutboxRepository(database, SteppingClock())


def event(number: int, person_id: str = "person-1", name: str = "") -> UnlockEvent:
    return UnlockEvent(f"event-{number}", EPOCH, "Door", person_id, name, (AuthFactor.FACE, AuthFactor.PIN), 0.5)


def audited(database: Database) -> int:
    return AuditLog(database, SteppingClock()).count(AuditQuery(kinds=(AuditKind.ACTION_DONE,)))


def test_what_is_put_waits_in_its_order(outbox: OutboxRepository) -> None:
    for number in (2, 1, 3):
        outbox.put("Door/hook", event(number), 10)
    outbox.put("Door/other", event(2), 10)
    assert [(waiting.target, waiting.event.id) for waiting in outbox.all()] == [
        ("Door/hook", "event-2"),
        ("Door/hook", "event-1"),
        ("Door/hook", "event-3"),
        ("Door/other", "event-2"),
    ]
    oldest = outbox.oldest("Door/hook")
    assert oldest is not None
    assert oldest.event == event(2)
    assert (oldest.attempts, oldest.tried_at, oldest.problem) == (0, None, "")
    assert oldest.queued_at > EPOCH
    assert outbox.oldest("Nowhere/hook") is None


def test_an_event_is_kept_once_a_target(outbox: OutboxRepository) -> None:
    for _ in range(3):
        outbox.put("Door/hook", event(1), 1)
    assert len(outbox.all()) == 1


def test_an_event_without_a_person(outbox: OutboxRepository) -> None:
    anonymous = UnlockEvent("e", EPOCH, "Door", "", "", (AuthFactor.PIN,))
    outbox.put("Door/hook", anonymous, 1)
    assert [waiting.event for waiting in outbox.all()] == [anonymous]


def test_a_full_outbox_refuses_the_newest_and_keeps_the_rest(outbox: OutboxRepository) -> None:
    outbox.put("Door/hook", event(1), 2)
    outbox.put("Door/hook", event(2), 2)
    with pytest.raises(OutboxFull, match="2 events are already waiting for “Door/hook”"):
        outbox.put("Door/hook", event(3), 2)
    outbox.put("Door/other", event(3), 2)
    outbox.put("Door/hook", event(2), 2)
    assert [waiting.event.id for waiting in outbox.all()] == ["event-1", "event-2", "event-3"]


def test_attempts_in_vain_are_counted(outbox: OutboxRepository) -> None:
    outbox.put("Door/hook", event(1), 1)
    (waiting,) = outbox.all()
    outbox.tried(waiting.id, "no route")
    outbox.tried(waiting.id, "status 500")
    (waiting,) = outbox.all()
    assert (waiting.attempts, waiting.problem) == (2, "status 500")
    assert waiting.tried_at is not None
    assert waiting.tried_at > waiting.queued_at


def test_settling_takes_out_and_writes_down_in_one_step(outbox: OutboxRepository, database: Database) -> None:
    outbox.put("Door/hook", event(1), 1)
    (waiting,) = outbox.all()
    assert outbox.settle(waiting.id, DONE)
    assert outbox.all() == []
    assert audited(database) == 1
    assert not outbox.settle(waiting.id, DONE)
    outbox.tried(waiting.id, "too late")
    assert audited(database) == 1


def test_a_place_is_never_given_twice(outbox: OutboxRepository) -> None:
    outbox.put("Door/hook", event(1), 1)
    (first,) = outbox.all()
    outbox.settle(first.id, DONE)
    outbox.put("Door/hook", event(2), 1)
    (second,) = outbox.all()
    assert second.id > first.id


def test_names_follow_the_person_and_end_with_them(outbox: OutboxRepository, database: Database, path: Path) -> None:
    people = Repositories(database)
    grace = people.add("Grace Hopper", [])
    outbox.put("Door/hook", event(1, grace.id, "Grace Hopper"), 1)
    people.rename(grace.id, "Amazing Grace")
    assert [waiting.event.person_name for waiting in outbox.all()] == ["Amazing Grace"]
    people.delete(grace.id)
    (waiting,) = outbox.all()
    assert (waiting.event.person_id, waiting.event.person_name) == (grace.id, "")
    database.close()
    assert b"Grace" not in path.read_bytes()


def test_what_waits_is_there_after_opening_again(outbox: OutboxRepository, database: Database, path: Path) -> None:
    outbox.put("Door/hook", event(1), 1)
    database.close()
    with Database.open(path) as again:
        assert [waiting.event.id for waiting in OutboxRepository(again, SteppingClock()).all()] == ["event-1"]


def test_a_damaged_row_is_named(outbox: OutboxRepository, database: Database) -> None:
    outbox.put("Door/hook", event(1), 1)
    with database.writing() as session:
        session.execute(text("UPDATE outbox SET factors = 'smell'"))
    with pytest.raises(StoreCorrupt):
        outbox.all()


@pytest.mark.parametrize("values", [("", "e"), ("t", "")])
def test_a_row_without_target_or_event_is_refused(database: Database, path: Path, values: tuple[str, str]) -> None:
    database.close()
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="ck_outbox"):
        connection.execute(
            "INSERT INTO outbox VALUES (1, ?, ?, '2026-01-01', 'k', 'p', 'face', 0.5, '2026-01-01', 0, NULL, '')",
            values,
        )
