"""What commands do in front of a camera, without a window."""

from collections.abc import Callable

from app.camera.selection import parse_source
from app.core.errors import FaceNotUsable
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.settings import CameraSettings
from app.flows.enrolment import EnrolmentState, EnrolmentStatus
from app.services.enrolment import EnrolmentReport, EnrolmentService
from app.services.live import LiveService


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
