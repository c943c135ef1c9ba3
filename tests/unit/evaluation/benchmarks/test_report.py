import re
from xml.etree import ElementTree

import pytest

from app.evaluation.benchmarks.frames import FrameReport, ResourceUsage
from app.evaluation.benchmarks.peers import PeerReport
from app.evaluation.benchmarks.report import render_report
from app.evaluation.benchmarks.startup import StartupReport
from app.pipeline.timings import Percentiles

REPORT = FrameReport(
    frame_p50_ms=14.5, frame_p95_ms=19.0, frame_p99_ms=25.0, load_ms=300, first_ms=40,
    stages={"detect": Percentiles(9.7, 12.0, 14.0), "embed": Percentiles(3.9, 5.0, 6.0)},
    cost=ResourceUsage(341, 0.5, 1.4, None), energy_mj_per_frame=None,
    provider="CPUExecutionProvider", resolution="640×480",
    faces=1.0, frames=4, each_ms=(14.0, 15.0, 13.0, 25.0),
)  # fmt: skip
PEERS = [PeerReport("plain", 29, 33, 1.0, 2.0), PeerReport("<dlib>", None, None, None, None, "it is not installed")]


def test_page_shows_the_measurements_and_is_self_contained() -> None:
    text = render_report(REPORT, PEERS, StartupReport(2.1, 1.2))
    for word in ("14.50", "19.00", "25.00", "9.70", "2.0 ×", "it is not installed", "2.10 s, 1.20 s", "&lt;dlib&gt;"):
        assert word in text
    assert not re.search(r"(src|href)=[\"'](?!#)|url\((?!#)|@import", text)


def test_plots_are_well_formed_and_show_every_measurement() -> None:
    plots = re.findall(r"<svg.*?</svg>", render_report(REPORT, PEERS), re.DOTALL)
    assert len(plots) == 3
    stages, frames, peers = (ElementTree.fromstring(plot) for plot in plots)
    ids = {element.attrib.get("id") for element in stages.iter()}
    assert {f"stage-{name}" for name in REPORT.stages} <= ids
    (line,) = (element for element in frames.iter() if element.attrib.get("id") == "frames")
    (path,) = (element for element in line.iter() if element.tag.endswith("path"))
    assert len(re.findall(r"[ML] ", path.attrib["d"])) == REPORT.frames
    texts = {element.text for element in peers.iter() if element.tag.endswith("text")}
    assert {"Facelatch", "plain"} <= texts


@pytest.mark.parametrize("start", [None, StartupReport(None, 1.0)])
def test_missing_measurements_are_shown_as_dashes(start: StartupReport | None) -> None:
    text = render_report(REPORT, (), start)
    assert "– mJ" in text
    assert ("– s, 1.00 s" in text) is (start is not None)
    assert "Other programs" not in text
