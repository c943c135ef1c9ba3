import json
from pathlib import Path

import pytest

from app.core.errors import InvalidRequest
from app.services.pairs import Pair
from app.services.protocol_lists import (
    Member,
    TemplatePair,
    read_agedb,
    read_cfp,
    read_people_list,
    read_picture_list,
    read_template_pairs,
    read_templates,
)


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
        Pair("Images/001/frontal/01.jpg", "Images/002/profile/01.jpg", genuine=True),
        Pair("Images/001/frontal/02.jpg", "Images/001/profile/01.jpg", genuine=False),
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
        Pair("a.jpg", "b.jpg", genuine=True),
        Pair("c.jpg", "d.jpg", genuine=False),
    ]


@pytest.mark.parametrize("line", ["a.jpg b.jpg", "a.jpg b.jpg 2", "a b c d"])
def test_a_line_of_another_form_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidRequest, match="line 2 has another form"):
        read_agedb(written(tmp_path / "pairs.txt", f"a.jpg b.jpg 1\n{line}\n"))
    with pytest.raises(InvalidRequest, match="line 2 has another form"):
        read_template_pairs(written(tmp_path / "pairs.txt", f"1 2 1\n{line}\n"))


def test_megaface(tmp_path: Path) -> None:
    listed = [("a/1.jpg", "a"), ("b/1.jpg", "b")]
    told = {"path": ["a/1.jpg", "b/1.jpg"], "id": ["a", "b"]}
    assert read_people_list(written(tmp_path / "probes.json", json.dumps(told))) == listed
    assert read_people_list(written(tmp_path / "probes.txt", "a/1.jpg\ta\nb/1.jpg\tb\n")) == listed
    assert read_picture_list(written(tmp_path / "crowd.json", json.dumps({"path": ["x.jpg"]}))) == ["x.jpg"]
    assert read_picture_list(written(tmp_path / "crowd.txt", "x y.jpg\n\nz.jpg\n")) == ["x y.jpg", "z.jpg"]


@pytest.mark.parametrize("text", ["[]", "{}", '{"path": ["a"], "id": []}', "no JSON"])
def test_json_of_another_form_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidRequest, match=r"list\.json"):
        read_people_list(written(tmp_path / "list.json", text))
    if '["a"]' not in text:
        with pytest.raises(InvalidRequest, match=r"list\.json"):
            read_picture_list(tmp_path / "list.json")


def test_ijb(tmp_path: Path) -> None:
    assert read_templates(written(tmp_path / "t.txt", "1.jpg 10 7\n2.jpg 10 8\n")) == [
        Member("1.jpg", "10", "7"),
        Member("2.jpg", "10", "8"),
    ]
    assert read_template_pairs(written(tmp_path / "p.txt", "10 11 0\n")) == [TemplatePair("10", "11", genuine=False)]


def test_files_that_are_missing_empty_or_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match=r"missing\.txt"):
        read_templates(tmp_path / "missing.txt")
    with pytest.raises(InvalidRequest, match="it is empty"):
        read_templates(written(tmp_path / "empty.txt", "\n"))
    (tmp_path / "binary.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidRequest, match="not text"):
        read_templates(tmp_path / "binary.txt")
