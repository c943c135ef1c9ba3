import json
import stat
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from app.core.faces import Face, Frame
from app.evaluation.benchmarks.peers import PeerInstallations, UnmodifiedPipeline, compare_peers
from tests.unit.vision.test_embedding import FakeNetwork

FRAMES = [Frame(number, np.full((8, 10, 3), number, np.uint8), number) for number in (1, 2)]


class Detector:
    closed = False

    def detect(self, frame: Frame, most: int | None = None, least_share: float = 0.0) -> list[Face]:
        assert not self.closed
        return []

    def close(self) -> None:
        self.closed = True


def script(path: Path, body: str) -> Path:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture
def only_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only programs that a test puts here are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_installed_programs_are_timed_on_the_same_frames(only_ours: Path) -> None:
    python = script(only_ours / "python", 'echo "loading"; echo \'{"each_ms": [30, 50, 40], "faces": 1.0}\'')
    script(only_ours / "node", 'echo "{\\"each_ms\\": [$#], \\"faces\\": $3}"')
    detector = Detector()
    plain = UnmodifiedPipeline(detector, FakeNetwork(np.ones(192, np.float32), []))
    first, dlib, human = compare_peers(FRAMES, 10.0, PeerInstallations(python, only_ours), lambda: plain)
    assert first.faces == 0
    assert first.frame_p50_ms is not None
    assert detector.closed
    assert (dlib.frame_p50_ms, dlib.faces, dlib.ratio, dlib.missing) == (40, 1, 4, "")
    # node is given script, file, number, height, width
    assert (human.frame_p50_ms, human.faces) == (5, 2)


def test_missing_programs_are_reported(only_ours: Path) -> None:
    python = script(only_ours / "python", "echo \"ModuleNotFoundError: No module named 'dlib'\" >&2; exit 1")
    reports = list(compare_peers(FRAMES, 10.0, PeerInstallations(python, only_ours), None))
    assert [report.ratio for report in reports] == [None] * 3
    assert "--unrewritten" in reports[0].missing
    assert "dlib" in reports[1].missing
    assert "node" in reports[2].missing


def test_an_invalid_answer_is_reported(only_ours: Path) -> None:
    python = script(only_ours / "python", "echo hello")
    (_, dlib, _) = compare_peers(FRAMES, 10.0, PeerInstallations(python, only_ours), None)
    assert dlib.missing


def test_the_reports_can_be_written_as_json(only_ours: Path) -> None:
    for report in compare_peers(FRAMES, 10.0, PeerInstallations(only_ours / "none", only_ours), None):
        assert json.loads(json.dumps(asdict(report)))["ratio"] is None
