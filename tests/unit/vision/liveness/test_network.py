"""Liveness networks on fake sessions, and on a real network if it is available."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.camera.picture_file import read_picture
from app.core.errors import ModelIncompatible
from app.core.faces import Box, Frame
from app.core.liveness import CueResult, LivenessVerdict
from app.vision.detectors.base import face_from_landmarks
from app.vision.detectors.pictures import PictureFaceDetector
from app.vision.engine.engines import Engine
from app.vision.engine.io_binding import Shape
from app.vision.engine.session import open_session
from app.vision.liveness.network import LivenessNetwork, NetworkCue, crop_square
from app.vision.manifest import LivenessRow, Manifest
from tests.unit.vision.liveness.synthetic_faces import analyzed, points, texture

ROW = LivenessRow(
    name="some", file="some.onnx", sha256="0" * 64, licence="Apache-2.0", origin="tests", card="some.md",
    kind="liveness", input_size=(64, 48), crop_scale=1.5, colour="RGB", mean=0.0, scale=255.0, outputs=2,
    live_output=0, softmax=True, passes=0.8, denies=0.2,
)  # fmt: skip
FACE = analyzed(face_from_landmarks(points().astype(np.float32)))

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True)
class Scripted:
    """A fake network."""

    answer: Run
    input_shape: Shape = (None, 3, 64, 48)
    output_shape: Shape = (None, 2)
    provider: str = "test"

    def run(self, batch: NDArray[Any]) -> NDArray[np.float32]:
        return self.answer(batch)

    def run_all(self, batch: NDArray[Any]) -> list[NDArray[np.float32]]:
        return [self.answer(batch)]


def scores(live: float) -> Run:
    """A network that returns logits of this probability."""
    return lambda _: np.array([[np.log(live), np.log(1 - live)]], np.float32)


def said(live: float, frames: int = 40) -> CueResult:
    cue = NetworkCue(LivenessNetwork(Scripted(scores(live)), ROW))
    for number in range(1, frames + 1):
        cue.observe(Frame(number, texture(), number), FACE)
    return cue.result()


@pytest.mark.parametrize(
    ("live", "verdict"),
    [(0.95, LivenessVerdict.PASSED), (0.5, LivenessVerdict.NOT_ENOUGH), (0.05, LivenessVerdict.FAILED)],
)
def test_the_limits_of_the_row_decide_the_verdict(live: float, verdict: LivenessVerdict) -> None:
    result = said(live)
    assert (result.cue, result.verdict) == ("network:some", verdict)
    assert result.evidence["live"] == pytest.approx(live, abs=1e-5)


def test_a_passed_verdict_is_withdrawn_only_well_below_its_limit() -> None:
    live = [0.85]
    network = Scripted(lambda _: np.array([[np.log(live[0]), np.log(1 - live[0])]], np.float32))
    cue = NetworkCue(LivenessNetwork(network, ROW))

    def after(value: float) -> CueResult:
        live[0] = value
        for number in range(1, 41):
            cue.observe(Frame(number, texture(), number), FACE)
        return cue.result()

    assert [after(value).verdict for value in (0.75, 0.85, 0.75, 0.65, 0.1, 0.25, 0.35)] == [
        LivenessVerdict.NOT_ENOUGH,
        LivenessVerdict.PASSED,
        LivenessVerdict.PASSED,
        LivenessVerdict.NOT_ENOUGH,
        LivenessVerdict.FAILED,
        LivenessVerdict.FAILED,
        LivenessVerdict.NOT_ENOUGH,
    ]


def test_one_outlier_does_not_change_the_verdict() -> None:
    values = iter([0.9, 0.9, 0.01, 0.9, 0.9])

    def run(_: NDArray[np.float32]) -> NDArray[np.float32]:
        live = next(values)
        return np.array([[np.log(live), np.log(1 - live)]], np.float32)

    cue = NetworkCue(LivenessNetwork(Scripted(run), ROW))
    for number in range(1, 26):
        cue.observe(Frame(number, texture(), number), FACE)
    assert cue.result().verdict is LivenessVerdict.PASSED


def test_a_few_frames_are_not_enough() -> None:
    assert said(0.95, frames=20).verdict is LivenessVerdict.NOT_ENOUGH


def test_the_picture_is_made_as_the_row_says() -> None:
    seen: list[NDArray[np.float32]] = []

    def run(batch: NDArray[np.float32]) -> NDArray[np.float32]:
        seen.append(batch)
        return np.array([[0.3, 0.7]], np.float32)

    row = ROW.model_copy(update={"colour": "BGR", "mean": 10.0, "scale": 2.0, "softmax": False, "live_output": 1})
    image = np.zeros((100, 120, 3), np.uint8)
    image[..., 0] = 50
    live = LivenessNetwork(Scripted(run), row).live(Frame(1, image, 0), Box(30, 20, 40, 40))
    assert live == pytest.approx(0.7)
    assert seen[0].shape == (1, 3, 64, 48)
    assert np.allclose(seen[0][0, 2], 20)
    assert np.allclose(seen[0][0, 0], -5)


@pytest.mark.parametrize(("into", "out"), [((None, 3, 48, 64), (None, 2)), ((None, 3, 64, 48), (None, 3))])
def test_a_network_that_does_not_fit_its_row_is_refused(into: Shape, out: Shape) -> None:
    with pytest.raises(ModelIncompatible, match="some"):
        LivenessNetwork(Scripted(scores(0.5), into, out), ROW)


@pytest.mark.parametrize("box", [Box(-30, -20, 60, 60), Box(90, 70, 60, 60), Box(10, 10, 80, 80)])
def test_a_crop_at_the_edge_is_mirrored(box: Box) -> None:
    image = np.random.default_rng(1).integers(0, 255, (100, 120, 3)).astype(np.uint8)
    assert crop_square(image, box, 1.5, (32, 32)).shape == (32, 32, 3)
    inner = crop_square(image, Box(40, 30, 20, 20), 1.0, (20, 20))
    assert np.array_equal(inner, image[30:50, 40:60])


@pytest.mark.parametrize(
    "change",
    [{"live_output": 2}, {"denies": 0.9}, {"crop_scale": 0.0}, {"scale": 0.0}, {"passes": 2.0}],
)
def test_a_row_that_contradicts_itself_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(change))):
        LivenessRow.model_validate({**ROW.model_dump(), **change})


@pytest.mark.eval
def test_the_shipped_network_tells_a_face_from_a_print_and_a_replay(
    eval_dir: Path, manifest: Manifest, picture_detector: PictureFaceDetector
) -> None:
    (row,) = manifest.liveness()
    shipped = LivenessNetwork(open_session(manifest.load(row), row.name, Engine()), row)
    live = {}
    for picture in sorted((eval_dir / "spoof").glob("*.jpg")):
        frame = Frame(1, read_picture(picture), 0)
        live[picture.stem[-2:]] = shipped.live(frame, picture_detector.detect(frame)[0].box)
    assert live["T1"] > row.passes
    assert live["F1"] < row.denies
    assert live["F2"] < row.denies
