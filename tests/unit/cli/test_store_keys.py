"""The commands for the keys: what they change and say, and that a mistake changes nothing."""

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core import paths
from app.core.clock import SystemClock
from app.store.database.sqlite import Database
from app.store.people.repository import PeopleRepository
from tests.unit.cli.conftest import Command, Outcome
from tests.unit.store.builders import contents, template

PASSPHRASE = "correct horse battery"


@pytest.fixture
def grace() -> str:
    """A person in a database whose key is in a key file."""
    with Database.open(paths.database_file()) as database:
        return PeopleRepository(database, SystemClock(), "test").add("Grace Unforgettable", [template(1)]).id


def key_file() -> Path:
    (only,) = paths.keys_dir().glob("*.key")
    return only


def numbers(table: str) -> list[int]:
    with closing(sqlite3.connect(paths.database_file())) as connection:
        return [number for (number,) in connection.execute(f"SELECT number FROM {table} ORDER BY place")]


def wraps() -> list[tuple[str, bytes]]:
    with closing(sqlite3.connect(paths.database_file())) as connection:
        return connection.execute("SELECT kind, wrapped FROM key_wraps ORDER BY kind").fetchall()


def finds(command: Command, person: str) -> bool:
    """Whether the database opens and says who is in it."""
    people = command("people", "list", "--json").json["people"]
    return [(one["id"], one["name"]) for one in people] == [(person, "Grace Unforgettable")]


def names_the_key(refused: Outcome) -> bool:
    """Whether it ends as a database does whose key is not available."""
    said = " ".join(refused.err.split())
    return refused.code == 3 and "key of the database is not available" in said and "store key recover" in said


def type_in(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


def logged() -> str:
    return "".join(file.read_text() for file in paths.log_dir().glob("*") if file.is_file())


def test_show_names_the_key_source(command: Command, grace: str) -> None:
    shown = command("store", "key", "show")
    assert shown.code == 0
    assert "key-file" in shown.out
    assert "No recovery code exists" in shown.out
    state = command("store", "key", "show", "--json")
    assert (state.json["source"], state.json["recovery_code"]) == ("key-file", False)
    secret = key_file().read_text().splitlines()[1]
    assert secret not in shown.out + shown.err + state.out + state.err + logged()


def test_rotate_replaces_the_key(command: Command, grace: str) -> None:
    before = numbers("data_keys")
    assert command("store", "key", "rotate", "--json").json["sealed_anew"] > 0
    after = numbers("data_keys")
    assert len(after) == 1
    assert after != before
    assert "records were re-encrypted" in command("store", "key", "rotate").out
    assert finds(command, grace)


def test_revocation_requires_confirmation(command: Command, grace: str) -> None:
    before = numbers("rotations")
    refused = command("store", "revoke-templates")
    assert refused.code == 2
    assert "--yes" in refused.err
    assert numbers("rotations") == before
    assert command("store", "revoke-templates", "--yes", "--json").json == {"turned_anew": 1}
    assert len(numbers("rotations")) == 1
    assert numbers("rotations") != before
    assert finds(command, grace)


WITH_THE_KEY = (
    ("key", "show"),
    ("key", "rotate"),
    ("key", "recovery-code"),
    ("key", "change-source", "key-file"),
    ("revoke-templates", "--yes"),
)


def test_missing_key_file_is_an_error(command: Command, grace: str) -> None:
    hidden = key_file().rename(key_file().with_suffix(".away"))
    before = contents(paths.database_file().parent)
    for arguments in WITH_THE_KEY:
        assert names_the_key(command("store", *arguments)), arguments
        assert contents(paths.database_file().parent) == before, arguments
    hidden.rename(hidden.with_suffix(".key"))
    assert finds(command, grace)


def test_key_file_readable_by_others_is_rejected(command: Command, grace: str) -> None:
    key_file().chmod(0o644)
    refused = command("people", "list")
    assert names_the_key(refused)
    assert "chmod 600" in " ".join(refused.err.split())
    key_file().chmod(0o600)
    assert finds(command, grace)


def test_damaged_key_metadata_is_an_error(command: Command, grace: str) -> None:
    for broken in ("nonsense", "[]"):
        with closing(sqlite3.connect(paths.database_file())) as connection:
            connection.execute("UPDATE key_wraps SET parameters = ?", (broken,))
            connection.commit()
        assert names_the_key(command("people", "list")), broken


def test_recovery_code_recovers_the_database(command: Command, grace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = command("store", "key", "recovery-code")
    code = made.out.splitlines()[0]
    assert (made.out + made.err).count(code) == 1
    shown = command("store", "key", "show")
    assert "A recovery code exists" in shown.out
    key_file().unlink()
    type_in(monkeypatch, code.lower().replace("-", " "))
    back = command("store", "key", "recover", "--json")
    assert back.json == {"source": "key-file"}
    assert finds(command, grace)
    audited = command("audit", "list", "--json")
    assert audited.code == 0
    for text in (shown.out, shown.err, back.out, back.err, audited.out, audited.err, logged()):
        assert code not in text
        assert code.replace("-", "") not in text


def test_new_recovery_code_invalidates_the_old_one(
    command: Command, grace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = command("store", "key", "recovery-code", "--json").json["recovery_code"]
    new = command("store", "key", "recovery-code", "--json").json["recovery_code"]
    key_file().unlink()
    before = wraps()
    type_in(monkeypatch, old)
    refused = command("store", "key", "recover")
    assert names_the_key(refused)
    assert "the recovery code does not belong to this database" in " ".join(refused.err.split())
    assert old not in refused.out + refused.err + logged()
    assert wraps() == before
    assert list(paths.keys_dir().iterdir()) == []
    type_in(monkeypatch, new)
    assert "Source of the key: key-file" in command("store", "key", "recover").out
    assert finds(command, grace)


def test_invalid_recovery_code_changes_nothing(command: Command, grace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    groups = command("store", "key", "recovery-code", "--json").json["recovery_code"].split("-")
    groups[2] = groups[2][:3] + ("0" if groups[2][3] != "0" else "2")
    mistyped, before = "-".join(groups), wraps()
    for typed, said in (("", "8 groups"), ("ABCD-EFGH", "8 groups"), (mistyped, "Group 3")):
        type_in(monkeypatch, typed)
        refused = command("store", "key", "recover")
        assert refused.code == 2, typed
        assert said in refused.err
        assert mistyped not in refused.err + logged()
        assert wraps() == before
    assert finds(command, grace)


def test_key_source_changes_to_a_passphrase(
    command: Command, grace: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    named = tmp_path / "passphrase"
    named.write_text(f"{PASSPHRASE}\n")
    monkeypatch.setenv("FACELATCH_PASSPHRASE_FILE", str(named))
    changed = command("store", "key", "change-source", "passphrase")
    assert "Source of the key: passphrase" in changed.out
    assert list(paths.keys_dir().iterdir()) == []
    assert finds(command, grace)
    named.write_text("correct horse buttery\n")
    refused = command("people", "list")
    assert names_the_key(refused)
    assert "does not belong to this database" in " ".join(refused.err.split())
    for text in (changed.out, changed.err, refused.out, refused.err, logged()):
        assert PASSPHRASE not in text
        assert "buttery" not in text


@pytest.mark.parametrize(
    ("source", "said"),
    [("passphrase", "passphrase cannot be read"), ("keyring", "the system's keyring has no key for this database")],
)
def test_failed_change_of_key_source_keeps_the_old_one(
    command: Command, grace: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, source: str, said: str
) -> None:
    monkeypatch.setenv("FACELATCH_PASSPHRASE_FILE", str(tmp_path / "no passphrase"))
    before, kept = wraps(), key_file().read_bytes()
    refused = command("store", "key", "change-source", source)
    assert refused.code == 3
    assert said in " ".join(refused.err.split())
    assert (wraps(), key_file().read_bytes()) == (before, kept)
    assert finds(command, grace)


@pytest.mark.parametrize("source", ["recovery", "under the mat"])
def test_invalid_key_source(command: Command, grace: str, source: str) -> None:
    before = wraps()
    assert command("store", "key", "change-source", source).code == 2
    assert wraps() == before


def test_key_file_is_replaced(command: Command, grace: str) -> None:
    old = key_file()
    assert command("store", "key", "change-source", "key-file", "--json").json == {"source": "key-file"}
    assert key_file() != old
    assert finds(command, grace)
