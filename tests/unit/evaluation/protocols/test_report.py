"""Protocol reports in files."""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from app.core.errors import ExportFailed, InvalidRequest
from app.core.faces import Vector
from app.evaluation.protocols.identification import OpenSetPlan, evaluate_megaface, evaluate_open_set
from app.evaluation.protocols.report import ProtocolReport, compare_reports, read_report, write_report
from tests.unit.evaluation.protocols.fakes import crowd, embed_by_name


def _worse(paths: Sequence[Path]) -> Mapping[Path, Vector]:
    """Confuses one person in five with the next."""
    found = embed_by_name(paths)
    return {
        path: embed_by_name([path.with_name(f"{float(path.stem) + 9}.jpg")]).popitem()[1]
        if int(path.parent.name[1:]) % 5 == 0 and not path.stem.endswith(".0")
        else vector
        for path, vector in found.items()
    }


def test_a_report_is_written_and_compared_with_a_later_one(tmp_path: Path) -> None:
    earlier = evaluate_open_set(crowd(40), _worse, {}, OpenSetPlan()).with_model("old <model>")
    write_report(tmp_path / "old.html", earlier, None)
    stored = read_report(tmp_path / "old.json")
    assert stored == earlier
    now = evaluate_open_set(crowd(40), embed_by_name, {}, OpenSetPlan()).with_model("new")
    change = compare_reports(stored, now)["rank_1"]
    assert change.share == pytest.approx(now.figures["rank_1"].value - earlier.figures["rank_1"].value)
    assert change.share > 0
    assert change.low <= change.share <= change.high
    write_report(tmp_path / "new.html", now, stored)
    page = (tmp_path / "new.html").read_text("utf-8")
    assert page.count("<svg") == 2
    assert page.count('id="curve-1"') == 2
    assert f"{100 * change.share:+.2f}" in page
    assert not re.search(r"(src|href)=[\"'](?!#)|url\((?!#)|@import", page)
    assert "<model>" not in page


def test_reports_of_other_pictures_or_protocols_are_refused(tmp_path: Path) -> None:
    report = evaluate_open_set(crowd(), embed_by_name, {}, OpenSetPlan())
    other = evaluate_open_set(crowd(30), embed_by_name, {}, OpenSetPlan())
    megaface = evaluate_megaface([(path, path.parent.name) for path in crowd(2)], crowd()[-6:], embed_by_name)
    for earlier in (other, megaface):
        with pytest.raises(InvalidRequest, match="not of the same"):
            compare_reports(earlier, report)
    (tmp_path / "broken.json").write_text(json.dumps({"protocol": "x"}))
    for path in (tmp_path / "broken.json", tmp_path / "missing.json"):
        with pytest.raises(InvalidRequest, match=path.name):
            read_report(path)
    with pytest.raises(ExportFailed):
        write_report(tmp_path / "nowhere" / "page.html", report, None)


def test_a_report_names_its_protocol() -> None:
    report: ProtocolReport = evaluate_open_set(crowd(), embed_by_name, {}, OpenSetPlan()).with_model("m")
    assert (report.protocol, report.model) == ("open-set", "m")
