"""What commands do in front of a camera, without a window."""

from collections.abc import Callable
from dataclasses import replace

from app.camera.selection import parse_source
from app.core.errors import CameraLost, FaceNotUsable
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Person
from app.core.settings import CameraSettings
from app.core.types import AnalyzedFace, Match, Verdict
from app.flows.enrolment import EnrolmentState, EnrolmentStatus
from app.flows.verification import CONFIRM_FRAMES
from app.pipeline.recognition import FrameResult
from app.services.enrolment import EnrolmentReport, EnrolmentService
from app.services.live import LiveService
from app.services.matching import Matcher

_VERIFY_WITHIN_NS = 10_000_000_000


def enrol_from_camera(
    live: LiveService,
    enrolment: EnrolmentService,
    camera: CameraSettings,
    name: str,
    *,
    add: bool,
    progress: Callable[[EnrolmentStatus], None],
) -> EnrolmentReport:
    """Take pictures of the person before the camera and store them, all or none.

    Raises:
        InvalidName: The name cannot be stored.
        AlreadyEnrolled: Somebody has it, and `add` is not set.
        FaceNotUsable: Too few good pictures came, so that nothing was stored.
        CameraError: The camera fails.
    """
    if not add:
        enrolment.check_name(name)
    flow = enrolment.new_flow()
    with live.watching(camera) as session:
        session.pipeline.enrol(flow)
        for result in session.results():
            if result.enrolment is not None:
                progress(result.enrolment)
                if result.enrolment.state is not EnrolmentState.COLLECTING:
                    break
        info = session.pipeline.status().camera.info
    if flow.status.state is not EnrolmentState.COMPLETE:
        raise FaceNotUsable(
            QT_TRANSLATE_NOOP("errors", "Too few good pictures came from “{path}” ({reasons}). Nothing was stored."),
            QT_TRANSLATE_NOOP("errors", "Look straight at the camera, alone, in even light."),
            path=parse_source(camera.source).label,
            reasons=", ".join(flow.status.hints) or flow.status.guidance,
        )
    person = enrolment.save(name, flow.samples, info.name if info else "", add=add)
    return EnrolmentReport(person, len(flow.samples), ())


def verify_by_camera(live: LiveService, matcher: Matcher, camera: CameraSettings, person: Person) -> Match:
    """Whether the largest face before the camera is this person (1:1).

    Accepts after three judged frames in a row of one tracked face; otherwise, after ten seconds or at the end of a
    film, gives the best that was seen.

    Raises:
        UnknownPerson: The person has no template of the model in use.
        CameraLost: No face could be judged.
        CameraError: The camera fails.
    """
    best: Match | None = None
    agreeing: list[int] = []
    started: int | None = None
    with live.watching(camera) as session:
        for result in session.results():
            started = result.finished_ns if started is None else started
            face = _judged(result)
            if face is not None and face.embedding is not None:
                match = matcher.verify(face.embedding, person)
                best = match if best is None or match.similarity > best.similarity else best
                agreeing = [*agreeing, face.face.track][-CONFIRM_FRAMES:] if match.accepted else []
                if len(agreeing) == CONFIRM_FRAMES and len(set(agreeing)) == 1:
                    return match
            if result.finished_ns - started > _VERIFY_WITHIN_NS:
                break
    return _not_confirmed(best, camera)


def _judged(result: FrameResult) -> AnalyzedFace | None:
    return next((face.analyzed for face in result.faces if face.analyzed.embedding is not None), None)


def _not_confirmed(best: Match | None, camera: CameraSettings) -> Match:
    if best is None:
        raise CameraLost(
            QT_TRANSLATE_NOOP("errors", "No face could be judged at “{camera}”."),
            QT_TRANSLATE_NOOP("errors", "Look straight at the camera, alone, in even light."),
            camera=parse_source(camera.source).label,
        )
    return best if not best.accepted else replace(best, verdict=Verdict.NO_MATCH)
