"""Faces that are not embedded in every frame, in the recognition's own thread: the eye swaps people in mid-track."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from app.core.faces import AnalyzedFace, Box, Embedding, Face, Frame, QualityHint
from app.core.settings.profiles import ComputeBudget
from app.flows.enrolment import EnrolmentFlow
from app.flows.verification import CONFIRM_FRAMES, TrackState
from app.pipeline.embedding_reuse import ReuseRule
from app.pipeline.latest_slot import LatestSlot
from app.pipeline.recognition_thread import RecognitionThread
from app.pipeline.results import FrameResult, Recognizer
from app.pipeline.timings import Timings
from app.vision.analysis import Analysis, Known, nobody
from app.wiring import Application
from tests.fakes.camera import ManualClock, plain
from tests.fakes.quality_issues import issues_for
from tests.unit.flows.enrolment_frames import PLAN, score
from tests.unit.pipeline.test_recognizer import ADA, GOOD, LIKE_ADA, LIKE_NOBODY, identify

RULE = ReuseRule()


class Watcher:
    """Sees faces of which it knows the embedding, and gives it where it is asked for."""

    provider = "Watcher"

    def __init__(self) -> None:
        self.people: dict[int, tuple[Box, Embedding]] = {1: (Box(0, 0, 50, 50), LIKE_ADA)}
        self.embedded: list[int] = []
        self.followed = 0
        self.sure = True

    def analyze(self, frame: Frame, known: Known = nobody) -> Analysis:
        mesh = np.zeros((478, 3), np.float32)
        faces = [Face(box, mesh, track) for track, (box, _) in self.people.items()]
        spared: Collection[int] = known(faces)
        self.embedded = [face.track for face in faces if face.track not in spared]
        return Analysis(tuple(self._analyzed(face) for face in faces), {})

    def _analyzed(self, face: Face) -> AnalyzedFace:
        embedding = self.people[face.track][1] if face.track in self.embedded else None
        return AnalyzedFace(face, GOOD, embedding)

    def set_budget(self, compute_budget: ComputeBudget) -> None:
        """It costs nothing anyway."""

    def follow(self, frame: Frame) -> Analysis | None:
        """Blindly: it takes whoever is there for whoever was."""
        self.embedded, self.followed = [], self.followed + 1
        mesh = np.zeros((478, 3), np.float32)
        faces = [Face(box, mesh, track) for track, (box, _) in self.people.items()]
        return Analysis(tuple(self._analyzed(face) for face in faces), {}) if self.sure else None

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Glow:
    """Colours that a screen shows until some time."""

    end_ns: int

    def colour_at(self, now_ns: int) -> tuple[int, int, int] | None:
        return None


class Scene:
    def __init__(self, rule: ReuseRule | None) -> None:
        self.clock, self.eye = ManualClock(), Watcher()
        self.frames: LatestSlot[Frame] = LatestSlot()
        self.results: LatestSlot[FrameResult] = LatestSlot()
        self.recognizer = Recognizer(identify, Timings(), self.clock, rechecks=rule)
        self.thread = RecognitionThread(lambda: self.eye, self.recognizer, self.frames, self.results.put)
        self._shown = 0

    def show(self, after_s: float = 0.033) -> FrameResult:
        self._shown += 1
        self.clock.advance(after_s)
        self.frames.put(Frame(self._shown, plain(), self.clock.monotonic_ns()))
        result = self.results.take(5)
        assert result is not None
        return result

    def settle(self) -> None:
        for _ in range(CONFIRM_FRAMES):
            result = self.show()
        assert {face.status.state for face in result.faces} <= {TrackState.MATCHED, TrackState.UNKNOWN}

    def embedded(self, frames: int) -> list[bool]:
        found = []
        for _ in range(frames):
            self.show()
            found.append(1 in self.eye.embedded)
        return found


@pytest.fixture
def scene() -> Iterator[Scene]:
    scene = Scene(RULE)
    scene.thread.start()
    yield scene
    scene.thread.request_stop()
    assert scene.thread.join(5)


def test_a_settled_face_is_embedded_every_tenth_frame_and_keeps_its_word(scene: Scene) -> None:
    scene.settle()
    assert scene.embedded(2 * RULE.frames) == [n % RULE.frames == 0 for n in range(1, 2 * RULE.frames + 1)]
    (face,) = scene.show().faces
    assert (face.status.state, face.status.person) == (TrackState.MATCHED, ADA)
    assert face.analyzed.embedding is None
    assert face.embedding is LIKE_ADA
    assert face.match is not None
    assert face.match.accepted


def test_a_swap_within_a_track_is_caught_within_ten_frames(scene: Scene) -> None:
    for shown_before in range(RULE.frames):
        scene.eye.people[1] = Box(0, 0, 50, 50), LIKE_ADA
        scene.recognizer.reset_faces()
        scene.settle()
        scene.embedded(shown_before)
        scene.eye.people[1] = Box(0, 0, 50, 50), LIKE_NOBODY
        states = [scene.show().faces[0].status.state for _ in range(RULE.frames)]
        assert TrackState.CHECKING in states
        caught = states.index(TrackState.CHECKING)
        assert all(state is TrackState.MATCHED for state in states[:caught])
        for _ in range(CONFIRM_FRAMES):
            last = scene.show().faces[0]
        assert last.status.state is TrackState.UNKNOWN


def test_settled_faces_are_followed_twice_and_then_looked_at(scene: Scene) -> None:
    scene.settle()
    assert scene.eye.followed == 0
    counted = []
    for _ in range(6):
        scene.show()
        counted.append(scene.eye.followed)
    assert counted == [1, 2, 2, 3, 4, 4]


def test_whoever_cannot_be_followed_is_embedded_at_once(scene: Scene) -> None:
    scene.settle()
    scene.eye.sure = False
    scene.eye.people[1] = Box(0, 0, 50, 50), LIKE_NOBODY
    (face,) = scene.show().faces
    assert scene.eye.embedded == [1]
    assert face.status.state is TrackState.CHECKING


def test_nobody_is_followed_over_a_gap(scene: Scene) -> None:
    scene.settle()
    scene.show(RULE.followed_ns / 1e9 + 0.001)
    assert scene.eye.followed == 0


def test_nobody_is_followed_while_the_screen_shines(scene: Scene) -> None:
    scene.settle()
    scene.recognizer.shine(Glow(scene.clock.monotonic_ns() + 10**9))
    for _ in range(30):
        scene.show()
    assert scene.eye.followed == 0
    scene.show(2.0)
    scene.show()
    assert scene.eye.followed == 1


def test_of_many_who_are_undecided_two_are_embedded_in_a_frame_and_all_in_turn(scene: Scene) -> None:
    scene.eye.people = {track: (Box(200.0 * track, 0, 50, 50), LIKE_ADA) for track in range(1, 6)}
    taken, words = [], []
    for _ in range(8):
        words.append([face.status.state for face in scene.show().faces])
        taken.append(sorted(scene.eye.embedded))
    assert taken == [[1, 2], [3, 4], [1, 5], [2, 3], [1, 4], [2, 5], [3, 4], [5]]
    assert set(words[3]) == {TrackState.CHECKING}
    assert set(words[7]) == {TrackState.MATCHED}


def test_nobody_is_taken_at_their_word_while_the_word_is_open(scene: Scene) -> None:
    assert scene.embedded(CONFIRM_FRAMES) == [True] * CONFIRM_FRAMES


@pytest.mark.parametrize(
    "people",
    [
        {1: (Box(30, 0, 50, 50), LIKE_ADA)},  # it jumps
        {1: (Box(0, 0, 50, 50), LIKE_ADA), 2: (Box(30, 0, 50, 50), LIKE_NOBODY)},  # somebody comes in between
        {7: (Box(0, 0, 50, 50), LIKE_ADA)},  # the track broke
    ],
)
def test_what_looks_like_a_swap_is_looked_at_at_once(scene: Scene, people: dict[int, tuple[Box, Embedding]]) -> None:
    scene.settle()
    scene.eye.people = people
    scene.show()
    assert set(scene.eye.embedded) == set(people)


def test_slow_cameras_are_no_excuse(scene: Scene) -> None:
    scene.settle()
    scene.show(RULE.within_ns / 1e9 + 0.001)
    assert scene.eye.embedded == [1]


def test_people_far_apart_are_spared_together(scene: Scene) -> None:
    scene.eye.people[2] = Box(200, 0, 50, 50), LIKE_NOBODY
    scene.settle()
    scene.show()
    assert scene.eye.embedded == []


def test_a_face_that_cannot_be_judged_any_more_is_not_taken_at_its_word(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.settle()
    blurred = replace(GOOD, quality_issues=issues_for(QualityHint.HOLD_STILL))
    monkeypatch.setattr(scene.eye, "_analyzed", lambda face: AnalyzedFace(face, blurred, None))
    (face,) = scene.show().faces
    assert face.match is None
    assert face.embedding is None


def test_whoever_enrols_is_looked_at_in_every_frame(scene: Scene) -> None:
    scene.settle()
    scene.recognizer.enrol(EnrolmentFlow(replace(PLAN, timeout_ns=10**12), score))
    assert all(scene.embedded(RULE.frames))


def test_a_new_source_begins_anew(scene: Scene) -> None:
    scene.settle()
    scene.recognizer.reset_faces()
    assert scene.embedded(1) == [True]


def test_without_a_rule_every_frame_is_looked_at() -> None:
    scene = Scene(None)
    scene.thread.start()
    scene.settle()
    assert all(scene.embedded(RULE.frames + 1))
    scene.thread.request_stop()
    assert scene.thread.join(5)


def test_the_live_view_spares_settled_faces_and_a_kiosk_never_does(tmp_path: Path) -> None:
    with Application(tmp_path / "people.sqlite3") as application:
        assert application.live.pipeline()._recognizer._rechecks._rule == RULE
        kiosk = application.kiosks.live(application.liveness)
        assert kiosk.pipeline()._recognizer._rechecks._rule is None
