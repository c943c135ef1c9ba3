"""Enrolment from video files."""

from pathlib import Path

import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core.errors import CameraLost, FaceNotUsable, NoConsent
from app.flows.enrolment import EnrolmentState, EnrolmentStatus
from app.services.enrolment.camera_enrolment import enrol_from_video
from app.services.enrolment.enrolment_service import Applicant, EnrolmentReport
from app.services.enrolment.lookalikes import AlreadyEnrolledAs
from app.wiring import Application
from tests.fakes.consent import CONSENT
from tests.unit.camera.media import write_video


def follow(
    application: Application, film: Path, name: str = "Ada", seen: list[EnrolmentStatus] | None = None
) -> EnrolmentReport:
    with application.models.vision.video_analyzer() as analyzer:
        return enrol_from_video(
            application.enrolment,
            film,
            analyzer,
            application.matcher.identify,
            Applicant(name),
            CONSENT,
            progress=(seen if seen is not None else []).append,
        )


@pytest.fixture
def portrait(tmp_path: Path, hopper: Path) -> Path:
    """A video of a person who moves slightly and never turns the head."""
    picture = read_picture(hopper)
    frames = [np.roll(picture, (number, 2 * number), (0, 1)) for number in range(12)]
    return write_video(tmp_path / "portrait.mp4", frames)


def test_a_video_gives_samples_of_the_poses_it_shows(application: Application, portrait: Path) -> None:
    seen: list[EnrolmentStatus] = []
    report = follow(application, portrait, seen=seen)
    assert report.person is not None
    assert report.taken >= 1
    assert report.test is not None
    assert report.test.passed
    assert seen[-1].state is EnrolmentState.COMPLETE
    assert 1 <= seen[-1].done < 5
    (template, *_) = application.people.details(report.person.id).templates
    assert (template.source, template.pose is not None) == ("portrait.mp4", True)


def test_an_enrolled_person_is_recognised_in_a_video(application: Application, portrait: Path) -> None:
    follow(application, portrait)
    report = follow(application, portrait, "Twin")
    assert report.person is None
    assert isinstance(report.lookalike, AlreadyEnrolledAs)
    assert report.test is not None
    assert not report.test.passed
    assert report.test.rival == "Ada"


def test_a_video_without_a_face_and_a_missing_video_are_errors(application: Application, tmp_path: Path) -> None:
    film = write_video(tmp_path / "grey.mp4", [np.full((240, 320, 3), 128, np.uint8)] * 5)
    with pytest.raises(FaceNotUsable, match=r"grey\.mp4"):
        follow(application, film)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    with pytest.raises(CameraLost):
        follow(application, broken)
    assert application.people.all() == []


def test_without_consent_the_video_is_not_opened(application: Application, tmp_path: Path) -> None:
    with application.models.vision.video_analyzer() as analyzer, pytest.raises(NoConsent):
        enrol_from_video(
            application.enrolment, tmp_path / "no.mp4", analyzer, application.matcher.identify, Applicant("Ada"), None
        )


@pytest.mark.eval
@pytest.mark.soak
def test_people_in_clips_are_enrolled_separately(application: Application, eval_dir: Path) -> None:
    clips = sorted((eval_dir / "video").glob("*.mp4"))
    reports = [follow(application, clip, clip.stem) for clip in clips]
    assert all(report.person is not None and report.test is not None and report.test.passed for report in reports)
    again = follow(application, clips[0], "Again")
    assert isinstance(again.lookalike, AlreadyEnrolledAs)
    assert again.lookalike.person.name == clips[0].stem
