"""Export of the audit log: content, protection from spreadsheet formulas, and disk errors."""

import csv
import errno
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.core.audit import AuditEntry, AuditEvent, AuditKind, Detail
from app.core.errors import ExportFailed, StoreLocked
from app.services.audit.audit_service import AuditLine
from app.services.audit.export import COLUMNS, ExportFormat, format_of, write_events

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def line(number: int = 1, name: str = "Ada", **details: Detail) -> AuditLine:
    entry = AuditEntry(AuditKind.FACE_REJECTED, "id-ada", "kiosk Door", details)
    return AuditLine(AuditEvent(number, AT, entry), name)


def write(path: Path, *pages: list[AuditLine]) -> list[int]:
    return list(write_events(pages, path))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_has_one_row_per_event_with_figures_in_columns(tmp_path: Path) -> None:
    path = tmp_path / "trail.csv"
    counts = write(path, [line(3, gate="similarity", value=0.42, limit=0.53, nearest="id-bob"), line(2)], [line(1)])
    assert counts == [2, 3]
    first, *others = rows(path)
    assert tuple(first) == COLUMNS
    assert first["at"] == "2026-03-04T05:06:07+00:00"
    assert (first["id"], first["kind"], first["person"], first["actor"]) == ("3", "face-rejected", "Ada", "kiosk Door")
    assert (first["gate"], first["value"], first["limit"], first["similarity"]) == ("similarity", "0.42", "0.53", "")
    assert json.loads(first["details"])["nearest"] == "id-bob"
    assert [row["id"] for row in others] == ["2", "1"]


@pytest.mark.parametrize("name", ["=1+1", "+Ada", "-Ada", "@SUM(A1)", "\tAda", '=HYPERLINK("http://x","y")'])
def test_names_are_not_spreadsheet_formulas(tmp_path: Path, name: str) -> None:
    path = tmp_path / "trail.csv"
    write(path, [line(name=name, value=-0.5)])
    (row,) = rows(path)
    assert row["person"] == f"'{name}"
    assert row["value"] == "-0.5"


@pytest.mark.parametrize(
    "name", ['Ada "the" Countess', "Ada, Lovelace", "Ada\nLovelace", "李雷", "O’Brien;x", "", "🙂"]
)
def test_any_name_survives_the_round_trip(tmp_path: Path, name: str) -> None:
    table, objects = tmp_path / "trail.csv", tmp_path / "trail.json"
    for path in (table, objects):
        write(path, [line(name=name)])
    assert rows(table)[0]["person"] == name
    assert json.loads(objects.read_text("utf-8"))["events"][0]["person"] == (name or None)
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")


def test_json_holds_all_fields(tmp_path: Path) -> None:
    path = tmp_path / "trail.JSON"
    write(path, [line(2, value=0.5, note=None)], [line(1)])
    assert json.loads(path.read_text("utf-8")) == {
        "events": [
            {
                "id": 2,
                "at": "2026-03-04T05:06:07+00:00",
                "kind": "face-rejected",
                "person": "Ada",
                "person_id": "id-ada",
                "actor": "kiosk Door",
                "role": "",
                "details": {"value": 0.5, "note": None},
            },
            {
                "id": 1,
                "at": "2026-03-04T05:06:07+00:00",
                "kind": "face-rejected",
                "person": "Ada",
                "person_id": "id-ada",
                "actor": "kiosk Door",
                "role": "",
                "details": {},
            },
        ]
    }


def test_an_empty_log_gives_a_valid_file(tmp_path: Path) -> None:
    table, objects = tmp_path / "trail.csv", tmp_path / "trail.json"
    assert write(table) == write(objects) == []
    assert rows(table) == []
    assert json.loads(objects.read_text("utf-8")) == {"events": []}


def test_the_file_name_determines_the_format() -> None:
    assert format_of(Path("a.json")) is ExportFormat.JSON
    assert format_of(Path("a.csv")) is format_of(Path("a")) is format_of(Path("a.json.txt")) is ExportFormat.CSV


def test_stopping_keeps_the_existing_file(tmp_path: Path) -> None:
    path = tmp_path / "trail.csv"
    path.write_text("before")
    writing = write_events([[line(2)], [line(1)]], path)
    assert next(writing) == 1
    writing.close()
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_an_unreadable_log_leaves_no_file(tmp_path: Path) -> None:
    def pages() -> Iterator[list[AuditLine]]:
        yield [line()]
        raise StoreLocked(path="people.sqlite3")

    with pytest.raises(StoreLocked):
        list(write_events(pages(), tmp_path / "trail.csv"))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_or_unwritable_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportFailed, match="No such file or directory"):
        write(tmp_path / "nowhere" / "trail.csv", [line()])
    with pytest.raises(ExportFailed) as caught:
        write(Path("/proc/trail.csv"), [line()])
    assert "/proc/trail.csv" in caught.value.message
    assert caught.value.hint


def test_a_path_of_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "trail.csv").mkdir()
    with pytest.raises(ExportFailed):
        write(tmp_path / "trail.csv", [line()])
    assert [path.name for path in tmp_path.iterdir()] == ["trail.csv"]


def test_a_full_disk_is_an_error_and_leaves_no_partial_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ExportFailed, match="No space left"):
        write(tmp_path / "trail.json", [line()])
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fills_up_during_the_export_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("json.dump", full)
    with pytest.raises(ExportFailed, match="No space left"):
        write(tmp_path / "trail.json", [line()])
    assert list(tmp_path.iterdir()) == []
