"""The liveness monitor and the binding of cues to faces."""

from dataclasses import replace

import numpy as np

from app.core.faces import AnalyzedFace, Embedding, Frame
from app.core.liveness import CueName, CueResult, LivenessPolicy, LivenessVerdict
from app.flows.liveness.light_sequence import LightSequence
from app.vision.detectors.base import face_from_landmarks
from app.vision.liveness.monitor import LivenessMonitor, MonitorPlan
from tests.fakes.liveness import PassedNetworkCue
from tests.unit.vision.liveness.synthetic_faces import ADA, BOB, FRAME_NS, analyzed, points, texture

IMAGE = texture()
BASE = face_from_landmarks(points().astype(np.float32))


class Counting:
    """Passes after three frames."""

    def __init__(self) -> None:
        self.frames = 0

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        self.frames += 1

    def skip_frame(self) -> None:
        self.frames += 1

    def result(self) -> CueResult:
        verdict = LivenessVerdict.PASSED if self.frames >= 3 else LivenessVerdict.NOT_ENOUGH
        return CueResult(CueName.GEOMETRY, verdict, {"frames": float(self.frames)})


class Show:
    def __init__(self, policy: LivenessPolicy = LivenessPolicy.PASSIVE, *, light: bool = False) -> None:
        self.monitor = LivenessMonitor(MonitorPlan(policy, 0.4, light), lambda: (Counting(), PassedNetworkCue()))
        self.number = 0

    def __call__(self, track: int = 1, embedding: Embedding | None = ADA, times: int = 1) -> LivenessVerdict:
        for _ in range(times):
            self.number += 1
            face = analyzed(replace(BASE, track=track), embedding=embedding)
            (said,) = self.monitor.observe(Frame(self.number, IMAGE, self.number * FRAME_NS), [face])
        assert said.track == track
        self.said = said
        return said.verdict


def test_evidence_counts_for_the_face_that_gave_it() -> None:
    show = Show()
    assert show(times=2) is LivenessVerdict.NOT_ENOUGH
    assert show() is LivenessVerdict.PASSED
    assert show(embedding=None, times=5) is LivenessVerdict.PASSED


def test_a_new_track_number_starts_again() -> None:
    show = Show()
    show(times=3)
    assert show(track=2) is LivenessVerdict.NOT_ENOUGH
    assert show(track=1) is LivenessVerdict.NOT_ENOUGH


def test_a_face_that_looks_different_starts_again() -> None:
    show = Show()
    show(times=3)
    assert show(embedding=BOB) is LivenessVerdict.NOT_ENOUGH
    assert show.said.cue(CueName.GEOMETRY).evidence == {"frames": 1.0}


def test_a_face_without_an_embedding_for_a_second_starts_again() -> None:
    show = Show()
    show(times=3)
    assert show(embedding=None, times=29) is LivenessVerdict.PASSED
    assert show(embedding=None, times=3) is LivenessVerdict.NOT_ENOUGH


def test_policy_off_runs_no_cues() -> None:
    show = Show(LivenessPolicy.OFF)
    assert show(times=5) is LivenessVerdict.NOT_RUN
    assert show.said.cues == ()


def test_several_faces_have_separate_cues() -> None:
    show = Show()
    show(times=3)
    pair = [analyzed(replace(BASE, track=track)) for track in (5, 1)]
    said = show.monitor.observe(Frame(9, IMAGE, 4 * FRAME_NS), pair)
    assert [one.track for one in said] == [5, 1]
    assert [one.verdict for one in said] == [LivenessVerdict.NOT_ENOUGH, LivenessVerdict.PASSED]


def test_the_challenge_cue_is_not_run() -> None:
    show = Show(LivenessPolicy.CHALLENGE)
    assert show(times=5) is LivenessVerdict.NOT_ENOUGH
    assert show.said.cue(CueName.CHALLENGE).verdict is LivenessVerdict.NOT_RUN
    challenged = show.said.with_cues(CueResult(CueName.CHALLENGE, LivenessVerdict.PASSED))
    assert challenged.verdict is LivenessVerdict.PASSED


def test_light_evidence_is_missing_only_if_required_and_not_given_by_this_face() -> None:
    show = Show()
    show()
    assert show.said.cue(CueName.LIGHT).verdict is LivenessVerdict.NOT_RUN
    wanting = Show(light=True)
    wanting()
    assert wanting.said.cue(CueName.LIGHT).verdict is LivenessVerdict.NOT_ENOUGH
    wanting.monitor.start_light_challenge(LightSequence(((200, 190, 180),) * 3, FRAME_NS))
    wanting(times=4)
    assert wanting.said.cue(CueName.LIGHT).evidence["frames"] == 4
    wanting(embedding=BOB)
    assert wanting.said.cue(CueName.LIGHT).evidence == {}
