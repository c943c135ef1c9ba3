import re
from xml.etree import ElementTree

import pytest

from app.evaluation.benchmarks.frames import FrameReport, ResourceUsage
from app.evaluation.benchmarks.peers import PeerReport
from app.evaluation.benchmarks.report import page
from app.evaluation.benchmarks.startup import StartupReport
from app.pipeline.timings import Percentiles

REPORT = FrameReport(
    frame_p50_ms=14.5, frame_p95_ms=19.0, frame_p99_ms=25.0, load_ms=300, first_ms=40,
    stages={"detect": Percentiles(9.7, 12.0, 14.0), "embed": Percentiles(3.9, 5.0, 6.0)},
    cost=ResourceUsage(341, 0.5, 1.4, None),
    energy_mj_per_frame=None, provider="CPUExecutionProvider", resolution="640×480",
    faces=1.0, frames=4, each_ms=(14.0, 15.0, 13.0, 25.0),
)  # fmt: skip
PEERS = [PeerReport("plain", 29, 33, 1.0, 2.0), PeerReport("<dlib>", None, None, None, None, "it is not installed")]


def test_it_says_what_was_measured_and_needs_nothing_else() -> None:
    text = page(REPORT, PEERS, StartupReport(2.1, 1.2))
    for word in ("14.50", "19.00", "25.00", "9.70", "2.0 ×", "it is not installed", "2.10 s, 1.20 s", "&lt;dlib&gt;"):
        assert word in text
    assert not re.search(r"(src|href)=|url\(|@import|https?:", text)


def test_its_plots_are_well_formed_and_within_their_frames() -> None:
    plots = re.findall(r"<svg.*?</svg>", page(REPORT, PEERS), re.DOTALL)
    assert len(plots) == 3
    for plot in plots:
        drawn = ElementTree.fromstring(plot)
        width, height = (float(value) for value in drawn.attrib["viewBox"].split()[2:])
        for bar in drawn.iter("rect"):
            assert float(bar.attrib["x"]) + float(bar.attrib["width"]) <= width + 1
            assert float(bar.attrib["y"]) + float(bar.attrib["height"]) <= height
        for line in drawn.iter("polyline"):
            assert len(line.attrib["points"].split()) == REPORT.frames


@pytest.mark.parametrize("start", [None, StartupReport(None, 1.0)])
def test_what_was_not_measured_is_a_dash(start: StartupReport | None) -> None:
    text = page(REPORT, (), start)
    assert "– mJ" in text
    assert ("– s, 1.00 s" in text) is (start is not None)
    assert "Beside others" not in text
