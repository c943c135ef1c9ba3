"""Reuse of embeddings and landmark flow: which faces are embedded, and whether a swap of people is noticed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from app.core.faces import AnalyzedFace, Box, Embedding, Face, Frame, QualityHint
from app.flows.enrolment import EnrolmentFlow
from app.flows.verification import CONFIRM_FRAMES, TrackState, TrackStatus
from app.pipeline.embedding_reuse import EmbeddingReuse, ReuseRule
from app.pipeline.recognizer import Recognizer
from app.pipeline.results import FrameResult
from app.pipeline.timings import Timings
from app.wiring import Application
from tests.fakes.analyzer import ScriptedAnalyzer, blank
from tests.fakes.camera import ManualClock, plain
from tests.fakes.quality_issues import issues_for
from tests.unit.flows.enrolment_frames import PLAN, score
from tests.unit.pipeline.faces import ADA, GOOD, LIKE_ADA, LIKE_STRANGER, identify

RULE = ReuseRule()
FRAME_NS = 33_000_000
MESH = np.zeros((478, 3), np.float32)
BLURRED = replace(GOOD, quality_issues=issues_for(QualityHint.HOLD_STILL))


def at(x: float, track: int = 1, embedding: Embedding = LIKE_ADA, y: float = 0.0) -> AnalyzedFace:
    """A face of 50 × 50 pixels whose upper left corner is at (x, y)."""
    return AnalyzedFace(Face(Box(x, y, 50, 50), MESH, track), GOOD, embedding, blank())


class Tracks:
    """An `EmbeddingReuse` fed directly with settled faces."""

    def __init__(self, rule: ReuseRule | None = RULE) -> None:
        self.reuse = EmbeddingReuse(rule)
        self.now_ns = 0

    def update(self, *faces: AnalyzedFace, state: TrackState = TrackState.MATCHED, detected: bool = True) -> int:
        matches = [None if face.embedding is None else identify(face.embedding) for face in faces]
        statuses = [TrackStatus(face.face.track, state) for face in faces]
        return self.reuse.update(faces, matches, statuses, self.now_ns, detected=detected)

    def embeds(self, *faces: AnalyzedFace, after_ns: int = FRAME_NS, every_face: bool = False) -> list[int]:
        """The tracks that a plan for the next frame embeds."""
        plan = self.reuse.plan(
            [face.face for face in faces],
            [face.quality for face in faces],
            self.now_ns + after_ns,
            every_face=every_face,
        )
        assert plan.is_complete or any(plan.embed) or not all(face.quality.is_judgeable for face in faces)
        return [face.face.track for face, embed in zip(faces, plan.embed, strict=True) if embed]


@pytest.fixture
def settled() -> Tracks:
    tracks = Tracks()
    tracks.update(at(0), at(200, 2))
    return tracks


def test_settled_faces_that_stay_apart_are_reused(settled: Tracks) -> None:
    assert settled.embeds(at(0), at(200, 2)) == []
    plan = settled.reuse.plan([at(0).face], [GOOD], FRAME_NS)
    assert plan.is_complete
    assert plan.past[0] is not None
    assert plan.past[0].embedding is LIKE_ADA


def test_a_plan_is_complete_only_if_every_face_is_judgeable_and_none_is_due(settled: Tracks) -> None:
    settled_face, new_face = at(0).face, at(400, 3).face
    assert settled.reuse.plan([settled_face], [GOOD], FRAME_NS).is_complete
    assert not settled.reuse.plan([settled_face], [BLURRED], FRAME_NS).is_complete
    assert not settled.reuse.plan([settled_face, new_face], [GOOD, GOOD], FRAME_NS).is_complete


@pytest.mark.parametrize(
    ("faces", "embedded"),
    [
        # Boxes that overlap by 47/53 of a box: the two people may have swapped tracks.
        ((at(160), at(200, 2)), [1, 2]),
        # Intersection over union 0.0417 and 0.0526, around the limit of 0.05.
        ((at(4), at(50, 2)), [2]),
        ((at(5), at(50, 2)), [1, 2]),
    ],
)
def test_faces_that_cross_are_both_embedded(
    settled: Tracks, faces: Sequence[AnalyzedFace], embedded: list[int]
) -> None:
    assert settled.embeds(*faces) == embedded


def test_two_settled_people_who_cross_where_they_were_are_both_embedded() -> None:
    tracks = Tracks(replace(RULE, max_neighbour_overlap=0.2))
    tracks.update(at(0), at(30, 2))  # they overlapped already, intersection over union 0.25
    assert tracks.embeds(at(0), at(30, 2)) == [1, 2]
    assert tracks.embeds(at(0), at(34, 2)) == []
    at_limit = Tracks(replace(RULE, max_neighbour_overlap=0.25))
    at_limit.update(at(0), at(30, 2))
    assert at_limit.embeds(at(0), at(30, 2)) == []


def test_a_face_that_jumps_is_embedded(settled: Tracks) -> None:
    assert settled.embeds(at(12), at(200, 2)) == []  # intersection over union 0.61
    assert settled.embeds(at(13), at(200, 2)) == [1]  # 0.59
    assert settled.embeds(at(12.5), at(200, 2)) == []  # 0.6, the limit


def test_a_face_is_embedded_after_its_number_of_frames(settled: Tracks) -> None:
    skipped = replace(at(0), embedding=None), replace(at(200, 2), embedding=None)
    for _ in range(RULE.interval_frames - 1):
        assert settled.embeds(*skipped) == []
        settled.update(*skipped)
    assert settled.embeds(*skipped) == [1, 2]


def test_a_face_is_embedded_after_its_time(settled: Tracks) -> None:
    assert settled.embeds(at(0), at(200, 2), after_ns=RULE.interval_ns - 1) == []
    assert settled.embeds(at(0), at(200, 2), after_ns=RULE.interval_ns) == [1, 2]
    assert settled.embeds(at(0), at(200, 2), after_ns=0) == []
    assert settled.embeds(at(0), at(200, 2), after_ns=-1) == [1, 2]


def test_a_face_that_is_embedded_has_no_past_comparison(settled: Tracks) -> None:
    plan = settled.reuse.plan([at(0).face], [GOOD], RULE.interval_ns)
    assert (plan.embed, plan.past) == ((True,), (None,))


def test_a_face_that_was_reopened_is_settled_again_only_by_an_embedding(settled: Tracks) -> None:
    skipped = replace(at(0), embedding=None), replace(at(200, 2), embedding=None)
    settled.update(*skipped, state=TrackState.CHECKING)
    assert settled.embeds(*skipped) == [1, 2]
    settled.update(*skipped)
    assert settled.embeds(*skipped) == [1, 2]
    settled.update(at(0), at(200, 2))
    assert settled.embeds(*skipped) == []


def test_a_face_that_is_not_settled_is_embedded_and_one_that_cannot_be_judged_is_not(settled: Tracks) -> None:
    settled.update(at(0), at(200, 2), state=TrackState.CHECKING)
    assert settled.embeds(at(0), replace(at(200, 2), quality=BLURRED)) == [1]
    plan = settled.reuse.plan([at(0).face], [BLURRED], FRAME_NS)
    assert (plan.embed, plan.past, plan.is_complete) == ((False,), (None,), False)


def test_without_a_rule_or_where_every_face_counts_all_are_embedded(settled: Tracks) -> None:
    assert settled.embeds(at(0), at(200, 2), every_face=True) == [1, 2]
    always = Tracks(None)
    assert always.update(at(0), at(200, 2)) == -1
    assert always.embeds(*(at(100.0 * track, track) for track in range(1, 6))) == [1, 2, 3, 4, 5]


def test_after_invalidation_all_are_embedded(settled: Tracks) -> None:
    settled.reuse.invalidate()
    assert settled.embeds(at(0), at(200, 2)) == [1, 2]
    settled.update(at(0), at(200, 2))
    settled.reuse.clear()
    assert settled.embeds(at(0), at(200, 2)) == [1, 2]


def test_landmark_flow_lasts_until_the_landmarks_are_old_or_an_embedding_is_due() -> None:
    tracks = Tracks()
    tracks.now_ns = 10**9
    assert tracks.update(at(0)) == 10**9 + RULE.max_landmark_age_ns
    tracks.now_ns += 350_000_000
    skipped = replace(at(0), embedding=None)
    assert tracks.update(skipped) == 10**9 + RULE.interval_ns - 1
    assert tracks.update(skipped, detected=False) == 10**9 + RULE.interval_ns - 1
    assert tracks.update(skipped, detected=False) == -1  # the second frame in a row


@pytest.mark.parametrize(
    "faces", [(), (at(0), at(200, 3)), (replace(at(0), quality=BLURRED),)], ids=["no face", "one is open", "blurred"]
)
def test_landmark_flow_needs_faces_that_are_all_settled_and_judgeable(faces: tuple[AnalyzedFace, ...]) -> None:
    tracks = Tracks()
    assert tracks.update(at(0)) > 0
    assert tracks.update(*(replace(face, embedding=None) for face in faces)) == -1
    assert tracks.update(at(0), state=TrackState.CHECKING) == -1


def test_landmark_flow_ends_before_the_frame_in_which_an_embedding_is_due() -> None:
    tracks = Tracks(replace(RULE, interval_frames=2))
    assert tracks.update(at(0)) > 0
    assert tracks.update(replace(at(0), embedding=None)) == -1


@dataclass(frozen=True)
class Glow:
    """A light stimulus that ends at a given time."""

    end_ns: int

    def colour_at(self, now_ns: int) -> tuple[int, int, int] | None:
        return None


class Scene:
    """The frame path on scripted faces, one frame at a time."""

    def __init__(self, rule: ReuseRule | None = RULE) -> None:
        self.clock, self.analyzer = ManualClock(), ScriptedAnalyzer(at(0))
        self.recognizer = Recognizer(identify, Timings(), self.clock, reuse=rule)
        self._shown = 0

    def show(self, after_s: float = 0.033) -> FrameResult:
        self._shown += 1
        self.clock.advance(after_s)
        return self.recognizer.process_frame(Frame(self._shown, plain(), self.clock.monotonic_ns()), self.analyzer)

    def settle(self) -> None:
        for _ in range(CONFIRM_FRAMES):
            result = self.show()
        assert {face.status.state for face in result.faces} <= {TrackState.MATCHED, TrackState.UNKNOWN}

    def embedded(self, frames: int) -> list[bool]:
        found = []
        for _ in range(frames):
            self.show()
            found.append(1 in self.analyzer.embedded)
        return found


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_settled_face_is_embedded_in_every_tenth_frame_and_keeps_its_match(scene: Scene) -> None:
    scene.settle()
    assert scene.embedded(2 * RULE.interval_frames) == [
        n % RULE.interval_frames == 0 for n in range(1, 2 * RULE.interval_frames + 1)
    ]
    (face,) = scene.show().faces
    assert (face.status.state, face.status.person) == (TrackState.MATCHED, ADA)
    assert face.analyzed.embedding is None
    assert face.embedding is LIKE_ADA
    assert face.match is not None
    assert face.match.accepted


def test_a_swap_within_a_track_is_caught_within_ten_frames(scene: Scene) -> None:
    for shown_before in range(RULE.interval_frames):
        scene.analyzer.faces = (at(0),)
        scene.recognizer.reset_faces()
        scene.settle()
        scene.embedded(shown_before)
        scene.analyzer.faces = (at(0, embedding=LIKE_STRANGER),)
        states = [scene.show().faces[0].status.state for _ in range(RULE.interval_frames)]
        assert TrackState.CHECKING in states
        caught = states.index(TrackState.CHECKING)
        assert all(state is TrackState.MATCHED for state in states[:caught])
        for _ in range(CONFIRM_FRAMES):
            last = scene.show().faces[0]
        assert last.status.state is TrackState.UNKNOWN


def test_landmark_flow_replaces_two_detections_in_a_row(scene: Scene) -> None:
    scene.settle()
    assert scene.analyzer.flowed == 0
    counted = []
    for _ in range(6):
        scene.show()
        counted.append(scene.analyzer.flowed)
    assert counted == [1, 2, 2, 3, 4, 4]


def test_where_landmark_flow_fails_every_face_is_detected_and_embedded(scene: Scene) -> None:
    scene.settle()
    scene.analyzer.is_flow_sure = False
    scene.analyzer.faces = (at(0, embedding=LIKE_STRANGER),)
    (face,) = scene.show().faces
    assert scene.analyzer.embedded == [1]
    assert face.status.state is TrackState.CHECKING


def test_a_moved_face_that_does_not_look_the_same_is_detected_and_embedded(scene: Scene) -> None:
    scene.settle()
    scene.analyzer.looks_similar = False
    scene.show()
    assert (scene.analyzer.flowed, scene.analyzer.embedded) == (1, [1])


def test_landmark_flow_does_not_bridge_a_gap(scene: Scene) -> None:
    scene.settle()
    scene.show(RULE.max_landmark_age_ns / 1e9 + 0.001)
    assert scene.analyzer.flowed == 0


def test_no_landmark_flow_during_a_light_challenge(scene: Scene) -> None:
    scene.settle()
    scene.recognizer.start_light_challenge(Glow(scene.clock.monotonic_ns() + 10**9))
    for _ in range(30):
        scene.show()
    assert scene.analyzer.flowed == 0
    scene.show(2.0)
    scene.show()
    assert scene.analyzer.flowed == 1


def test_of_many_open_faces_two_are_embedded_in_a_frame_and_all_in_turn(scene: Scene) -> None:
    scene.analyzer.faces = tuple(at(200.0 * track, track) for track in range(1, 6))
    embedded, states = [], []
    for _ in range(8):
        states.append([face.status.state for face in scene.show().faces])
        embedded.append(sorted(scene.analyzer.embedded))
    assert embedded == [[1, 2], [3, 4], [1, 5], [2, 3], [1, 4], [2, 5], [3, 4], [5]]
    assert set(states[3]) == {TrackState.CHECKING}
    assert set(states[7]) == {TrackState.MATCHED}


def test_an_open_face_is_embedded_in_every_frame(scene: Scene) -> None:
    assert scene.embedded(CONFIRM_FRAMES) == [True] * CONFIRM_FRAMES


@pytest.mark.parametrize(
    "faces",
    [
        (at(30),),  # it jumps
        (at(0), at(30, 2, LIKE_STRANGER)),  # another person comes in between
        (at(0, 7),),  # the track broke
    ],
)
def test_what_looks_like_a_swap_is_embedded_in_the_same_frame(scene: Scene, faces: tuple[AnalyzedFace, ...]) -> None:
    scene.settle()
    scene.analyzer.faces = faces
    scene.show()
    assert set(scene.analyzer.embedded) == {face.face.track for face in faces}


def test_a_slow_camera_does_not_stretch_the_time_between_embeddings(scene: Scene) -> None:
    scene.settle()
    scene.show(RULE.interval_ns / 1e9 + 0.001)
    assert scene.analyzer.embedded == [1]


def test_people_far_apart_are_reused_together(scene: Scene) -> None:
    scene.analyzer.faces = at(0), at(200, 2, LIKE_STRANGER)
    scene.settle()
    scene.show()
    assert scene.analyzer.embedded == []


def test_a_face_that_cannot_be_judged_any_more_has_no_match(scene: Scene) -> None:
    scene.settle()
    scene.analyzer.faces = (replace(at(0), quality=BLURRED),)
    (face,) = scene.show().faces
    assert face.match is None
    assert face.embedding is None


def test_during_an_enrolment_every_frame_is_embedded(scene: Scene) -> None:
    scene.settle()
    scene.recognizer.enrol(EnrolmentFlow(replace(PLAN, timeout_ns=10**12), score))
    assert all(scene.embedded(RULE.interval_frames))


def test_after_a_reset_every_face_is_embedded(scene: Scene) -> None:
    scene.settle()
    scene.recognizer.reset_faces()
    assert scene.embedded(1) == [True]
    assert scene.analyzer.flowed == 0


def test_without_a_rule_every_frame_is_embedded() -> None:
    scene = Scene(None)
    scene.settle()
    assert all(scene.embedded(RULE.interval_frames + 1))


def test_the_live_view_reuses_embeddings_and_a_kiosk_does_not(tmp_path: Path) -> None:
    with Application(tmp_path / "people.sqlite3") as application:
        assert application.live.pipeline()._recognizer._reuse._rule == RULE
        kiosk = application.kiosks.live(application.liveness)
        assert kiosk.pipeline()._recognizer._reuse._rule is None
