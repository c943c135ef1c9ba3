from datetime import timedelta

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.people.audited_transactions import AuditedTransactions
from tests.unit.store.builders import EPOCH, Repositories, SteppingClock, template


@pytest.fixture
def transactions(database: Database) -> AuditedTransactions:
    return AuditedTransactions(database, SteppingClock(), "desk")


@pytest.fixture
def log(database: Database) -> AuditLog:
    return AuditLog(database, SteppingClock())


def test_a_change_is_dated_recorded_and_advances_the_revision(
    transactions: AuditedTransactions, log: AuditLog, people: Repositories
) -> None:
    with transactions.begin() as change:
        assert change.now == EPOCH + timedelta(seconds=1)
        change.record(AuditKind.PERSON_CHANGED, "1", fields="badge", active=True)
        change.record(AuditKind.PERSON_RENAMED, "1")
    second, first = log.events(AuditQuery())
    assert (first.entry.kind, first.entry.subject, first.entry.actor) == (AuditKind.PERSON_CHANGED, "1", "desk")
    assert first.entry.details == {"fields": "badge", "active": True}
    assert first.at == second.at == EPOCH + timedelta(seconds=1)
    assert people.revision() == 1


def test_a_change_that_fails_leaves_neither_note_nor_number(
    transactions: AuditedTransactions, log: AuditLog, people: Repositories
) -> None:
    def leave_half_way() -> None:
        with transactions.begin() as change:
            change.record(AuditKind.PERSON_RENAMED, "1")
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        leave_half_way()
    assert log.events(AuditQuery()) == []
    assert people.revision() == 0


def test_every_change_to_people_is_noted_without_a_name(people: Repositories, log: AuditLog) -> None:
    ada = people.add("Ada", [template(1)])
    ben = people.add("Ben", [template(2)])
    people.add_templates(ada.id, [template(3)])
    people.rename(ada.id, "Countess Byron")
    people.change(ada.id, badge="1815", note="side door", groups=("Ladies",))
    (first, *_) = people.templates_of(ada.id)
    people.retire(first.id)
    people.retire(first.id, retired=False)
    people.merge(ada.id, ben.id)
    people.delete(ada.id)
    events = log.events(AuditQuery())[::-1]
    assert [event.entry.kind for event in events] == [
        AuditKind.PERSON_ENROLLED,
        AuditKind.PERSON_ENROLLED,
        AuditKind.TEMPLATES_ADDED,
        AuditKind.PERSON_RENAMED,
        AuditKind.PERSON_CHANGED,
        AuditKind.TEMPLATE_RETIRED,
        AuditKind.TEMPLATE_RESTORED,
        AuditKind.PEOPLE_MERGED,
        AuditKind.PERSON_ERASED,
        AuditKind.PERSON_ERASED,
    ]
    assert [event.entry.subject for event in events[-2:]] == [ada.id, ben.id]
    written = repr(events)
    for personal in ("Ada", "Ben", "Countess", "1815", "side door", "Ladies"):
        assert personal not in written
