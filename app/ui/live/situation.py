"""Situations in which the live page shows a message: starting, paused, failed, ended. Each offers a next step."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QObject

from app.core.errors import FacelatchError
from app.core.logging import redact_credentials
from app.pipeline.capture_thread import CameraState, CameraStatus
from app.pipeline.live import LiveStatus
from app.pipeline.results import EngineState
from app.ui.shell.session import DEMO, SessionState
from app.ui.texts import value_texts

translate = QCoreApplication.translate


class Step(StrEnum):
    """Next step that the user can take."""

    RETRY = "retry"
    DEMO = "demo"
    CHOOSE = "choose"
    RESUME = "resume"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Situation:
    """A message of the live page, in place of the picture or over it.

    Attributes:
        icon: Name in the icon family.
        tone: Colour role of the icon.
        title: What happened.
        tried: What the program has done about it.
        advice: What the user can do.
        steps: Buttons, the recommended one first.
        busy: Whether the situation is expected to end by itself.
        over_picture: Whether the picture stays visible below the message.
    """

    icon: str
    tone: str
    title: str
    tried: str = ""
    advice: str = ""
    steps: tuple[Step, ...] = ()
    busy: bool = False
    over_picture: bool = False


_ALL = (Step.RETRY, Step.DEMO, Step.CHOOSE)
_ELSEWHERE = (Step.DEMO, Step.CHOOSE)


def situation(state: SessionState) -> Situation | None:
    """Return the situation of a session; None while the picture is live."""
    if state.error is not None:
        tried = translate("situation", "Recognition is not running.")
        # Without services, neither the demo nor another camera can be shown.
        return _failed(state.error, "warning-circle", tried, _ALL if state.live else (Step.RETRY,))
    if state.live is None:
        return _starting()
    return _of_live(state.live, state.source)


def _of_live(live: LiveStatus, source: str) -> Situation | None:
    if live.engine.state is EngineState.FAULT and live.engine.error is not None:
        tried = translate("situation", "Recognition has stopped.")
        return _failed(live.engine.error, "warning-circle", tried, (Step.RETRY,))
    if live.paused:
        return _paused()
    camera = _of_camera(live.camera, source)
    if camera is not None:
        return camera
    return _starting() if live.engine.state is EngineState.LOADING else None


def _of_camera(camera: CameraStatus, source: str) -> Situation | None:
    match camera.state:
        case CameraState.OPENING:
            return _opening(source)
        case CameraState.ENDED:
            return _ended(camera)
        case CameraState.DARK if camera.error is not None:
            return _dark(camera.error)
        case CameraState.FAULT if camera.error is not None:
            return _failed(camera.error, "warning-circle", _tried(camera))
        case CameraState.STALLED | CameraState.WAITING if camera.error is not None:
            return _failed(camera.error, "camera-slash", _tried(camera))
        case _:
            return None


def _starting() -> Situation:
    return Situation(
        "hourglass",
        "accent",
        translate("situation", "Loading the models"),
        advice=translate("situation", "This takes a few seconds when the program starts."),
        busy=True,
    )


def _opening(source: str) -> Situation:
    name = _shown(source)
    return Situation(
        "video-camera",
        "accent",
        translate("situation", "Opening {camera}").format(camera=name),
        advice=translate("situation", "A webcam needs a second or two; a network camera, sometimes ten."),
        steps=_ELSEWHERE if source != DEMO else (),
        busy=True,
    )


def _ended(camera: CameraStatus) -> Situation:
    name = camera.info.name if camera.info else ""
    return Situation(
        "film-strip",
        "muted",
        translate("situation", "The video has ended"),
        tried=translate("situation", "“{name}” has been played to the end.").format(name=name),
        advice=translate("situation", "Play it again, or choose something else to watch."),
        steps=(Step.REPLAY, *_ELSEWHERE),
    )


def _dark(error: FacelatchError) -> Situation:
    message, hint = value_texts.error_message(error), value_texts.error_hint(error)
    return Situation("moon-stars", "caution", message, advice=hint, steps=_ELSEWHERE, over_picture=True)


def _paused() -> Situation:
    return Situation(
        "pause",
        "muted",
        translate("situation", "Paused"),
        tried=translate("situation", "The camera is switched off."),
        advice=translate("situation", "Faces are not analysed until you continue."),
        steps=(Step.RESUME,),
    )


def _failed(error: FacelatchError, icon: str, tried: str, steps: tuple[Step, ...] = _ALL) -> Situation:
    return Situation(icon, "caution", value_texts.error_message(error), tried, value_texts.error_hint(error), steps)


def _tried(camera: CameraStatus) -> str:
    if camera.state is CameraState.FAULT:
        return translate("situation", "There will be no automatic retry.")
    if camera.state is CameraState.STALLED:
        return translate("situation", "Waiting for the next picture.")
    return CameraAttemptTexts().tried(camera.attempts)


def _shown(source: str) -> str:
    if source == DEMO:
        return translate("situation", "the demo")
    if source.isdigit():
        return translate("situation", "camera {number}").format(number=source)
    return redact_credentials(source)


class CameraAttemptTexts(QObject):
    """Texts with a plural. `lupdate` recognises plurals only in `tr`, which needs an object."""

    def tried(self, times: int) -> str:
        """Return how many times the camera was tried."""
        return self.tr("Tried %n time(s); retrying.", "", times)
