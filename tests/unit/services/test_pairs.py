from pathlib import Path

import pytest

from app.core.errors import InvalidRequest
from app.services.pairs import Pair, read_aliases, read_pairs


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pairs.txt"
    path.write_text(text, "utf-8")
    return path


def test_tab_separated_paths(tmp_path: Path) -> None:
    path = written(tmp_path, "A/A_0001.jpg\tB/B_0001.jpg\t0\nA/A_0001.jpg\tA/A_0002.jpg\t1\n\n")
    assert read_pairs(path) == [
        Pair("A/A_0001.jpg", "B/B_0001.jpg", genuine=False),
        Pair("A/A_0001.jpg", "A/A_0002.jpg", genuine=True),
    ]


def test_the_form_of_lfw(tmp_path: Path) -> None:
    path = written(tmp_path, "10\t300\nAda\t1\t4\nAda\t3\tBob\t12\n")
    assert read_pairs(path) == [
        Pair("Ada/Ada_0001.jpg", "Ada/Ada_0004.jpg", genuine=True),
        Pair("Ada/Ada_0003.jpg", "Bob/Bob_0012.jpg", genuine=False),
    ]


@pytest.mark.parametrize("line", ["a.jpg", "a.jpg\tb.jpg\t2", "Ada\tone\ttwo", "a\tb\tc\td", "Ada\t1\tBob\tx"])
def test_a_line_of_neither_form_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidRequest, match="Line 2 is not a pair"):
        read_pairs(written(tmp_path, f"a.jpg\tb.jpg\t1\n{line}\n"))


def test_files_that_are_missing_empty_or_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="cannot be read"):
        read_pairs(tmp_path / "missing.txt")
    with pytest.raises(InvalidRequest, match="is empty"):
        read_pairs(written(tmp_path, "\n"))
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidRequest, match="not text"):
        read_pairs(tmp_path / "binary.txt")


def test_aliases(tmp_path: Path) -> None:
    assert read_aliases(written(tmp_path, "# remark\nB\tA\nD\tC\n")) == {"B": "A", "D": "C"}
    with pytest.raises(InvalidRequest, match="aliases"):
        read_aliases(written(tmp_path, "only one name\n"))
    with pytest.raises(InvalidRequest, match="aliases"):
        read_aliases(tmp_path / "missing.tsv")
