from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

from app.store.database.sqlite import Database
from app.store.database.tables import Base, UtcDateTime

PERSON = (
    "INSERT INTO people (id, personal, name_index, created_at, updated_at)"
    " VALUES ('p', :personal, :index, '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
)
TEMPLATE = (
    "INSERT INTO templates (id, person_id, model, model_sha256, vector, rotation, quality, source, created_at)"
    " VALUES ('t', 'p', :model, :sha, :vector, 1, :quality, x'00', '2026-01-01 00:00:00')"
)
PERSON_VALUES = {"personal": b"\x00" * 40, "index": b"\x00" * 16}
GOOD = {"model": "m", "sha": "s", "vector": b"\x00" * 40, "quality": 0.5}


@pytest.mark.parametrize("values", [PERSON_VALUES | {"personal": b"Ada"}, PERSON_VALUES | {"index": b"ada"}])
def test_a_person_whose_name_is_not_sealed_is_refused(database: Database, values: dict[str, bytes]) -> None:
    with pytest.raises(IntegrityError, match="ck_people"), database.writing() as session:
        session.execute(text(PERSON), values)


@pytest.mark.parametrize(
    "change",
    [
        {"model": ""},
        {"sha": ""},
        {"vector": b""},
        {"vector": b"\x00" * 32},
        {"vector": b"\x00" * 41},
        {"quality": 1.01},
        {"quality": -0.01},
    ],
)
def test_a_template_that_makes_no_sense_is_refused(database: Database, change: dict[str, object]) -> None:
    with database.writing() as session:
        session.execute(text(PERSON), PERSON_VALUES)
    with pytest.raises(IntegrityError, match="ck_templates"), database.writing() as session:
        session.execute(text(TEMPLATE), GOOD | change)


def test_a_template_without_a_person_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), database.writing() as session:
        session.execute(text(TEMPLATE), GOOD)


def test_there_is_one_revision_only(database: Database) -> None:
    with pytest.raises(IntegrityError, match="ck_gallery_revision"), database.writing() as session:
        session.execute(text("INSERT INTO gallery_revision VALUES (2, 0, 0)"))


def test_every_constraint_has_a_name(database: Database) -> None:
    with database.connection() as connection:
        inspector = inspect(connection)
        for table in Base.metadata.tables:
            # SQLite counts up only in a key without a name.
            names = [] if table in {"audit_events", "outbox"} else [inspector.get_pk_constraint(table)["name"]]
            names += [key["name"] for key in inspector.get_foreign_keys(table)]
            names += [check["name"] for check in inspector.get_check_constraints(table)]
            assert all(names), table


def test_moments_are_kept_in_utc() -> None:
    dialect, kind = sqlite.dialect(), UtcDateTime()
    noon = datetime(2026, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    stored = kind.process_bind_param(noon, dialect)
    assert stored == datetime(2026, 6, 1, 10)
    assert kind.process_result_value(stored, dialect) == datetime(2026, 6, 1, 10, tzinfo=UTC)
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None
