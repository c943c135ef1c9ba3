import numpy as np
import pytest

from app.core.faces import Face, Frame, Image, QualityHint
from app.core.settings.profiles import ComputeBudget
from app.core.settings.sections import QualitySettings
from app.vision.analysis import FaceAnalyzer
from app.vision.detectors.pictures import PictureFaceDetector
from app.vision.embedding import Embedder
from app.vision.engine.engines import Engine
from app.vision.engine.session import open_session
from app.vision.manifest import Manifest
from app.vision.tracking import FaceTracker


class FixedDetector:
    """A detector that returns given faces."""

    def __init__(self, faces: list[Face]) -> None:
        self.faces = faces
        self.closed = False
        self.asked: list[tuple[int, int, int | None]] = []

    def detect(self, frame: Frame, most: int | None = None, least_share: float = 0.0) -> list[Face]:
        self.asked.append((frame.width, frame.height, most))
        return self.faces

    def close(self) -> None:
        self.closed = True


@pytest.fixture(scope="module")
def embedder(manifest: Manifest) -> Embedder:
    row = manifest.embedder("mobilefacenet")
    return Embedder(open_session(manifest.load(row), row.name, Engine(threads=1)), row)


@pytest.fixture
def analyzer(picture_detector: PictureFaceDetector, embedder: Embedder) -> FaceAnalyzer:
    return FaceAnalyzer(picture_detector, embedder, QualitySettings())


def test_one_person_is_more_like_herself_than_like_another(
    analyzer: FaceAnalyzer, hopper: Image, collins: Image
) -> None:
    smaller = np.ascontiguousarray(hopper[::2, ::2])
    vectors = []
    for image in (hopper, smaller, collins):
        (face,) = analyzer.analyze(Frame(1, image, 0))
        assert face.embedding is not None
        vectors.append(face.embedding.vector)
    assert float(vectors[0] @ vectors[1]) > 0.8
    assert float(vectors[0] @ vectors[2]) < 0.4


def test_analyzing_a_picture_runs_the_stages_one_after_the_other(analyzer: FaceAnalyzer, hopper: Image) -> None:
    frame = Frame(1, hopper, 0)
    (analyzed,) = analyzer.analyze(frame)
    faces = analyzer.track(analyzer.detect(frame))
    aligned = analyzer.align(frame, faces)
    assert analyzed.aligned is not None
    np.testing.assert_array_equal(aligned[0].image, analyzed.aligned.image)
    assert analyzer.assess(frame, faces, aligned) == [analyzed.quality]
    assert analyzed.embedding is not None
    np.testing.assert_array_equal(analyzer.embed(aligned)[0].vector, analyzed.embedding.vector)
    assert analyzer.provider == "CPUExecutionProvider"


def test_a_poor_face_is_not_embedded_unless_all_are(embedder: Embedder, hopper: Image, face: Face) -> None:
    dark = Frame(1, hopper // 12, 0)
    (poor,) = FaceAnalyzer(FixedDetector([face]), embedder, QualitySettings()).analyze(dark)
    assert QualityHint.TOO_DARK in poor.quality.hints
    assert poor.embedding is None
    (all_same,) = FaceAnalyzer(FixedDetector([face]), embedder, QualitySettings(), embed_all=True).analyze(dark)
    assert all_same.embedding is not None


def test_faces_are_numbered_where_a_tracker_is_given(embedder: Embedder, hopper: Image, face: Face) -> None:
    frame = Frame(1, hopper, 0)
    tracked = FaceAnalyzer(FixedDetector([face]), embedder, QualitySettings(), FaceTracker().update)
    assert [found.face.track for found in tracked.analyze(frame)] == [1]
    assert [found.face.track for found in tracked.analyze(frame)] == [1]
    loose = FaceAnalyzer(FixedDetector([face]), embedder, QualitySettings())
    assert [found.face.track for found in loose.analyze(frame)] == [0]


def test_an_empty_frame_has_no_faces(embedder: Embedder, hopper: Image) -> None:
    assert FaceAnalyzer(FixedDetector([]), embedder, QualitySettings()).analyze(Frame(1, hopper, 0)) == ()


def test_leaving_the_block_closes_the_detector(embedder: Embedder) -> None:
    detector = FixedDetector([])
    with FaceAnalyzer(detector, embedder, QualitySettings()):
        assert not detector.closed
    assert detector.closed


def test_faces_are_detected_in_a_scaled_picture_and_cropped_from_the_whole_one(
    analyzer: FaceAnalyzer, hopper: Image
) -> None:
    large = np.ascontiguousarray(np.repeat(np.repeat(hopper, 2, axis=0), 2, axis=1))
    (whole,) = analyzer.analyze(Frame(1, large, 0))
    analyzer.set_budget(ComputeBudget(1, flip=False, longest_side=max(hopper.shape[:2])))
    (scaled,) = analyzer.analyze(Frame(2, large, 1))
    assert scaled.face.box.iou(whole.face.box) > 0.95
    assert whole.embedding is not None
    assert scaled.embedding is not None
    assert float(whole.embedding.vector @ scaled.embedding.vector) > 0.95


def test_the_compute_budget_reaches_the_detector_and_the_embedder(embedder: Embedder) -> None:
    detector = FixedDetector([])
    analyzer = FaceAnalyzer(detector, embedder, QualitySettings())
    frame = Frame(1, np.zeros((480, 640, 3), np.uint8), 0)
    for compute_budget in (ComputeBudget(2, flip=True, longest_side=320), ComputeBudget(4, flip=False)):
        analyzer.set_budget(compute_budget)
        assert embedder.flip is compute_budget.flip
        analyzer.analyze(frame)
    assert detector.asked == [(320, 240, 2), (640, 480, 4)]
