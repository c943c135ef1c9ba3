import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core import paths
from tests.unit.cli.conftest import Command


@pytest.fixture
def grace(command: Command, hopper: Path) -> str:
    person: str = command("enroll", "Grace Unforgettable", "--images", hopper, "--consent", "--json").json["person"][
        "id"
    ]
    return person


def test_new_database_is_intact(command: Command) -> None:
    assert "intact" in command("store", "check").out
    assert command("store", "check", "--json").json == {"faults": []}


def test_fault_is_exit_code_3(command: Command, grace: str) -> None:
    with closing(sqlite3.connect(paths.database_file())) as connection:
        connection.execute("UPDATE people SET name_index = zeroblob(16)")
        connection.commit()
    shown = command("store", "check")
    assert shown.code == 3
    assert grace in shown.out
    assert "Grace" not in shown.out
    assert command("store", "check", "--json").json["faults"][0]["kind"] == "person"


def test_unreadable_backup_is_a_fault(command: Command, grace: str) -> None:
    copy = Path(command("store", "backup", "--json").json["backup"])
    assert command("store", "check").code == 0
    copy.write_bytes(b"damaged")
    shown = command("store", "check", "--json")
    assert shown.code == 3
    assert [(fault["kind"], fault["where"]) for fault in shown.json["faults"]] == [("backup", copy.name)]
    assert "store restore" not in command("store", "check").out


def test_backup_and_restore(command: Command, grace: str) -> None:
    assert "no backups" in command("store", "backups").out
    copy = Path(command("store", "backup", "--json").json["backup"])
    assert copy.is_file()
    command("people", "rename", "Grace Unforgettable", "Another Name")
    assert copy.name in command("store", "backups").out
    assert command("store", "restore", copy.name, "--yes").code == 0
    assert command("people", "list", "--json").json["people"][0]["name"] == "Grace Unforgettable"
    reasons = [backup["reason"] for backup in command("store", "backups", "--json").json["backups"]]
    assert reasons == ["restore", "asked"]


def test_backup_target_must_not_be_the_database(command: Command, grace: str, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.mkdir()
    assert Path(command("store", "backup", target, "--json").json["backup"]).parent == target
    named = tmp_path / "named.sqlite3"
    assert command("store", "backup", named, "--json").json == {"backup": str(named)}
    refused = command("store", "backup", paths.database_file())
    assert refused.code == 3
    assert "Name another file" in refused.err
    assert command("people", "list", "--json").json["people"][0]["id"] == grace


def test_missing_backup(command: Command) -> None:
    refused = command("store", "restore", "nowhere.sqlite3", "--yes")
    assert refused.code == 3
    assert "nowhere.sqlite3" in refused.err


def test_restore_requires_confirmation(command: Command, grace: str) -> None:
    copy = command("store", "backup", "--json").json["backup"]
    refused = command("store", "restore", copy)
    assert refused.code == 2
    assert "--yes" in refused.err


def test_erased_person_is_removed_from_backups(command: Command, grace: str) -> None:
    copy = Path(command("store", "backup", "--json").json["backup"])
    with closing(sqlite3.connect(copy)) as connection:
        (sealed,) = connection.execute("SELECT personal FROM people").fetchone()
    assert sealed in copy.read_bytes()
    assert b"Unforgettable" not in copy.read_bytes()
    command("people", "erase", grace, "--yes")
    assert sealed not in copy.read_bytes()
    command("store", "restore", copy, "--yes")
    assert command("people", "list", "--json").json == {"people": []}


def test_backup_does_not_overwrite_another_file(command: Command, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Ada,", "utf-8")
    outcome = command("store", "backup", letter, "--json")
    assert outcome.code == 3
    assert str(letter) in outcome.json["error"]["message"]
    assert letter.read_text("utf-8") == "Dear Ada,"
    copy = tmp_path / "copy.sqlite3"
    assert [command("store", "backup", copy).code for _ in range(2)] == [0, 0]


@pytest.mark.usefixtures("grace")
@pytest.mark.parametrize("empty", [True, False])
def test_lost_database_is_not_replaced_by_a_new_one(command: Command, empty: bool) -> None:
    copy = command("store", "backup", "--json").json["backup"]
    database = paths.database_file()
    for path in database.parent.glob(f"{database.name}*"):
        path.unlink()
    if empty:
        database.touch()
    for arguments in (("people", "list"), ("store", "backup")):
        outcome = command(*arguments, "--json")
        assert outcome.code == 3
        assert outcome.json["error"]["kind"] == "StoreLost"
    assert command("store", "restore", copy, "--yes").code == 0
    assert len(command("people", "list", "--json").json["people"]) == 1
