"""Simulated attacks, and error rates of presentations with a fake analyzer."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.core.errors import ImageError, InvalidRequest
from app.core.faces import AnalyzedFace, Frame
from app.core.liveness import CueName, CueResult, LivenessPolicy, LivenessVerdict, Movement
from app.evaluation.liveness.attack_clips import SCREENS, make_attacks, sample_pictures
from app.evaluation.liveness.pad import CHALLENGES_PER_ATTACK, LivenessEvaluation, LivenessReport
from app.evaluation.liveness.presentations import (
    ObservedFrame,
    Presentation,
    find_presentations,
    play_back_and_forth,
    presentation_frames,
    read_answers,
)
from app.evaluation.liveness.simulated_camera import FOCAL, SheetPlacement, photograph_sheet
from app.flows.liveness.challenge import ChallengePlan
from app.services.liveness.error_rates import BONA_FIDE
from app.vision.liveness.monitor import LivenessMonitor, MonitorPlan
from tests.fakes.liveness import PassedNetworkCue
from tests.unit.flows.liveness.actor import face

PLAN = ChallengePlan(steps=2, window_ns=5 * 10**9, rest_ns=8 * 10**9, same_person=0.4)
POLICIES = (LivenessPolicy.PASSIVE, LivenessPolicy.CHALLENGE, LivenessPolicy.STRICT)


def clip(path: Path, frames: int = 30, seed: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15, (64, 48))
    for _ in range(frames):
        writer.write(np.random.default_rng(seed).integers(0, 255, (48, 64, 3)).astype(np.uint8))
    writer.release()
    return path


class Player:
    """Analyzer that returns an acting face for any frame."""

    provider = "play"

    def __init__(self, acts: Callable[[float], AnalyzedFace]) -> None:
        self._acts = acts

    def analyze(self, frame: Frame, least_share: float = 0.0) -> tuple[AnalyzedFace, ...]:
        return (self._acts(frame.captured_ns / 1e9),)

    def close(self) -> None:
        pass

    def __enter__(self) -> "Player":
        return self

    def __exit__(self, *_: object) -> None:
        pass


class Fixed:
    """Geometry cue with a constant verdict."""

    def __init__(self, verdict: LivenessVerdict) -> None:
        self._verdict = verdict

    def observe(self, frame: Frame, face: AnalyzedFace) -> None:
        pass

    def skip_frame(self) -> None:
        pass

    def result(self) -> CueResult:
        return CueResult(CueName.GEOMETRY, self._verdict)


def measured(
    folder: Path, acts: Callable[[float], AnalyzedFace], geometry: LivenessVerdict, answers: str = ""
) -> LivenessReport:
    listed = folder / "answers.tsv"
    listed.write_text(answers)
    evaluation = LivenessEvaluation(
        lambda: Player(acts),  # type: ignore[arg-type, return-value]
        lambda policy: LivenessMonitor(MonitorPlan(policy, 0.4), lambda: (Fixed(geometry), PassedNetworkCue())),
        PLAN,
    )
    return evaluation.run(find_presentations(folder), read_answers(listed), POLICIES)


def nods(seconds: float) -> AnalyzedFace:
    """Face at rest, then turned, then smiling."""
    movement = {2: Movement.TURN_LEFT, 4: Movement.SMILE}.get(int(seconds))
    return face(movement)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    clip(tmp_path / BONA_FIDE / "ada.avi", 105)
    clip(tmp_path / "photo" / "ada.avi", 105, seed=1)
    return tmp_path


def test_correct_answers_pass_and_replays_rarely_pass(folder: Path) -> None:
    report = measured(folder, nods, LivenessVerdict.PASSED, "ada.avi\t0\tturn-left,smile\n# a remark\n")
    strict = report.policies["strict"]
    assert strict.bpcer is not None
    assert (strict.bpcer.errors, strict.bpcer.trials) == (0, 1)
    assert strict.apcer_worst is not None
    assert (strict.apcer["photo"].trials, strict.apcer_worst.species) == (CHALLENGES_PER_ATTACK, "photo")
    assert strict.apcer["photo"].errors <= 2
    assert report.policies["passive"].apcer["photo"].rate == 1
    assert report.presentations == {BONA_FIDE: 1, "photo": 1}


def test_a_rejecting_cue_ends_the_challenge(folder: Path) -> None:
    report = measured(folder, nods, LivenessVerdict.FAILED, "ada.avi\t0\tturn-left,smile\n")
    for policy in report.policies.values():
        assert policy.bpcer is not None
        assert policy.bpcer.rate == 1
        assert policy.apcer_worst is not None
        assert policy.apcer_worst.rate == 0


def test_presentations_without_evidence_are_undecided(folder: Path) -> None:
    passive = measured(folder, nods, LivenessVerdict.NOT_ENOUGH).policies["passive"]
    assert passive.bpcer is not None
    assert (passive.bpcer.rate, passive.bpcer.undecided, passive.apcer["photo"].undecided) == (1, 1, 1)


def test_bona_fide_clips_without_answers_have_no_challenge(folder: Path) -> None:
    assert measured(folder, nods, LivenessVerdict.PASSED).policies["challenge"].bpcer is None


def test_the_same_seed_gives_the_same_report(folder: Path) -> None:
    first, second = (measured(folder, nods, LivenessVerdict.PASSED) for _ in range(2))
    assert replace(first, seconds=0) == replace(second, seconds=0)


def test_a_folder_needs_bona_fide_faces_and_attacks(tmp_path: Path) -> None:
    clip(tmp_path / BONA_FIDE / "ada.avi", 2)
    with pytest.raises(InvalidRequest, match="not both"):
        find_presentations(tmp_path)
    picture = np.zeros((20, 20, 3), np.uint8)
    (tmp_path / "print").mkdir()
    cv2.imwrite(str(tmp_path / "print" / "a.png"), picture)
    assert find_presentations(tmp_path) == [
        Presentation(BONA_FIDE, tmp_path / BONA_FIDE / "ada.avi"),
        Presentation("print", tmp_path / "print" / "a.png"),
    ]


def test_a_picture_lasts_two_seconds_and_a_clip_keeps_its_rate(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "a.png"), np.full((20, 20, 3), 9, np.uint8))
    shown = list(presentation_frames(tmp_path / "a.png"))
    assert len(shown) == 60
    assert shown[-1].captured_ns == pytest.approx(2e9, rel=1e-3)
    played = list(presentation_frames(clip(tmp_path / "b.avi", 16)))
    assert [frame.captured_ns for frame in played[::15]] == [0, 10**9]


@pytest.mark.parametrize("line", ["ada.avi", "ada.avi\tx\tsmile", "ada.avi\t0\twave", "ada.avi\t0\tsmile\tmore"])
def test_invalid_answers_are_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "answers.tsv").write_text(line)
    with pytest.raises(InvalidRequest, match="list of answers"):
        read_answers(tmp_path / "answers.tsv")


def test_a_clip_is_played_back_and_forth_with_rising_times() -> None:
    seen = [ObservedFrame(at * 10, (face(track=at + 1),), ()) for at in range(3)]
    played = [next(iterator) for iterator in [play_back_and_forth(seen)] for _ in range(7)]
    assert [one.at_ns for one in played] == [0, 10, 20, 30, 40, 50, 60]
    assert [one.faces[0].face.track for one in played] == [1, 2, 3, 2, 1, 2, 3]


def test_every_clip_and_picture_yields_attacks(tmp_path: Path) -> None:
    clips = [clip(tmp_path / "clips" / f"{name}.avi", 3, seed) for seed, name in enumerate(("a", "b"))]
    cv2.imwrite(str(tmp_path / "p.png"), np.random.default_rng(1).integers(0, 255, (60, 50, 3)).astype(np.uint8))
    written: list[Path] = []
    make_attacks(clips, [tmp_path / "p.png"], tmp_path / "out", written.append)
    species = {path.parent.name for path in written}
    assert species == {BONA_FIDE, "face-swap", *SCREENS} | {f"photo-{how}" for how in PHOTO_HOLDS}
    assert len(written) == 2 + len(PHOTO_HOLDS) + 2 * len(SCREENS) + 2
    assert next(presentation_frames(tmp_path / "out" / "photo-bent" / "p.avi")).width == 640


PHOTO_HOLDS = ("still", "moved", "rotated", "tilted", "bent", "flexed")


def test_attacks_need_clips_and_pictures(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no clips or no pictures"):
        make_attacks([], [], tmp_path)


def test_pictures_are_sampled_evenly_with_one_of_each_folder(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / name).mkdir()
        for number in (1, 2):
            (tmp_path / name / f"{name}{number}.jpg").touch()
    assert [path.name for path in sample_pictures(tmp_path, 2)] == ["a1.jpg", "d1.jpg"]
    assert len(sample_pictures(tmp_path, 99)) == 4


@pytest.mark.parametrize("placement", [SheetPlacement(z=FOCAL), SheetPlacement(z=FOCAL, bend=1e-6)])
def test_a_frontal_sheet_fills_the_picture(placement: SheetPlacement) -> None:
    sheet = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 255, (60, 80, 3)).astype(np.uint8), (0, 0), 3)
    seen = photograph_sheet(np.asarray(sheet, np.uint8), placement, np.zeros((60, 80, 3), np.uint8))
    assert np.abs(seen[5:-5, 5:-5].astype(int) - sheet[5:-5, 5:-5]).mean() < 3


def test_a_bent_or_rotated_sheet_covers_less_of_the_picture() -> None:
    white, room = np.full((60, 80, 3), 255, np.uint8), np.zeros((60, 80, 3), np.uint8)
    area = [
        float(photograph_sheet(white, SheetPlacement(z=1.5, **how), room).mean())
        for how in ({}, {"bend": 1.5}, {"yaw": 50.0})
    ]
    assert area[0] > area[1] > 0
    assert area[0] > area[2] > 0
