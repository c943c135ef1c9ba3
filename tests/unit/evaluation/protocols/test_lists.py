import json
from pathlib import Path

import pytest

from app.core.errors import InvalidRequest
from app.evaluation.protocols.lists import (
    PicturePair,
    TemplateMember,
    TemplatePair,
    read_agedb,
    read_aliases,
    read_cfp,
    read_distractor_list,
    read_pairs,
    read_probe_list,
    read_template_pairs,
    read_templates,
)


def write_pair_list(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "pairs.txt"
    path.write_text(text, "utf-8")
    return path


def test_tab_separated_paths(tmp_path: Path) -> None:
    path = write_pair_list(tmp_path, "A/A_0001.jpg\tB/B_0001.jpg\t0\nA/A_0001.jpg\tA/A_0002.jpg\t1\n\n")
    assert read_pairs(path) == [
        PicturePair("A/A_0001.jpg", "B/B_0001.jpg", genuine=False),
        PicturePair("A/A_0001.jpg", "A/A_0002.jpg", genuine=True),
    ]


def test_lfw_names_and_numbers_become_file_names(tmp_path: Path) -> None:
    path = write_pair_list(tmp_path, "10\t300\nAda\t1\t4\nAda\t3\tBob\t12\n")
    assert read_pairs(path) == [
        PicturePair("Ada/Ada_0001.jpg", "Ada/Ada_0004.jpg", genuine=True),
        PicturePair("Ada/Ada_0003.jpg", "Bob/Bob_0012.jpg", genuine=False),
    ]


@pytest.mark.parametrize("line", ["a.jpg", "a.jpg\tb.jpg\t2", "Ada\tone\ttwo", "a\tb\tc\td", "Ada\t1\tBob\tx"])
def test_a_malformed_line_is_reported_with_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidRequest, match="Line 2 is not a pair"):
        read_pairs(write_pair_list(tmp_path, f"a.jpg\tb.jpg\t1\n{line}\n"))


def test_unreadable_or_empty_pair_lists_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="cannot be read"):
        read_pairs(tmp_path / "missing.txt")
    with pytest.raises(InvalidRequest, match="is empty"):
        read_pairs(write_pair_list(tmp_path, "\n"))
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidRequest, match="not text"):
        read_pairs(tmp_path / "binary.txt")


def test_aliases(tmp_path: Path) -> None:
    assert read_aliases(write_pair_list(tmp_path, "# remark\nB\tA\nD\tC\n")) == {"B": "A", "D": "C"}
    with pytest.raises(InvalidRequest, match="aliases"):
        read_aliases(write_pair_list(tmp_path, "only one name\n"))
    with pytest.raises(InvalidRequest, match="aliases"):
        read_aliases(tmp_path / "missing.tsv")


def written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


@pytest.fixture
def protocol(tmp_path: Path) -> Path:
    written(tmp_path / "Pair_list_F.txt", "1 ../Data/Images/001/frontal/01.jpg\n2 ../Data/Images/001/frontal/02.jpg\n")
    written(tmp_path / "Pair_list_P.txt", "1 ../Data/Images/001/profile/01.jpg\n2 ../Data/Images/002/profile/01.jpg\n")
    for kind in ("FF", "FP"):
        for fold in ("01", "02"):
            written(tmp_path / "Split" / kind / fold / "same.txt", "1,2\n")
            written(tmp_path / "Split" / kind / fold / "diff.txt", "2,1\n")
    return tmp_path


def test_cfp(protocol: Path) -> None:
    pairs, fold = read_cfp(protocol, "FP")
    assert fold == 2
    assert pairs[:2] == [
        PicturePair("Images/001/frontal/01.jpg", "Images/002/profile/01.jpg", genuine=True),
        PicturePair("Images/001/frontal/02.jpg", "Images/001/profile/01.jpg", genuine=False),
    ]
    assert len(pairs) == 4
    assert read_cfp(protocol, "FF")[0][0].second == "Images/001/frontal/02.jpg"


def test_cfp_lists_that_do_not_fit_are_refused(protocol: Path) -> None:
    written(protocol / "Split" / "FP" / "01" / "same.txt", "1,9\n")
    with pytest.raises(InvalidRequest, match="names picture 9"):
        read_cfp(protocol, "FP")
    written(protocol / "Split" / "FP" / "01" / "same.txt", "1,2\n1,1\n2,2\n")
    with pytest.raises(InvalidRequest, match="different lengths"):
        read_cfp(protocol, "FP")
    with pytest.raises(InvalidRequest, match="no splits"):
        read_cfp(protocol, "XX")
    (protocol / "Pair_list_P.txt").unlink()
    with pytest.raises(InvalidRequest, match="Pair_list_P"):
        read_cfp(protocol, "FP")


@pytest.mark.parametrize("text", ["a.jpg b.jpg 1\nc.jpg d.jpg 0\n", "1 a.jpg b.jpg\n0,c.jpg,d.jpg\n"])
def test_agedb(tmp_path: Path, text: str) -> None:
    assert read_agedb(written(tmp_path / "pairs.txt", text)) == [
        PicturePair("a.jpg", "b.jpg", genuine=True),
        PicturePair("c.jpg", "d.jpg", genuine=False),
    ]


@pytest.mark.parametrize("line", ["a.jpg b.jpg", "a.jpg b.jpg 2", "a b c d"])
def test_malformed_lines_are_reported(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidRequest, match="line 2 has another form"):
        read_agedb(written(tmp_path / "pairs.txt", f"a.jpg b.jpg 1\n{line}\n"))
    with pytest.raises(InvalidRequest, match="line 2 has another form"):
        read_template_pairs(written(tmp_path / "pairs.txt", f"1 2 1\n{line}\n"))


def test_megaface(tmp_path: Path) -> None:
    listed = [("a/1.jpg", "a"), ("b/1.jpg", "b")]
    told = {"path": ["a/1.jpg", "b/1.jpg"], "id": ["a", "b"]}
    assert read_probe_list(written(tmp_path / "probes.json", json.dumps(told))) == listed
    assert read_probe_list(written(tmp_path / "probes.txt", "a/1.jpg\ta\nb/1.jpg\tb\n")) == listed
    assert read_distractor_list(written(tmp_path / "crowd.json", json.dumps({"path": ["x.jpg"]}))) == ["x.jpg"]
    assert read_distractor_list(written(tmp_path / "crowd.txt", "x y.jpg\n\nz.jpg\n")) == ["x y.jpg", "z.jpg"]


@pytest.mark.parametrize("text", ["[]", "{}", '{"path": ["a"], "id": []}', "no JSON"])
def test_unexpected_json_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidRequest, match=r"list\.json"):
        read_probe_list(written(tmp_path / "list.json", text))
    if '["a"]' not in text:
        with pytest.raises(InvalidRequest, match=r"list\.json"):
            read_distractor_list(tmp_path / "list.json")


def test_ijb(tmp_path: Path) -> None:
    assert read_templates(written(tmp_path / "t.txt", "1.jpg 10 7\n2.jpg 10 8\n")) == [
        TemplateMember("1.jpg", "10", "7"),
        TemplateMember("2.jpg", "10", "8"),
    ]
    assert read_template_pairs(written(tmp_path / "p.txt", "10 11 0\n")) == [TemplatePair("10", "11", genuine=False)]


def test_missing_empty_and_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"missing\.txt"):
        read_templates(tmp_path / "missing.txt")
    with pytest.raises(InvalidRequest, match="it is empty"):
        read_templates(written(tmp_path / "empty.txt", "\n"))
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidRequest, match="not text"):
        read_templates(tmp_path / "binary.txt")
