from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core.errors import (
    AlreadyEnrolled,
    BadgeTaken,
    ImageError,
    InvalidName,
    NoConsent,
    NoFace,
    PictureAlike,
    PictureOfAnother,
    SeveralFaces,
    StoreError,
)
from app.core.faces import HeadPose
from app.core.people import Person
from app.flows.enrolment import EnrolmentSample, EnrolmentState
from app.services.enrolment.enrolment_service import Applicant
from app.services.enrolment.lookalikes import AlreadyEnrolledAs, LookalikeChoice
from app.services.recognition.pictures import picture_files
from app.wiring import Application
from tests.fakes.consent import CONSENT, enrol_person, enrol_pictures


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    path = tmp_path / "blank.png"
    cv2.imwrite(str(path), np.full((300, 300, 3), 128, np.uint8))
    return path


@pytest.fixture
def both(tmp_path: Path, hopper: Path, collins: Path) -> Path:
    """A picture of two people of equal size."""
    first, second = read_picture(hopper), read_picture(collins)[:256, 110:330]
    second = np.asarray(cv2.resize(second, (first.shape[1], first.shape[0])), np.uint8)
    path = tmp_path / "both.png"
    cv2.imwrite(str(path), cv2.cvtColor(np.hstack([first, second]), cv2.COLOR_RGB2BGR))
    return path


@pytest.fixture
def sample(application: Application, hopper: Path) -> EnrolmentSample:
    face = application.pictures.usable_face(hopper)
    assert face.embedding is not None
    return EnrolmentSample(face.embedding, face.quality, 0.8, HeadPose.FRONT, 1, face.aligned)


def darker(picture: Path, into: Path, gamma: float) -> Path:
    """The same picture with other brightness."""
    image = cv2.imread(str(picture))
    assert image is not None
    cv2.imwrite(str(into), (255 * (image / 255) ** gamma).astype(np.uint8))
    return into


def test_a_person_enrolled_from_a_picture_matches_immediately(application: Application, hopper: Path) -> None:
    report = enrol_pictures(application, "Grace Hopper", hopper)
    assert report.person is not None
    assert (report.taken, report.refused, report.person.templates) == (1, (), 1)
    match = application.comparison.verify("grace hopper", hopper)
    assert match.accepted
    assert match.similarity > 0.99


def test_unusable_pictures_are_reported_and_the_others_stored(
    application: Application, hopper: Path, blank: Path, both: Path
) -> None:
    seen: list[Path] = []
    report = application.enrolment.enrol_from_pictures(
        Applicant("Grace"), [blank, hopper, both], CONSENT, progress=seen.append
    )
    assert report.taken == 1
    assert [(r.path, type(r.error)) for r in report.refused] == [(blank, NoFace), (both, SeveralFaces)]
    assert seen == [blank, hopper, both]


def test_near_duplicates_and_pictures_of_another_person_are_refused(
    application: Application, hopper: Path, collins: Path, tmp_path: Path
) -> None:
    copy = darker(hopper, tmp_path / "copy.png", 1.02)
    report = enrol_pictures(application, "Grace", collins, hopper, copy)
    assert report.taken == 1
    assert {type(refused.error) for refused in report.refused} == {PictureAlike, PictureOfAnother}
    assert [r.path for r in report.refused if isinstance(r.error, PictureOfAnother)] == [collins]


def test_nothing_is_stored_without_a_usable_picture(application: Application, blank: Path, both: Path) -> None:
    with pytest.raises(ImageError, match="None of the 2 pictures"):
        enrol_pictures(application, "Grace", blank, both)
    with pytest.raises(NoFace, match=r"blank\.png"):
        enrol_pictures(application, "Grace", blank)
    with pytest.raises(ImageError, match="no pictures"):
        enrol_pictures(application, "Grace")
    assert application.people.all() == []


def test_without_consent_no_picture_is_read_and_nothing_stored(
    application: Application, sample: EnrolmentSample, hopper: Path
) -> None:
    looked: list[Path] = []
    with pytest.raises(NoConsent, match="Grace"):
        application.enrolment.enrol_from_pictures(Applicant("Grace"), [hopper], None, progress=looked.append)
    with pytest.raises(NoConsent):
        application.enrolment.save(Applicant("Grace"), [sample], "Camera 0", None)
    assert looked == []
    assert application.people.all() == []
    grace = enrol_person(application, "Grace", hopper)
    with pytest.raises(NoConsent):
        application.enrolment.save(grace, [sample], "Camera 0", None)
    assert application.people.find("Grace").templates == 1


def test_the_consent_is_stored(application: Application, hopper: Path) -> None:
    grace = enrol_person(application, "Grace", hopper)
    assert application.people.details(grace.id).consents == (CONSENT,)
    enrol_pictures(application, "Grace", hopper, add=True)
    assert application.people.details(grace.id).consents == (CONSENT,)


def test_a_taken_name_is_rejected_before_a_picture_is_read(application: Application, hopper: Path) -> None:
    enrol_pictures(application, "Grace", hopper)
    with pytest.raises(AlreadyEnrolled, match="GRACE"):
        application.enrolment.enrol_from_pictures(Applicant("GRACE"), [Path("does-not-exist.jpg")], CONSENT)
    with pytest.raises(AlreadyEnrolled):
        application.enrolment.check_name(" grace ")
    assert application.people.find("Grace").templates == 1


def test_pictures_can_be_added_to_a_person(application: Application, hopper: Path, collins: Path) -> None:
    enrol_pictures(application, "Grace", hopper)
    added = enrol_pictures(application, "grace", hopper, add=True).person
    assert added is not None
    assert (added.name, added.templates) == ("Grace", 2)
    new = enrol_pictures(application, "Eileen", collins, add=True).person
    assert new is not None
    assert new.templates == 1


@pytest.mark.parametrize("name", ["", "   ", "a" * 101, "line\nbreak", "\u202eevil"])
def test_an_invalid_name_is_an_error(application: Application, hopper: Path, name: str) -> None:
    with pytest.raises(InvalidName) as caught:
        enrol_pictures(application, name, hopper)
    assert caught.value.hint
    assert application.people.all() == []


@pytest.mark.parametrize("name", ["李明", "Zoë Müller-Lüdenscheidt", "محمد", "👩🏽‍🚀 Sally", "O'Brien, Conan"])
def test_other_scripts_and_emoji_are_valid_names(application: Application, hopper: Path, name: str) -> None:
    enrol_pictures(application, name, hopper)
    assert application.people.find(name).name == name


def test_the_flow_follows_the_settings(application: Application) -> None:
    status = application.enrolment.new_flow().status
    assert status.state is EnrolmentState.COLLECTING
    assert tuple(progress.pose for progress in status.ring) == application.settings.enrolment.poses
    quick = application.enrolment.new_flow(quick=True).status
    assert [progress.pose for progress in quick.ring] == [HeadPose.FRONT]
    changed = application.settings.with_changes(enrolment={"poses": ["front", "up"]})
    application.enrolment.apply(changed.enrolment, changed.privacy)
    assert len(application.enrolment.new_flow().status.ring) == 2


def test_camera_samples_are_stored_with_the_personal_data(application: Application, sample: EnrolmentSample) -> None:
    until = datetime(2030, 1, 1, tzinfo=UTC)
    who = Applicant("Grace", badge="7", groups=("Navy",), note="Room 3", valid_until=until)
    person = application.enrolment.save(who, [sample, replace(sample, source="a.jpg")], "Camera 0", CONSENT)
    assert isinstance(person, Person)
    assert (person.badge, person.groups, person.note, person.valid_until) == ("7", ("Navy",), "Room 3", until)
    assert (person.templates, person.delete_after) == (2, None)
    templates = application.people.details("Grace").templates
    assert {template.source for template in templates} == {"Camera 0", "a.jpg"}
    assert all(template.pose == sample.quality.pose and template.quality == 0.8 for template in templates)
    assert not any(template.thumbnail for template in templates)
    with pytest.raises(BadgeTaken):
        application.enrolment.save(Applicant("Amazing Grace", badge="7"), [sample], "", CONSENT, anyway=True)
    assert len(application.people.all()) == 1


def test_thumbnails_and_erasure_date_follow_the_settings(application: Application, sample: EnrolmentSample) -> None:
    changed = application.settings.with_changes(privacy={"keep_thumbnails": True, "delete_after_days": 30})
    application.enrolment.apply(changed.enrolment, changed.privacy)
    person = application.enrolment.save(Applicant("Grace"), [sample], "Camera 0", CONSENT)
    assert isinstance(person, Person)
    assert person.delete_after is not None
    assert abs(person.delete_after - datetime.now(UTC) - timedelta(days=30)) < timedelta(minutes=5)
    (template,) = application.people.details("Grace").templates
    jpeg = application.people.thumbnail(template)
    assert jpeg is not None
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape == (112, 112, 3)
    assert len(jpeg) < 10_000


def test_an_already_enrolled_person_is_reported_and_nothing_stored(application: Application, hopper: Path) -> None:
    grace = enrol_person(application, "Grace", hopper)
    asked: list[object] = []

    def cancel(lookalike: object) -> LookalikeChoice:
        asked.append(lookalike)
        return LookalikeChoice.CANCEL

    report = application.enrolment.enrol_from_pictures(Applicant("Amazing Grace"), [hopper], CONSENT, decide=cancel)
    assert (report.person, report.taken) == (None, 0)
    assert asked == [report.lookalike]
    assert isinstance(report.lookalike, AlreadyEnrolledAs)
    assert report.lookalike.person.id == grace.id
    assert report.lookalike.similarity > 0.99
    assert [person.name for person in application.people.all()] == ["Grace"]


@pytest.mark.parametrize(("choice", "names", "templates"), [(LookalikeChoice.SAVE, 2, 1), (LookalikeChoice.ADD, 1, 2)])
def test_samples_can_be_stored_beside_or_added_to_a_lookalike(
    application: Application, hopper: Path, choice: LookalikeChoice, names: int, templates: int
) -> None:
    enrol_pictures(application, "Grace", hopper)
    report = application.enrolment.enrol_from_pictures(Applicant("Twin"), [hopper], CONSENT, decide=lambda _: choice)
    assert report.person is not None
    assert report.lookalike is not None
    assert report.person.templates == templates
    assert len(application.people.all()) == names


def test_a_failing_database_stores_nothing_partially(application: Application, hopper: Path, collins: Path) -> None:
    enrol_pictures(application, "Grace", hopper)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("full", "free some space")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application.storage.people, "add", fail)
        with pytest.raises(StoreError):
            enrol_pictures(application, "Eileen", collins)
    assert [person.name for person in application.people.all()] == ["Grace"]


def test_picture_files_are_sorted_by_name(tmp_path: Path, hopper: Path) -> None:
    for name in ("b.JPG", "a.png", "notes.txt"):
        (tmp_path / name).write_bytes(hopper.read_bytes())
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in picture_files(tmp_path)] == ["a.png", "b.JPG"]
