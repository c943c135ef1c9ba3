"""Recovery of a database by recovery code, passphrase or backup."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.credentials import KeySourceKind
from app.core.errors import InvalidPassword, InvalidRequest, KeyUnavailable, StoreCorrupt
from app.core.paths import keys_dir
from app.core.settings.model import Settings
from app.store.crypto.keys.passphrase import PassphraseProvider
from app.wiring import Application

SECRET = "four words apart"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "facelatch.sqlite3"


def opened(path: Path) -> Application:
    return Application(path, Settings())


def lose_the_key() -> None:
    for file in keys_dir().iterdir():
        file.unlink()


def test_the_recovery_code_opens_a_database_without_its_key(path: Path) -> None:
    with opened(path) as application:
        application.storage.people.add("Ada", [])
        code = application.keys.new_recovery_code()
    lose_the_key()
    with opened(path) as application:
        with pytest.raises(KeyUnavailable):
            application.people.all()
        recovery = application.recovery
        assert recovery.state().kinds == {KeySourceKind.KEY_FILE, KeySourceKind.RECOVERY}
        with pytest.raises(InvalidRequest):
            recovery.unlock_with_code("ABC")
        assert recovery.unlock_with_code(code.lower()) is KeySourceKind.KEY_FILE
        assert [person.name for person in application.people.all()] == ["Ada"]


def test_a_typed_passphrase_is_kept_until_the_process_ends(path: Path) -> None:
    with opened(path) as application:
        application.storage.people.add("Ada", [])
        with pytest.raises(InvalidPassword):
            application.keys.change_source(KeySourceKind.PASSPHRASE, "short")
        application.keys.change_source(KeySourceKind.PASSPHRASE, SECRET)
        assert application.keys.state().source is KeySourceKind.PASSPHRASE
        assert application.store.check() == []
        assert application.store.restore(application.store.back_up()) is None
    assert list(keys_dir().iterdir()) == []
    with opened(path) as application:
        with pytest.raises(KeyUnavailable, match="no passphrase"):
            application.people.all()
        with pytest.raises(KeyUnavailable, match="does not belong to this database"):
            application.recovery.unlock_with_passphrase("four words together")
        application.recovery.unlock_with_passphrase(SECRET)
        assert [person.name for person in application.people.all()] == ["Ada"]
    assert SECRET.encode() not in path.read_bytes()


def test_a_command_asks_for_the_passphrase_once(path: Path) -> None:
    with opened(path) as application:
        application.keys.change_source(KeySourceKind.PASSPHRASE, SECRET)
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        return SECRET

    with Application(path, Settings(), ask_passphrase=ask) as application:
        application.people.all()
        application.store.check()
    assert len(asked) == 1


def test_a_typed_passphrase_precedes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "passphrase"
    file.write_text("of the file\n")
    passphrases = PassphraseProvider(lambda: "asked for")
    assert passphrases.read() == "asked for"
    passphrases = PassphraseProvider()
    assert passphrases.read() is None
    monkeypatch.setenv("FACELATCH_PASSPHRASE_FILE", str(file))
    assert passphrases.read() == "of the file"
    passphrases.give("typed")
    assert passphrases.read() == "typed"
    assert "typed" not in repr(passphrases)


def test_a_backup_with_an_available_key_replaces_a_database_without(path: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere" / "facelatch.sqlite3"
    with opened(path) as application:
        ben = application.storage.people.add("Ben", [])
        application.storage.people.add("Ada", [])
    with opened(elsewhere) as other:
        other.storage.people.add("Carl", [])
        copy = other.store.back_up()
        with other.storage.database.connection() as connection:
            own = connection.exec_driver_sql("SELECT parameters FROM key_wraps").scalar_one()
    with opened(path) as application:
        same = application.store.back_up()
        application.people.erase(ben)
    for file in keys_dir().iterdir():
        if file.name not in own:
            file.unlink()
    with opened(path) as application:
        state = application.recovery.state()
        assert [backup.path for backup in state.backups] == [same]
        with pytest.raises(KeyUnavailable) as raised:
            application.recovery.restore(same)
        assert str(same) in raised.value.message
        aside = application.recovery.restore(copy)
        assert aside is not None
        assert ".locked-" in aside.name
        with closing(sqlite3.connect(aside)) as connection:
            assert connection.execute("SELECT count(*) FROM people").fetchone() == (1,)
        assert [person.name for person in application.people.all()] == ["Carl"]
        assert application.store.check() == []


def test_erased_people_stay_erased_when_the_key_is_missing(path: Path, tmp_path: Path) -> None:
    """The backup has other keys than the database."""
    copy = tmp_path / "copy.sqlite3"
    with opened(path) as application:
        ada = application.storage.people.add("Ada", [])
        application.storage.people.add("Ben", [])
        application.store.back_up(copy)
        application.people.erase(ada)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM key_wraps")
        connection.commit()
    with opened(path) as application:
        assert application.recovery.state().kinds == frozenset()
        assert application.recovery.restore(copy) is not None
        assert [person.name for person in application.people.all()] == ["Ben"]


def test_a_damaged_database_has_no_kinds_and_can_be_replaced(path: Path) -> None:
    with opened(path) as application:
        application.storage.people.add("Ada", [])
        backup = application.store.back_up()
    path.write_bytes(b"SQLite format 3\0" + bytes(5000))
    with opened(path) as application:
        with pytest.raises(StoreCorrupt):
            application.people.all()
        assert application.recovery.state().kinds == frozenset()
        aside = application.recovery.restore(backup)
        assert aside is not None
        assert ".damaged-" in aside.name
        assert [person.name for person in application.people.all()] == ["Ada"]


def test_progress_of_a_key_rotation(path: Path) -> None:
    with opened(path) as application:
        for name in ("Ada", "Ben", "Carl"):
            application.storage.people.add(name, [], groups=("Lab",))
        keys = application.keys
        assert keys.count_records_to_rotate() == 6
        steps = keys.rotate()
        assert next(steps) == 3
        assert keys.state().rotating
        assert keys.count_records_to_rotate() == 3
        assert list(keys.rotate())[-1] == 3
        assert not keys.state().rotating
        assert (keys.count_templates_to_revoke(), keys.state().revoking) == (0, False)
        assert KeySourceKind.KEY_FILE in keys.usable_sources()
