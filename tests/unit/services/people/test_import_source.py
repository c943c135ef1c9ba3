from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import calendar
from app.core.errors import ImportUnreadable
from app.services.people.import_source import ImportCandidate, count_candidates, read_candidates

HEADINGS = "name,pictures,badge,groups,note,valid_from,valid_until,consent\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def read(table: Path, text: str, encoding: str = "utf-8", told: str | None = None) -> list[ImportCandidate]:
    table.write_bytes(text.encode(encoding))
    return list(read_candidates(table, told))


def test_a_line_gives_all_fields(table: Path, tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "b.png").touch()
    (ada,) = read(table, HEADINGS + "Ada,a.jpg; ada,17,Workshop|Night,Room 3,2026-01-01,2026-12-31,Yes\n")
    assert ada.applicant is not None
    assert ada.pictures == (tmp_path / "a.jpg", tmp_path / "ada" / "b.png")
    assert (ada.applicant.badge, ada.applicant.groups, ada.applicant.note) == ("17", ("Workshop", "Night"), "Room 3")
    assert ada.applicant.valid_from == calendar.start_of_day(date(2026, 1, 1))
    assert ada.applicant.valid_until == calendar.end_of_day(date(2026, 12, 31))
    assert ada.agreed is True
    assert ada.where == "2"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_chinese_names_are_decoded(table: Path, encoding: str) -> None:
    found = read(table, "name,pictures\n王小明,a.jpg\n朱镕基,b.jpg\n欧阳喆,c.jpg\n", encoding)
    assert [candidate.name for candidate in found] == ["王小明", "朱镕基", "欧阳喆"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_accented_names_are_decoded(table: Path, encoding: str) -> None:
    names = ["Zoë Müller", "José Núñez", "Søren Ångström", "Françoise"]
    found = read(table, "name,pictures\n" + "".join(f"{name},a.jpg\n" for name in names), encoding)
    assert [candidate.name for candidate in found] == names


def test_an_explicit_encoding_is_used(table: Path) -> None:
    (candidate,) = read(table, "name,pictures\nŁukasz,a.jpg\n", "cp1250", told="cp1250")
    assert candidate.name == "Łukasz"
    with pytest.raises(ImportUnreadable):
        list(read_candidates(table, "no-such-encoding"))
    with pytest.raises(ImportUnreadable):
        list(read_candidates(table, "ascii"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_columns_in_any_order_and_with_any_delimiter(table: Path, separator: str) -> None:
    text = separator.join(("Pictures ", "NAME", "badge")) + "\n" + separator.join(("a.jpg", '"Ada"', "1")) + "\n\n"
    (candidate,) = read(table, text)
    assert candidate.name == "Ada"
    assert candidate.applicant is not None
    assert candidate.applicant.badge == "1"
    assert candidate.agreed is None


@pytest.mark.parametrize(
    "text", ["", "\n", "name\nAda\n", "name,pictures,age\n", "name,name,pictures\n", "Ada,a.jpg\n", "name;pictures,x\n"]
)
def test_wrong_columns_are_listed_with_the_required_ones(table: Path, text: str) -> None:
    with pytest.raises(ImportUnreadable, match="columns") as caught:
        read(table, text)
    assert "name, pictures" in caught.value.hint
    assert "valid_until" in caught.value.hint


def test_an_invalid_line_is_reported_with_its_number_and_reading_continues(table: Path) -> None:
    lines = ["Ada,a.jpg,,,,31.12.2026,,", "Bob,b.jpg,1,2,3,,,yes,too many", "Cy,c.jpg,,,,0001-01-01,,", "Dee,d.jpg"]
    found = read(table, HEADINGS + "\n".join(lines))
    assert [(candidate.where, candidate.problem is None) for candidate in found] == [
        ("2", False),
        ("3", False),
        ("4", False),
        ("5", True),
    ]
    assert "31.12.2026" in str(found[0].problem)


@pytest.mark.parametrize(
    ("word", "agreed"), [("yes", True), ("是", True), ("no", False), ("", False), ("maybe", False)]
)
def test_only_yes_counts_as_consent(table: Path, word: str, agreed: bool) -> None:
    (candidate,) = read(table, f"name,pictures,consent\nAda,a.jpg,{word}\n")
    assert candidate.agreed is agreed


def test_one_folder_per_person(tmp_path: Path) -> None:
    for name in ("Bob", "Ada", ".hidden"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.jpg").touch()
    (tmp_path / "notes.txt").touch()
    found = list(read_candidates(tmp_path))
    assert [(candidate.name, len(candidate.pictures)) for candidate in found] == [("Ada", 1), ("Bob", 1)]
    assert count_candidates(tmp_path) == 2


def test_a_missing_source_is_an_error(tmp_path: Path) -> None:
    for source in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(ImportUnreadable) as caught:
            list(read_candidates(source))
        assert str(source) in caught.value.message
    with pytest.raises(ImportUnreadable):
        count_candidates(tmp_path / "missing.csv")


def test_lines_are_read_lazily(table: Path) -> None:
    table.write_text("name,pictures\n" + "Ada,a.jpg\n" * 100_000)
    assert count_candidates(table) == 100_000
    lines = read_candidates(table)
    assert next(lines).where == "2"
    assert sum(1 for _ in lines) == 99_999


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_rejected_with_an_import_error(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    table = tmp_path_factory.mktemp("any") / "people.csv"
    table.write_bytes(b"name,pictures\n" + content)
    with suppress(ImportUnreadable):
        for candidate in read_candidates(table):
            assert candidate.where.isdigit()
