"""The keyring seal of the audit chain: it detects that all files were replaced by older ones."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.audit import AuditEntry, AuditKind
from app.store.audit.ledger import Ledger
from app.store.audit.log import AuditLog
from app.store.audit.seals import DelayedSeal, KeyringSeal, SealPlace, machine_keyring_seal
from app.store.audit.verification import Finding
from app.store.crypto.keys.key_file import KeyFileSource
from app.store.crypto.keys.os_keyring import Keyring
from app.store.crypto.keys.sources import KeySources
from app.store.database.sqlite import Database
from tests.fakes.keyrings import FakeKeyring
from tests.unit.store.builders import SteppingClock

BOTH = (SealPlace.FILE, SealPlace.KEYRING)


class Trail:
    """A database whose key is in a file, so that the keyring holds the seal alone."""

    def __init__(self, path: Path, ledger: Ledger | None = None) -> None:
        keys = KeySources(KeyFileSource(path.parent / "keys"))
        self.database = Database.open(path, ledger=ledger or Ledger.of_this_machine(path), keys=keys)
        self.log = AuditLog(self.database, SteppingClock())

    def write(self, count: int, kind: AuditKind = AuditKind.UNLOCKED) -> None:
        for _ in range(count):
            self.log.record(AuditEntry(kind))

    def close_and_copy(self, target: Path) -> None:
        self.database.close()
        shutil.copytree(self.database.path.parent, target)

    def finding(self) -> Finding | None:
        broken = self.log.verify().broken
        return broken.kind if broken else None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "facelatch.sqlite3"


@pytest.fixture
def trail(backend: FakeKeyring, path: Path) -> Iterator[Trail]:
    assert not backend.kept
    trail = Trail(path)
    trail.write(3)
    yield trail
    trail.database.close()


def put_back(path: Path, copy: Path) -> None:
    shutil.rmtree(path.parent)
    shutil.copytree(copy, path.parent)


def test_an_older_copy_of_every_file_is_named_and_stays_so(trail: Trail, path: Path, tmp_path: Path) -> None:
    trail.close_and_copy(tmp_path / "copy")
    with (later := Trail(path)).database:
        later.write(2)
        assert later.finding() is None
    put_back(path, tmp_path / "copy")
    with (rolled_back := Trail(path)).database:
        assert rolled_back.finding() is Finding.CUT
        rolled_back.write(3, AuditKind.DENIED)  # going on hides nothing, for the files or the keyring
        assert rolled_back.finding() is Finding.REPLACED
    with (again := Trail(path)).database:
        assert again.finding() is Finding.REPLACED
        again.log.reseal("test")
        assert again.finding() is None
        again.write(1)
        assert again.log.verify().sealed_in == BOTH


def test_with_the_file_alone_the_same_is_not_noticed(path: Path, tmp_path: Path) -> None:
    """What docs/audit.md says of a machine without a keyring."""
    trail = Trail(path)
    trail.write(3)
    assert trail.log.verify().sealed_in == (SealPlace.FILE,)
    trail.close_and_copy(tmp_path / "copy")
    with (later := Trail(path)).database:
        later.write(2)
    put_back(path, tmp_path / "copy")
    with (rolled_back := Trail(path)).database:
        assert rolled_back.finding() is None


def test_the_keyring_is_not_asked_for_each_event(trail: Trail, backend: FakeKeyring) -> None:
    (kept,) = backend.kept.values()
    trail.write(5)
    assert list(backend.kept.values()) == [kept]
    trail.database.close()
    assert list(backend.kept.values()) != [kept]


def test_what_a_program_that_was_killed_left_unsealed_is_no_tampering(path: Path, trail: Trail) -> None:
    trail.write(2)
    with (other := Trail(path)).database:
        assert other.finding() is None
        other.write(1)
    trail.write(1)
    assert trail.finding() is None


def test_a_newer_head_of_another_program_stays(path: Path, trail: Trail, backend: FakeKeyring) -> None:
    trail.write(1)
    with (other := Trail(path)).database:
        other.write(3)
    (newer,) = backend.kept.values()
    trail.database.close()
    assert list(backend.kept.values()) == [newer]


def test_resealing_in_another_program_is_noticed(path: Path, backend: FakeKeyring, tmp_path: Path) -> None:
    first = Trail(path)
    first.write(2)
    first.close_and_copy(tmp_path / "copy")
    with (later := Trail(path)).database:
        later.write(2)
    put_back(path, tmp_path / "copy")
    outer = DelayedSeal(KeyringSeal(Keyring()), interval_s=0.0)
    ledger = Ledger(Ledger.beside(path).seals, find_outer=lambda: outer)
    with (program := Trail(path, ledger)).database:
        program.write(1, AuditKind.DENIED)
        with (other := Trail(path)).database:
            other.log.reseal("test")
        program.write(2)
        assert program.finding() is None
        (kept,) = backend.kept.values()
        program.write(1)
        assert list(backend.kept.values()) != [kept]


def test_something_else_in_its_place_is_named_and_stays(trail: Trail, path: Path, backend: FakeKeyring) -> None:
    trail.database.close()
    backend.kept = dict.fromkeys(backend.kept, "nonsense")
    with (again := Trail(path)).database:
        assert again.finding() is Finding.FORGED
        again.write(1)
        assert again.finding() is Finding.FORGED
        again.log.reseal("test")
        assert again.finding() is None


def test_a_keyring_that_does_not_answer_leaves_the_file(
    path: Path, backend: FakeKeyring, caplog: pytest.LogCaptureFixture
) -> None:
    outer = DelayedSeal(KeyringSeal(Keyring()), interval_s=0.0)
    ledger = Ledger(Ledger.beside(path).seals, find_outer=lambda: outer)
    backend.is_locked = True
    with (trail := Trail(path, ledger)).database:
        trail.write(1)
        assert not backend.kept
        assert "could not be sealed in the system's keyring" in caplog.text
        assert trail.finding() is None
        assert "cannot be read" in caplog.text
    backend.is_locked = False
    with (again := Trail(path)).database:
        again.write(1)
        assert again.finding() is None
        assert backend.kept
        backend.is_locked = True
        again.write(1)


def test_without_a_keyring_there_is_none() -> None:
    assert machine_keyring_seal() is None
