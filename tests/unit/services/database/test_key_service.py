"""Changes of keys are recorded, also when an old key cannot be removed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.clock import SystemClock
from app.core.credentials import KeySourceKind
from app.core.errors import KeyUnavailable
from app.core.paths import keys_dir
from app.services.access.permissions import ADMINISTRATOR
from app.services.audit.audit_service import AuditService
from app.services.database.key_service import KeyService
from app.store.audit.log import AuditLog
from app.store.backup.backups import Backups
from app.store.crypto.keys.sources import KeySources, machine_key_sources
from app.store.database.sqlite import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database.open(tmp_path / "facelatch.sqlite3") as database:
        yield database


def service(database: Database, sources: KeySources) -> KeyService:
    clock = SystemClock()
    audit = AuditService(ADMINISTRATOR, AuditLog(database, clock), clock, "test")
    return KeyService(ADMINISTRATOR, database, Backups(database.path.parent / "backups", clock), sources, audit, clock)


def written_down(database: Database) -> int:
    events = AuditLog(database, SystemClock()).events(AuditQuery())
    return sum(event.entry.kind is AuditKind.KEYS_CHANGED for event in events)


def test_each_change_is_recorded_once(database: Database) -> None:
    keys = service(database, machine_key_sources())
    before = keys.state()
    assert (before.source, before.recovery_code) == (KeySourceKind.KEY_FILE, False)
    for number, change in enumerate((lambda: list(keys.rotate()), lambda: list(keys.revoke_templates())), start=1):
        change()
        assert written_down(database) == number
    code = keys.new_recovery_code()
    assert written_down(database) == 3
    assert keys.state().recovery_code
    assert keys.state().since > before.since
    assert code.encode() not in database.path.read_bytes()


def test_a_change_holds_when_the_old_key_cannot_be_removed(database: Database) -> None:
    keys = service(database, machine_key_sources())
    (old,) = keys_dir().iterdir()
    old.unlink()
    old.mkdir()
    keys.change_source(KeySourceKind.KEY_FILE)
    assert old.is_dir()
    assert written_down(database) == 1
    Database.open(database.path).close()


def test_an_unavailable_source_changes_nothing(database: Database) -> None:
    keys = service(database, KeySources())
    with pytest.raises(KeyUnavailable, match="there is no keyring here"):
        keys.change_source(KeySourceKind.KEYRING)
    assert written_down(database) == 0
    assert keys.state().source is KeySourceKind.KEY_FILE
    Database.open(database.path).close()
