from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core.errors import FaceNotUsable, NoFace, UnknownPerson
from app.core.match_decision import OperatingPoint, Verdict
from app.wiring import Application
from tests.fakes.consent import enrol_person, enrol_pictures


def test_a_person_matches_herself_and_not_another(application: Application, hopper: Path, collins: Path) -> None:
    same = application.comparison.compare(hopper, hopper)
    assert same.match
    assert same.similarity == pytest.approx(1, abs=1e-4)
    assert same.fmr < 1e-6
    other = application.comparison.compare(hopper, collins)
    assert not other.match
    assert other.similarity < other.threshold
    assert other.fmr > 1e-2


def test_the_operating_point_determines_the_threshold(application: Application, hopper: Path, collins: Path) -> None:
    thresholds = []
    for point in OperatingPoint:
        application.matcher.apply(application.settings.recognition.model_copy(update={"operating_point": point}))
        thresholds.append(application.comparison.compare(hopper, collins).threshold)
        assert thresholds[-1] == pytest.approx(application.matcher.threshold(point.fmr))
    assert thresholds == sorted(set(thresholds))


def test_an_empty_gallery_has_its_own_verdict(application: Application, hopper: Path) -> None:
    (face,) = application.comparison.identify(hopper)
    assert face.match is not None
    assert face.match.verdict is Verdict.GALLERY_EMPTY
    assert face.match.person is None


def test_the_right_person_is_identified_with_a_margin(application: Application, hopper: Path, collins: Path) -> None:
    enrol_pictures(application, "Grace", hopper)
    enrol_pictures(application, "Eileen", collins)
    (face,) = application.comparison.identify(collins)
    assert face.match is not None
    assert face.match.person is not None
    assert face.match.accepted
    assert face.match.person.name == "Eileen"
    assert face.match.margin is not None
    assert face.match.margin > 0.5


def test_two_entries_of_one_face_are_ambiguous(application: Application, hopper: Path) -> None:
    enrol_pictures(application, "Grace", hopper)
    enrol_pictures(application, "Amazing Grace", hopper)
    (face,) = application.comparison.identify(hopper)
    assert face.match is not None
    assert face.match.verdict is Verdict.AMBIGUOUS
    # 1:1 verification is unaffected by the ambiguity.
    assert application.comparison.verify("Grace", hopper).accepted


def test_verification_rejects_another_person(application: Application, hopper: Path, collins: Path) -> None:
    enrol_pictures(application, "Grace", hopper)
    match = application.comparison.verify("Grace", collins)
    assert match.verdict is Verdict.NO_MATCH
    assert match.runner_up is None


def test_an_unknown_name_is_an_error(application: Application, hopper: Path) -> None:
    with pytest.raises(UnknownPerson, match="No person named “Ada”"):
        application.comparison.verify("Ada", hopper)


def test_a_person_without_a_template_of_the_model_is_an_error(application: Application, hopper: Path) -> None:
    person = application.storage.people.add("Ada", [])
    with pytest.raises(UnknownPerson, match="no template"):
        application.comparison.verify(person.id, hopper)


def test_a_picture_without_a_face_is_an_error(application: Application, tmp_path: Path, hopper: Path) -> None:
    blank = tmp_path / "blank.png"
    cv2.imwrite(str(blank), np.zeros((200, 200, 3), np.uint8))
    for question in (
        lambda: application.comparison.identify(blank),
        lambda: application.comparison.compare(hopper, blank),
    ):
        with pytest.raises(NoFace, match=r"blank\.png"):
            question()


def test_a_dark_face_is_reported_without_a_match(application: Application, tmp_path: Path, hopper: Path) -> None:
    dark = tmp_path / "dark.png"
    cv2.imwrite(str(dark), cv2.cvtColor(read_picture(hopper) // 6, cv2.COLOR_RGB2BGR))
    (face,) = application.comparison.identify(dark)
    assert face.match is None
    assert "too-dark" in face.face.quality.hints
    with pytest.raises(FaceNotUsable, match="too-dark"):
        application.comparison.compare(dark, hopper)


def test_a_negative_template_rules_the_person_out_until_removed(
    application: Application, hopper: Path, collins: Path
) -> None:
    person = enrol_person(application, "Grace", hopper)
    assert application.comparison.verify("Grace", hopper).accepted
    negative_template = application.comparison.add_negative_template("Grace", hopper)
    match = application.comparison.verify("Grace", hopper)
    assert match.verdict is Verdict.NO_MATCH
    assert match.negative_match is not None
    assert match.negative_match.person.id == person.id
    (face,) = application.comparison.identify(hopper)
    assert face.match is not None
    assert (face.match.verdict, face.match.negative_match) == (Verdict.NO_MATCH, match.negative_match)
    assert application.people.details("Grace").negative_templates == (negative_template,)
    application.people.remove_negative_template(negative_template)
    assert application.comparison.verify("Grace", hopper).accepted


def test_a_negative_template_does_not_affect_the_persons_own_face(
    application: Application, hopper: Path, collins: Path
) -> None:
    enrol_pictures(application, "Grace", hopper)
    application.comparison.add_negative_template("Grace", collins)
    assert application.comparison.verify("Grace", hopper).accepted
