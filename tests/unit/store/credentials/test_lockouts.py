"""Lockout records survive crashes, are shared by processes, and are deleted with the person."""

import signal
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.lockout import AttemptChannel, ClockReading, LockoutRecord, LockoutScope
from app.store.credentials.repositories import LockoutRepository
from app.store.database.sqlite import Database
from tests.fakes.process_kills import start_process
from tests.unit.store.builders import Repositories, template

DOOR = LockoutScope(AttemptChannel.FACE, kiosk="door")
NOW = ClockReading(5_000_000_000, datetime(2026, 1, 1, 12, 0, tzinfo=UTC))
LOCKED = LockoutRecord(5, 30_000_000_000, NOW)

WRITER = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from app.core.lockout import *
from app.store.database.sqlite import Database
from app.store.credentials.repositories import LockoutRepository
database = Database.open(Path(sys.argv[1]))
now = ClockReading(5_000_000_000, datetime(2026, 1, 1, 12, 0, tzinfo=UTC))
scope = LockoutScope(AttemptChannel.FACE, kiosk="door")
LockoutRepository(database).change(scope, lambda old: LockoutRecord(old.failures + 5, 30_000_000_000, now))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def lockouts(database: Database) -> LockoutRepository:
    return LockoutRepository(database)


def test_a_new_scope_has_an_empty_record(lockouts: LockoutRepository) -> None:
    assert lockouts.read(DOOR) == LockoutRecord()


def test_a_stored_record_is_read(lockouts: LockoutRepository) -> None:
    assert lockouts.change(DOOR, lambda old: LOCKED) == LOCKED
    assert lockouts.read(DOOR) == LOCKED


def test_scopes_are_kept_apart(lockouts: LockoutRepository) -> None:
    lockouts.change(DOOR, lambda old: LOCKED)
    others = [LockoutScope(AttemptChannel.PIN, kiosk="door"), LockoutScope(AttemptChannel.FACE, kiosk="gate")]
    assert [lockouts.read(scope) for scope in others] == [LockoutRecord()] * 2


def test_a_record_survives_a_kill(lockouts: LockoutRepository, database: Database) -> None:
    with start_process(WRITER, database.path) as writer:
        assert writer.wait(20) == -signal.SIGKILL
    assert lockouts.read(DOOR) == LOCKED


def test_a_change_that_fails_changes_nothing(lockouts: LockoutRepository) -> None:
    lockouts.change(DOOR, lambda old: LOCKED)

    def fail(old: LockoutRecord) -> LockoutRecord:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        lockouts.change(DOOR, fail)
    assert lockouts.read(DOOR) == LOCKED


def test_it_goes_with_the_person(lockouts: LockoutRepository, people: Repositories, database: Database) -> None:
    ada = people.add("Ada", [template()])
    scope = LockoutScope(AttemptChannel.PIN, person_id=ada.id)
    lockouts.change(scope, lambda old: LOCKED)
    people.delete(ada.id)
    assert lockouts.read(scope) == LockoutRecord()


@pytest.mark.parametrize("column", ["failures", "left_ns"])
def test_what_makes_no_sense_is_refused(lockouts: LockoutRepository, database: Database, column: str) -> None:
    lockouts.change(DOOR, lambda old: LOCKED)
    with pytest.raises(IntegrityError, match="ck_lockouts"), database.writing() as session:
        session.execute(text(f"UPDATE lockouts SET {column} = -1"))
