from pathlib import Path

import cv2
import numpy as np
import pytest

from app.camera.picture_file import read_picture
from app.core.errors import AlreadyEnrolled, ImageError, InvalidName, NoFace, SeveralFaces, StoreError
from app.flows.enrolment import EnrolmentState, Sample
from app.services.pictures import picture_files
from app.wiring import Application


@pytest.fixture
def blank(tmp_path: Path) -> Path:
    path = tmp_path / "blank.png"
    cv2.imwrite(str(path), np.full((300, 300, 3), 128, np.uint8))
    return path


@pytest.fixture
def both(tmp_path: Path, hopper: Path, collins: Path) -> Path:
    """Two people side by side, equally large."""
    first, second = read_picture(hopper), read_picture(collins)[:256, 110:330]
    second = np.asarray(cv2.resize(second, (first.shape[1], first.shape[0])), np.uint8)
    path = tmp_path / "both.png"
    cv2.imwrite(str(path), cv2.cvtColor(np.hstack([first, second]), cv2.COLOR_RGB2BGR))
    return path


def test_a_person_enrolled_from_a_picture_is_matched_at_once(application: Application, hopper: Path) -> None:
    report = application.enrolment.from_pictures("Grace Hopper", [hopper])
    assert (report.taken, report.refused, report.person.templates) == (1, (), 1)
    match = application.comparison.verify("grace hopper", hopper)
    assert match.accepted
    assert match.similarity > 0.99


def test_pictures_that_cannot_be_used_are_named_and_the_rest_is_stored(
    application: Application, hopper: Path, blank: Path, both: Path
) -> None:
    seen: list[Path] = []
    report = application.enrolment.from_pictures("Grace", [blank, hopper, both], progress=seen.append)
    assert report.taken == 1
    assert [(r.path, type(r.error)) for r in report.refused] == [(blank, NoFace), (both, SeveralFaces)]
    assert seen == [blank, hopper, both]


def test_nothing_is_stored_when_no_picture_can_be_used(application: Application, blank: Path, both: Path) -> None:
    with pytest.raises(ImageError, match="None of the 2 pictures"):
        application.enrolment.from_pictures("Grace", [blank, both])
    with pytest.raises(NoFace, match=r"blank\.png"):
        application.enrolment.from_pictures("Grace", [blank])
    with pytest.raises(ImageError, match="no pictures"):
        application.enrolment.from_pictures("Grace", [])
    assert application.people.all() == []


def test_a_taken_name_is_refused_before_any_picture_is_looked_at(application: Application, hopper: Path) -> None:
    application.enrolment.from_pictures("Grace", [hopper])
    with pytest.raises(AlreadyEnrolled, match="GRACE"):
        application.enrolment.from_pictures("GRACE", [Path("does-not-exist.jpg")])
    with pytest.raises(AlreadyEnrolled):
        application.enrolment.check_name(" grace ")
    assert application.people.find("Grace").templates == 1


def test_pictures_can_be_added_to_a_person(application: Application, hopper: Path, collins: Path) -> None:
    application.enrolment.from_pictures("Grace", [hopper])
    report = application.enrolment.from_pictures("grace", [hopper], add=True)
    assert report.person.name == "Grace"
    assert report.person.templates == 2
    assert application.enrolment.from_pictures("Eileen", [collins], add=True).person.templates == 1


@pytest.mark.parametrize("name", ["", "   ", "a" * 101, "line\nbreak", "\u202eevil"])
def test_a_name_that_cannot_be_stored_says_so(application: Application, hopper: Path, name: str) -> None:
    with pytest.raises(InvalidName) as caught:
        application.enrolment.from_pictures(name, [hopper])
    assert caught.value.hint
    assert application.people.all() == []


@pytest.mark.parametrize("name", ["李明", "Zoë Müller-Lüdenscheidt", "محمد", "👩🏽‍🚀 Sally", "O'Brien, Conan"])
def test_other_scripts_and_emoji_are_names(application: Application, hopper: Path, name: str) -> None:
    application.enrolment.from_pictures(name, [hopper])
    assert application.people.find(name).name == name


def test_the_flow_asks_for_what_the_settings_say(application: Application) -> None:
    status = application.enrolment.new_flow().status
    assert status.state is EnrolmentState.COLLECTING
    assert status.wanted == application.settings.enrolment.frames


def test_samples_of_the_camera_are_stored_together(application: Application, hopper: Path) -> None:
    face = application.pictures.good_face(hopper)
    assert face.embedding is not None
    sample = Sample(face.embedding, face.quality)
    person = application.enrolment.save("Grace", [sample, sample], "Camera 0")
    assert person.templates == 2
    templates = application.people.details("Grace").templates
    assert {template.source for template in templates} == {"Camera 0"}
    assert all(0 < template.quality <= 1 for template in templates)


def test_a_store_that_fails_leaves_nothing_half_done(application: Application, hopper: Path) -> None:
    application.enrolment.from_pictures("Grace", [hopper])

    def fail(*_: object) -> None:
        raise StoreError("full", "free some space")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(application._repository, "add", fail)
        with pytest.raises(StoreError):
            application.enrolment.from_pictures("Eileen", [hopper])
    assert [person.name for person in application.people.all()] == ["Grace"]


def test_a_folder_gives_its_pictures_by_name(tmp_path: Path, hopper: Path) -> None:
    for name in ("b.JPG", "a.png", "notes.txt"):
        (tmp_path / name).write_bytes(hopper.read_bytes())
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in picture_files(tmp_path)] == ["a.png", "b.JPG"]
