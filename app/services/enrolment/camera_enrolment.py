"""Enrolment from a camera or a video, without a window."""

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
    """Collect samples of the person in front of a camera, test them, and store all of them or none.

    Args:
        live: Runs the camera.
        enrolment: Stores the samples.
        camera: The camera.
        who: A new person, or one who is enrolled already.
        consent: The person's consent.
        quick: Ask for the front only.
        decide: Called if another enrolled person is a lookalike.
        progress: Called after each frame.

    Raises:
        FacelatchError: As `EnrolmentService.save`.
        NoConsent: There is no consent.
        FaceNotUsable: There were too few good frames; nothing was stored.
        SelfTestFailed: The new samples do not match the person.
        CameraError: The camera failed.
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
    video: Path,
    analyzer: FaceAnalyzer,
    identify: Identify,
    who: Applicant | Person,
    consent: Consent | None,
    *,
    quick: bool = False,
    decide: ChooseForLookalike = cancel_enrolment,
    progress: Callable[[EnrolmentStatus], None] = lambda _: None,
) -> EnrolmentReport:
    """Collect samples from a video, test them, and store all of them or none. Poses it does not show are skipped.

    Args:
        enrolment: Stores the samples.
        video: A video file.
        analyzer: Vision for consecutive frames.
        identify: Compares faces with the gallery.
        who: A new person, or one who is enrolled already.
        consent: The person's consent.
        quick: Ask for the front only.
        decide: Called if another enrolled person is a lookalike.
        progress: Called after each frame.

    Raises:
        FacelatchError: As `enrol_from_camera`.
    """
    if consent is None:
        raise NoConsent(name=who.name)
    flow = enrolment.new_flow(who, quick=quick, endless=True)
    with VideoFile(video, enrolment.clock, paced=False) as frames:
        collect_from_video(flow, iter(frames.read, None), analyzer, identify, progress)
    _require_complete(flow, who.name, video.name)
    return enrolment.complete(who, flow, consent, video.name, decide)


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
