"""When the networks for pictures are loaded and freed."""

import threading
from pathlib import Path

import pytest

from app.core.errors import ModelMissing
from app.core.faces import AnalyzedFace, Frame
from app.services.access.permissions import ADMINISTRATOR
from app.services.recognition.pictures import PictureService
from app.vision.analysis import FaceAnalyzer


class Eye:
    """Analyser that detects no face and records the thread that made it."""

    def __init__(self) -> None:
        self.made_in = threading.current_thread()
        self.closed = 0

    def analyze(self, _: Frame, least_share: float = 0.0) -> tuple[AnalyzedFace, ...]:
        return ()

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def eyes() -> list[Eye]:
    return []


@pytest.fixture
def service(eyes: list[Eye]) -> PictureService:
    def make() -> Eye:
        eyes.append(Eye())
        return eyes[-1]

    return PictureService(ADMINISTRATOR, make)  # type: ignore[arg-type] # the part of an analyzer that is used


def test_networks_are_loaded_once_at_the_first_picture(service: PictureService, eyes: list[Eye], hopper: Path) -> None:
    assert not eyes
    service.faces_in(hopper)
    service.faces_in(hopper)
    (eye,) = eyes
    assert eye.made_in is threading.current_thread()


def test_networks_can_be_loaded_in_advance_in_another_thread(
    service: PictureService, eyes: list[Eye], hopper: Path
) -> None:
    service.prepare()
    service.prepare()
    service.faces_in(hopper)
    service.prepare()
    (eye,) = eyes
    assert eye.made_in is not threading.current_thread()
    service.close()
    assert eye.closed == 1


def test_prepared_but_unused_networks_are_closed(service: PictureService, eyes: list[Eye]) -> None:
    service.prepare()
    service.close()
    assert [eye.closed for eye in eyes] == [1]


def test_closed_networks_are_loaded_again_when_needed(service: PictureService, eyes: list[Eye], hopper: Path) -> None:
    service.faces_in(hopper)
    service.close()
    service.faces_in(hopper)
    service.renew()
    service.faces_in(hopper)
    assert [eye.closed for eye in eyes] == [1, 1, 0]


def test_a_loading_error_is_raised_at_the_first_picture(hopper: Path) -> None:
    def refuse() -> FaceAnalyzer:
        raise ModelMissing(model="net")

    service = PictureService(ADMINISTRATOR, refuse)
    service.prepare()
    with pytest.raises(ModelMissing):
        service.faces_in(hopper)
    service.prepare()
    service.close()
