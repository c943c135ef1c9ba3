"""A newer program keeps what an older one has left: people, settings, audit. An older one is refused in words."""

import sqlite3
from contextlib import closing

import pytest

from app.core import paths
from tests.unit.cli.conftest import Command
from tests.unit.store.earlier_schemas import EARLIER, older

SETTINGS = """version = 1

[camera]
width = 800
"""


@pytest.mark.parametrize("revision", ["0001", "0002", EARLIER[0]])
def test_upgrade_keeps_people_settings_and_audit_log(command: Command, revision: str) -> None:
    older(paths.database_file(), revision)
    paths.config_dir().mkdir(parents=True, exist_ok=True)
    (paths.config_dir() / "settings.toml").write_text(SETTINGS)
    people = command("people", "list", "--json").json["people"]
    assert [(person["id"], person["name"], person["templates"]) for person in people] == [
        ("1", "Ada", 1),
        ("2", "王小明", 1),
    ]
    assert command("settings", "get", "camera.width").out == "800\n"
    assert command("audit", "verify").code == 0
    events = command("audit", "list", "--actor", "desk", "--json").json["events"]
    assert [(one["kind"], one["person"]) for one in events] == [("person-enrolled", "Ada")] * (revision == "0002")
    backups = list((paths.data_dir() / "backups").iterdir())
    assert [backup.name.endswith("migration.sqlite3") for backup in backups] == [True]
    assert command("store", "check").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("people", "list"),
        ("people", "erase", "Ada", "--yes"),
        ("audit", "verify"),
        ("store", "check"),
    ],
)
def test_downgrade_is_rejected_without_changes(command: Command, arguments: tuple[str, ...]) -> None:
    older(paths.database_file(), EARLIER[0])
    with closing(sqlite3.connect(paths.database_file())) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = paths.database_file().read_bytes()
    outcome = command(*arguments, "--json")
    assert outcome.code == 3
    error = outcome.json["error"]
    assert error["kind"] == "StoreTooNew"
    assert "newer version" in error["message"]
    assert "Update Facelatch" in error["hint"]
    assert paths.database_file().read_bytes() == before
    assert [file.name for file in paths.data_dir().iterdir()] == [paths.database_file().name]
