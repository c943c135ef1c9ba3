"""What commands do in front of a camera, without a window."""

from collections.abc import Callable
from pathlib import Path

from app.camera.selection import parse_source
from app.camera.video_file import VideoFile
from app.core.errors import FaceNotUsable, NoConsent, SelfTestFailed
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Consent, Person
from app.core.settings.sections import CameraSettings
from app.flows.enrolment import EnrolmentFlow, EnrolmentState, EnrolmentStatus
from app.services.enrolment.enrolment_service import Applicant, EnrolmentReport, EnrolmentService
from app.services.enrolment.lookalikes import ChooseForLookalike, cancel_enrolment
from app.services.enrolment.sample_collection import Identify, collect_from_video
from app.services.live.live_service import LiveService
from app.vision.analysis import FaceAnalyzer


def enrol_from_camera(
    live: LiveService,
    enrolment: EnrolmentService,
    camera: CameraSettings,
    who: Applicant | Person,
    consent: Consent | None,
    *,
    quick: bool = False,
    decide: ChooseForLookalike = cancel_enrolment,
    progress: Callable[[EnrolmentStatus], None] = lambda _: None,
) -> EnrolmentReport:
    """Take pictures of the person before the camera, try them, and store them, all or none.

    Args:
        live: Runs the camera.
        enrolment: Stores them.
        camera: Names it.
        who: Gets the pictures.
        consent: What the person has agreed to.
        quick: Ask for the front alone.
        decide: Called where somebody else enrolled looks like them.
        progress: Called after each frame.

    Raises:
        FacelatchError: As `EnrolmentService.save`.
        FaceNotUsable: Too few good pictures came, so that nothing was stored.
        SelfTestFailed: The new pictures do not recognise the person.
        CameraError: The camera fails.
    """
    if consent is None:
        raise NoConsent(name=who.name)
    flow = enrolment.new_flow(who, quick=quick)
    with live.watching(camera) as session:
        session.pipeline.enrol(flow)
        for result in session.results():
            if result.enrolment is not None:
                progress(result.enrolment)
                if not result.enrolment.is_running:
                    break
        info = session.pipeline.status().camera.info
    flow.end()
    _require_complete(flow, who.name, parse_source(camera.source).label)
    return enrolment.complete(who, flow, consent, info.name if info else "", decide)


def enrol_from_video(
    enrolment: EnrolmentService,
    film: Path,
    analyzer: FaceAnalyzer,
    identify: Identify,
    who: Applicant | Person,
    consent: Consent | None,
    *,
    quick: bool = False,
    decide: ChooseForLookalike = cancel_enrolment,
    progress: Callable[[EnrolmentStatus], None] = lambda _: None,
) -> EnrolmentReport:
    """The same from a film: every frame is looked at, and directions it does not show are done without.

    Args:
        enrolment: Stores the pictures.
        film: A video file.
        analyzer: Vision for frames that follow each other.
        identify: Compares with everybody enrolled.
        who: Gets the pictures.
        consent: What the person has agreed to.
        quick: Ask for the front alone.
        decide: Called where somebody else enrolled looks like them.
        progress: Called after each frame.

    Raises:
        FacelatchError: As `enrol_from_camera`.
    """
    if consent is None:
        raise NoConsent(name=who.name)
    flow = enrolment.new_flow(who, quick=quick, endless=True)
    with VideoFile(film, enrolment.clock, paced=False) as frames:
        collect_from_video(flow, iter(frames.read, None), analyzer, identify, progress)
    _require_complete(flow, who.name, film.name)
    return enrolment.complete(who, flow, consent, film.name, decide)


def _require_complete(flow: EnrolmentFlow, name: str, source: str) -> None:
    if flow.status.state is EnrolmentState.TEST_FAILED:
        raise SelfTestFailed(name=name)
    if flow.status.state is not EnrolmentState.COMPLETE:
        raise FaceNotUsable(
            QT_TRANSLATE_NOOP("errors", "Too few good pictures came from “{path}” ({reasons}). Nothing was stored."),
            QT_TRANSLATE_NOOP("errors", "Look straight at the camera, alone, in even light."),
            path=source,
            reasons=", ".join(flow.status.hints) or flow.status.guidance,
        )
