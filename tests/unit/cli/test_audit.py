import csv
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.core.paths import database_file
from tests.unit.cli.conftest import Command


@pytest.fixture
def grace(command: Command, hopper: Path) -> str:
    person: str = command("enroll", "Grace", "--images", hopper, "--consent", "--json").json["person"]["id"]
    command("people", "rename", "Grace", "Amazing Grace")
    command("settings", "set", "recognition.min_margin", "0.05")
    return person


def test_newest_event_is_first_with_the_current_name(command: Command, grace: str) -> None:
    answer = command("audit", "list", "--json").json
    assert [event["kind"] for event in answer["events"]] == ["settings-changed", "person-renamed", "person-enrolled"]
    assert answer["count"] == 3
    assert answer["events"][1]["person"] == answer["events"][2]["person"] == "Amazing Grace"
    assert answer["events"][2]["actor"] == "command"
    assert "Amazing Grace" in command("audit", "list").out
    assert "3 of 3" in command("audit", "list").out


def test_list_can_be_filtered(command: Command, grace: str) -> None:
    def kinds(*options: str) -> list[str]:
        return [event["kind"] for event in command("audit", "list", *options, "--json").json["events"]]

    assert kinds("--kind", "person-enrolled", "--kind", "person-renamed") == ["person-renamed", "person-enrolled"]
    assert kinds("--person", "amazing grace") == ["person-renamed", "person-enrolled"]
    assert kinds("--limit", "1") == ["settings-changed"]
    assert kinds("--since", "2020-01-01", "--until", "2020-01-02T12:00") == []
    assert len(kinds("--since", "2020-01-01 10:00:00")) == 3
    assert kinds("--actor", "kiosk") == []
    assert "No events match" in command("audit", "list", "--actor", "kiosk").out


def test_erased_person_has_a_pseudonym_and_is_found_by_id(command: Command, grace: str) -> None:
    command("people", "erase", "Amazing Grace", "--yes")
    assert f"erased person {grace[:4]}" in command("audit", "list").out
    events = command("audit", "list", "--person", grace, "--json").json["events"]
    assert [event["kind"] for event in events] == ["person-erased", "person-renamed", "person-enrolled"]
    assert {event["person"] for event in events} == {None}
    assert "Grace" not in json.dumps(events)


@pytest.mark.parametrize("option", [("--kind", "nonsense"), ("--since", "yesterday"), ("--limit", "0")])
def test_invalid_options_are_rejected(command: Command, option: tuple[str, str]) -> None:
    assert command("audit", "list", *option).code == 2


def test_unknown_person_is_rejected(command: Command) -> None:
    assert command("audit", "list", "--person", "Zoe").code == 2


def test_export(command: Command, grace: str, tmp_path: Path) -> None:
    table, objects = tmp_path / "trail.csv", tmp_path / "trail.json"
    answer = command("audit", "export", table, "--json").json
    assert {name: answer[name] for name in ("file", "format", "events")} == {
        "file": str(table),
        "format": "csv",
        "events": 3,
    }
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert [row["kind"] for row in csv.DictReader(file)] == [
            "settings-changed",
            "person-renamed",
            "person-enrolled",
        ]
    assert "2 events were written to" in command("audit", "export", objects, "--person", "Amazing Grace").out
    assert len(json.loads(objects.read_text("utf-8"))["events"]) == 2


def test_unwritable_file_is_reported(command: Command, grace: str, tmp_path: Path) -> None:
    outcome = command("audit", "export", tmp_path / "nowhere" / "trail.csv", "--json")
    assert outcome.code == 3
    assert outcome.json["error"]["kind"] == "ExportFailed"


def test_export_is_signed_and_changes_are_detected(command: Command, grace: str, tmp_path: Path) -> None:
    table = tmp_path / "trail.csv"
    key = command("audit", "export", table, "--json").json["public_key"]
    assert command("audit", "verify-export", table, "--key", key, "--json").json["verdict"] == "good"
    assert "signed with another key" in command("audit", "verify-export", table, "--key", "00" * 32).out
    table.write_bytes(table.read_bytes().replace(b"person-renamed", b"person-removed"))
    outcome = command("audit", "verify-export", table, "--json")
    assert (outcome.code, outcome.json["verdict"], outcome.json["events"]) == (1, "changed", 3)
    assert command("audit", "verify-export", table, "--key", "nonsense").code == 2
    (tmp_path / "trail.csv.sig").write_text("nonsense")
    assert command("audit", "verify-export", table).code == 2


def test_log_is_intact_until_it_is_changed(command: Command, grace: str) -> None:
    report = command("audit", "verify", "--json").json
    assert (report["events"], report["last"], report["sealed"], report["broken"]) == (3, 3, 3, None)
    assert "3 events" in command("audit", "verify").out
    with closing(sqlite3.connect(database_file())) as connection, connection:
        connection.execute("UPDATE audit_events SET actor = 'window' WHERE id = 2")
    outcome = command("audit", "verify", "--json")
    assert outcome.code == 3
    assert outcome.json["broken"] == {
        "sequence": 2,
        "kind": "changed",
        "finding": "this event was changed",
    }
    assert "At event 2" in command("audit", "verify").err


def test_reseal_accepts_a_lost_end(command: Command, grace: str) -> None:
    head = Path(f"{database_file()}.audit-head")
    head.unlink()
    assert "Outside the log" in command("audit", "verify").err
    assert command("audit", "reseal").code == 2  # no terminal for the confirmation
    assert command("audit", "reseal", "--yes", "--json").json == {"sealed": 4}
    assert command("audit", "verify").code == 0
    (event,) = command("audit", "list", "--kind", "audit-resealed", "--json").json["events"]
    assert event["details"] == {"sealed": 0}
