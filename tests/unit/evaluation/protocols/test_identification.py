"""Protocols on pictures that a fake recognises by their names: `person/degrees.jpg` is a direction in a plane."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from app.core.errors import ExportFailed, ImageError, InvalidRequest
from app.core.faces import Vector
from app.evaluation.protocols.embedding_cache import EmbeddingCache
from app.evaluation.protocols.identification import (
    ProtocolReport,
    evaluate_megaface,
    evaluate_open_set,
    evaluate_templates,
)
from app.evaluation.protocols.lists import TemplateMember, TemplatePair
from app.evaluation.protocols.report import compare_reports, read_report, write_report

ROOT = Path("pictures")


def find(paths: Sequence[Path]) -> dict[Path, Vector]:
    """A picture named “none” shows no face."""
    found = {}
    for path in (path for path in paths if not path.stem.startswith("none")):
        angle = np.radians(float(path.stem))
        found[path] = np.array([np.cos(angle), np.sin(angle)], np.float32)
    return found


def crowd(people: int = 20) -> list[Path]:
    """People 9 degrees apart, each with three pictures half a degree apart."""
    return [ROOT / f"p{n:02d}" / f"{9 * n + step / 2}.jpg" for n in range(people) for step in range(3)]


def test_open_set() -> None:
    paths = [*crowd(), ROOT / "p00" / "none.jpg"]
    report = evaluate_open_set(paths, find, {})
    assert report.facts == {"enrolled": 10, "probes": 20, "strangers": 30, "not_detected": 1}
    assert report.figures["rank_1"].value == 1
    assert report.figures["rank_1"].low < 1
    assert report.figures["fnir_at_fpir_1e-1"].value == 0
    assert "fnir_at_fpir_1e-3" not in report.figures  # thirty strangers cannot tell one in a thousand
    assert evaluate_open_set(paths, find, {}, seed=1).trials["rank_1"].units != report.trials["rank_1"].units
    joined = evaluate_open_set(crowd(4), find, {"p01": "p00"}, enrolled_share=0.5)
    assert joined.facts["enrolled"] == 2


@pytest.mark.parametrize("paths", [[], crowd(1), [ROOT / "a" / "1.jpg", ROOT / "b" / "2.jpg"], crowd(3)])
def test_open_set_needs_enrolled_and_strangers(paths: list[Path]) -> None:
    with pytest.raises(ImageError, match="Nobody can be enrolled"):
        evaluate_open_set(paths, find, {}, enrolled_share=1.0)


def test_distractors() -> None:
    probes = [(ROOT / "a" / name, "a") for name in ("0.jpg", "4.jpg", "none.jpg")]
    others = [ROOT / "x" / f"{angle}.jpg" for angle in (180, 190, 200, 2)]
    report = evaluate_megaface(probes, others, find, counts=(3, 100))
    assert report.figures["rank_1_among_3"].value == 1
    assert report.figures["rank_1_among_4"].value == 0
    assert report.facts == {"people": 1, "mates": 2, "distractors": 4, "not_detected": 1}
    assert next(iter(evaluate_megaface(probes, others, find).figures)) == "rank_1_among_4"


def test_distractors_need_mates_and_a_crowd() -> None:
    alone = [(ROOT / "a" / "0.jpg", "a")]
    with pytest.raises(ImageError, match="Nobody has two pictures"):
        evaluate_megaface(alone, [ROOT / "x" / "9.jpg"], find)
    with pytest.raises(ImageError, match="no distractor"):
        evaluate_megaface([*alone, (ROOT / "a" / "1.jpg", "a")], [ROOT / "x" / "none.jpg"], find)
    with pytest.raises(ImageError, match="Nobody has two pictures"):
        evaluate_megaface([], [ROOT / "x" / "9.jpg"], find)


MEMBERS = [
    *(TemplateMember(f"a/{angle}.jpg", "1", str(angle % 2)) for angle in (0, 2, 3)),
    TemplateMember("a/10.jpg", "2", "0"),
    TemplateMember("b/90.jpg", "3", "0"),
    TemplateMember("b/none.jpg", "4", "0"),
]
PAIRS = [
    TemplatePair("1", "2", genuine=True),
    *(TemplatePair(first, "3", genuine=False) for first in ("1", "2") for _ in range(5)),
    TemplatePair("3", "4", genuine=True),
]


def test_templates() -> None:
    report = evaluate_templates(ROOT, MEMBERS, PAIRS, find)
    assert report.facts["templates"] == 4
    assert report.facts["empty_templates"] == 1
    assert report.figures["tar_at_fmr_1e-1"].value == 0.5  # the pair with the empty one is lost
    assert report.trials["tar_at_fmr_1e-1"].right == (1, 0)


def test_templates_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ImageError, match="“9” is in a pair"):
        evaluate_templates(ROOT, MEMBERS, [*PAIRS, TemplatePair("1", "9", genuine=True)], find)
    with pytest.raises(ImageError, match="of one kind"):
        evaluate_templates(ROOT, MEMBERS, PAIRS[:1], find)


def test_templates_without_any_face_are_all_rejected() -> None:
    report = evaluate_templates(ROOT, MEMBERS, PAIRS, lambda _: {})
    assert report.figures["tar_at_fmr_1e-1"].value == 0


def _worse(paths: Sequence[Path]) -> Mapping[Path, Vector]:
    """Takes one person in five for the next."""
    found = find(paths)
    return {
        path: find([path.with_name(f"{float(path.stem) + 9}.jpg")]).popitem()[1]
        if int(path.parent.name[1:]) % 5 == 0 and not path.stem.endswith(".0")
        else vector
        for path, vector in found.items()
    }


def test_a_report_is_written_and_compared_with_a_later_one(tmp_path: Path) -> None:
    earlier = evaluate_open_set(crowd(40), _worse, {}).with_model("old <model>")
    write_report(tmp_path / "old.html", earlier, None)
    again = read_report(tmp_path / "old.json")
    assert again == earlier
    now = evaluate_open_set(crowd(40), find, {}).with_model("new")
    gain = compare_reports(again, now)["rank_1"]
    assert gain.share == pytest.approx(now.figures["rank_1"].value - earlier.figures["rank_1"].value)
    assert gain.share > 0
    assert gain.low <= gain.share <= gain.high
    write_report(tmp_path / "new.html", now, again)
    page = (tmp_path / "new.html").read_text("utf-8")
    assert page.count("<svg") == 2
    assert page.count("class='rule'") == 2
    assert f"{100 * gain.share:+.2f}" in page
    assert "http" not in page
    assert "<model>" not in page


def test_reports_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    report = evaluate_open_set(crowd(), find, {})
    other = evaluate_open_set(crowd(30), find, {})
    templates = evaluate_templates(ROOT, MEMBERS, PAIRS, find)
    for earlier in (other, templates):
        with pytest.raises(InvalidRequest, match="not of the same"):
            compare_reports(earlier, report)
    (tmp_path / "broken.json").write_text(json.dumps({"protocol": "x"}))
    for path in (tmp_path / "broken.json", tmp_path / "missing.json"):
        with pytest.raises(InvalidRequest, match=path.name):
            read_report(path)
    with pytest.raises(ExportFailed):
        write_report(tmp_path / "nowhere" / "page.html", report, None)


def _pictures(folder: Path) -> list[Path]:
    paths = [folder / name for name in ("1.jpg", "2.jpg", "none.jpg")]
    for path in paths:
        path.write_bytes(b"picture")
    return paths


def test_kept_embeddings_are_made_once(tmp_path: Path) -> None:
    paths, asked = _pictures(tmp_path), []

    def counted(missing: Sequence[Path]) -> dict[Path, Vector]:
        asked.append([path.name for path in missing])
        return find(missing)

    file = tmp_path / "kept.npz"
    first = EmbeddingCache(file, "a model").of(paths, counted)
    assert file.stat().st_mode & 0o777 == 0o600
    paths[1].write_bytes(b"another picture")
    second = EmbeddingCache(file, "a model").of(paths, counted)
    assert asked == [["1.jpg", "2.jpg", "none.jpg"], ["2.jpg"]]
    assert list(first) == list(second) == paths[:2]
    assert np.array_equal(first[paths[0]], second[paths[0]])
    with pytest.raises(InvalidRequest, match="another model"):
        EmbeddingCache(file, "another model")


def test_kept_embeddings_that_are_damaged_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "kept.npz"
    file.write_bytes(b"nothing of the kind")
    with pytest.raises(InvalidRequest, match=r"kept\.npz"):
        EmbeddingCache(file, "a model")
    vectors = np.array([[0.1, np.nan]], np.float32)
    np.savez(file, made_with=np.array("m"), names=np.array(["a"]), stamps=np.zeros((1, 2), np.int64), vectors=vectors)
    with pytest.raises(InvalidRequest, match="damaged"):
        EmbeddingCache(file, "m")
    with pytest.raises(ExportFailed):
        EmbeddingCache(tmp_path / "nowhere" / "kept.npz", "m").of(_pictures(tmp_path), find)


def test_a_report_names_its_protocol() -> None:
    report: ProtocolReport = evaluate_open_set(crowd(), find, {}).with_model("m")
    assert (report.protocol, report.model) == ("open-set", "m")
