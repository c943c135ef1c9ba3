"""Translated texts for enum values and errors, and numbers and dates in the format of the window's language."""

import datetime as clock
import re
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from app.core.errors import FacelatchError
from app.core.faces import HeadPose, QualityHint
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.match_decision import NAMED_ONE_IN, Match, OperatingPoint
from app.flows.enrolment_status import EnrolmentState, EnrolmentStatus, Guidance
from app.flows.pacing import Pace, PaceReason, Saving, SavingKind
from app.pipeline.timings import FrameStage

translate = QCoreApplication.translate

_LONG_RUN = re.compile(r"\w{12}(?=\w)")
_BREAK_HERE = "\u200b"
_STOPS = ".!?。！？"

_HINTS = {
    QualityHint.TOO_DARK: QT_TRANSLATE_NOOP("texts", "Too dark: turn on a light or face the window"),
    QualityHint.TOO_BRIGHT: QT_TRANSLATE_NOOP("texts", "Too bright: turn away from the light"),
    QualityHint.MOVE_CLOSER: QT_TRANSLATE_NOOP("texts", "Move a little closer"),
    QualityHint.CUT_OFF: QT_TRANSLATE_NOOP("texts", "Move into the picture"),
    QualityHint.LOOK_AT_CAMERA: QT_TRANSLATE_NOOP("texts", "Look at the camera"),
    QualityHint.EYES_CLOSED: QT_TRANSLATE_NOOP("texts", "Open your eyes"),
    QualityHint.HOLD_STILL: QT_TRANSLATE_NOOP("texts", "Hold still"),
}
_PACES = {
    PaceReason.NO_FACE: QT_TRANSLATE_NOOP("texts", "No face in view: {rate} frames analysed per second."),
    PaceReason.BUDGET: QT_TRANSLATE_NOOP("texts", "Frames take too long: {rate} analysed per second."),
    PaceReason.BATTERY: QT_TRANSLATE_NOOP("texts", "On battery: {rate} frames analysed per second."),
    PaceReason.HEAT: QT_TRANSLATE_NOOP("texts", "The computer is hot: {rate} frames analysed per second."),
}
_SAVED = QT_TRANSLATE_NOOP("texts", "To save time: {savings}.")
_SAVINGS = {
    SavingKind.MIRRORED: QT_TRANSLATE_NOOP("texts", "no averaging with the mirrored face"),
    SavingKind.PICTURE: QT_TRANSLATE_NOOP("texts", "face detection at {side} pixels"),
    SavingKind.FACES: QT_TRANSLATE_NOOP("texts", "one face at a time"),
}
_GUIDANCE = {
    Guidance.SHOW_FACE: QT_TRANSLATE_NOOP("texts", "Come into the picture"),
    Guidance.ONE_AT_A_TIME: QT_TRANSLATE_NOOP("texts", "One person at a time, please"),
    Guidance.OTHER_PERSON: QT_TRANSLATE_NOOP("texts", "This looks like someone else"),
    Guidance.IMPROVE: QT_TRANSLATE_NOOP("texts", "Look at the camera"),
    Guidance.UNCOVER: QT_TRANSLATE_NOOP("texts", "Take off the mask or the dark glasses"),
    Guidance.TURN_LESS: QT_TRANSLATE_NOOP("texts", "A little less"),
    Guidance.HOLD: QT_TRANSLATE_NOOP("texts", "Hold it there"),
    Guidance.LOOK_AHEAD: QT_TRANSLATE_NOOP("texts", "Look straight at the camera once more"),
}
_TURNS = {
    HeadPose.FRONT: QT_TRANSLATE_NOOP("texts", "Look straight at the camera"),
    HeadPose.LEFT: QT_TRANSLATE_NOOP("texts", "Turn your head slowly to your left"),
    HeadPose.RIGHT: QT_TRANSLATE_NOOP("texts", "Turn your head slowly to your right"),
    HeadPose.UP: QT_TRANSLATE_NOOP("texts", "Lift your chin a little"),
    HeadPose.DOWN: QT_TRANSLATE_NOOP("texts", "Lower your chin a little"),
}
_ENDS = {
    EnrolmentState.TIMED_OUT: QT_TRANSLATE_NOOP("texts", "That took too long"),
    EnrolmentState.TEST_FAILED: QT_TRANSLATE_NOOP("texts", "The new pictures did not recognise you"),
    EnrolmentState.INCOMPLETE: QT_TRANSLATE_NOOP("texts", "No picture from the front"),
}
_STAGES = {
    FrameStage.CAPTURE: QT_TRANSLATE_NOOP("texts", "Capture"),
    FrameStage.DETECT: QT_TRANSLATE_NOOP("texts", "Detect"),
    FrameStage.ALIGN: QT_TRANSLATE_NOOP("texts", "Align"),
    FrameStage.EMBED: QT_TRANSLATE_NOOP("texts", "Embed"),
    FrameStage.LIVENESS: QT_TRANSLATE_NOOP("texts", "Liveness"),
    FrameStage.MATCH: QT_TRANSLATE_NOOP("texts", "Compare"),
    FrameStage.DRAW: QT_TRANSLATE_NOOP("texts", "Draw"),
    FrameStage.TOTAL: QT_TRANSLATE_NOOP("texts", "Total"),
}
_STRICTNESS = dict(
    zip(
        NAMED_ONE_IN,
        (
            QT_TRANSLATE_NOOP("texts", "Relaxed: 1 stranger in {count}"),
            QT_TRANSLATE_NOOP("texts", "Normal: 1 stranger in {count}"),
            QT_TRANSLATE_NOOP("texts", "Strict: 1 stranger in {count}"),
            QT_TRANSLATE_NOOP("texts", "Strictest: 1 stranger in {count}"),
        ),
        strict=True,
    )
)
_PROVIDERS = {"CPUExecutionProvider": "CPU", "OpenVINOExecutionProvider": "OpenVINO", "CUDAExecutionProvider": "CUDA"}


def translated(text: str) -> str:
    """Translate a text of the context "texts"."""
    return translate("texts", text)


def error_message(error: FacelatchError) -> str:
    """Return the translated message of an error."""
    return _filled(error, error.message_template)


def error_hint(error: FacelatchError) -> str:
    """Return the translated hint of an error; empty if it has none."""
    return _filled(error, error.hint_template)


def hint(value: QualityHint) -> str:
    """Return the instruction for a quality hint."""
    return translated(_HINTS[value])


def guidance(status: EnrolmentStatus) -> str:
    """Return the instruction for the person being enrolled."""
    if status.state in _ENDS:
        return translated(_ENDS[status.state])
    if status.guidance is Guidance.IMPROVE and status.hints:
        return hint(status.hints[0])
    if status.guidance is Guidance.TURN and status.pose is not None:
        return translated(_TURNS[status.pose])
    return translated(_GUIDANCE.get(status.guidance, _GUIDANCE[Guidance.HOLD]))


def seconds(nanoseconds: int) -> str:
    """Return a duration in seconds, to a tenth."""
    text = QT_TRANSLATE_NOOP("texts", "{seconds} s")
    return translated(text).format(seconds=QLocale().toString(nanoseconds / 1e9, "f", 1))


def language_code() -> str:
    """Return the language of the window as used in the names of consent texts: "zh_CN" or "en"."""
    return "zh_CN" if QLocale().language() is QLocale.Language.Chinese else "en"


def stage(value: FrameStage) -> str:
    """Return the name of a stage of the frame path."""
    return translated(_STAGES[value])


def operating_point(fmr: str) -> str:
    """Return the label of an operating point.

    Args:
        fmr: Its false match rate as text, such as "1e-4".
    """
    words = QT_TRANSLATE_NOOP("texts", "For each person: 1 stranger in {count}")
    return translated(words).format(count=number(round_to_two_figures(1 / float(fmr))))


def strictness(one_in: int, fmr: str) -> str:
    """Return the label of the strictness in force.

    Args:
        one_in: The promise per visitor; 0 if the operating point applies to every comparison.
        fmr: The operating point, such as "1e-4".
    """
    if not one_in:
        return operating_point(fmr)
    words = _STRICTNESS.get(one_in, QT_TRANSLATE_NOOP("texts", "Custom: 1 stranger in {count}"))
    return translated(words).format(count=number(one_in))


def short_strictness(one_in: int, fmr: str) -> str:
    """Return the part of that label before the colon.

    Args:
        one_in: See `strictness`.
        fmr: See `strictness`.
    """
    return strictness(one_in, fmr).replace("：", ":").partition(":")[0]


def match_meaning(match: Match) -> str:
    """Return how many strangers would reach the similarity of a match."""
    return fmr_meaning(match.fmr)


def fmr_meaning(fmr: float) -> str:
    """Return how many strangers would reach a similarity with this false match rate, 0 to 1.

    Below the lowest measured rate, 1e-6, the text gives a bound.
    """
    lowest = OperatingPoint.FMR_1E6.fmr
    if fmr < lowest:
        text = QT_TRANSLATE_NOOP("texts", "Fewer than 1 in {count} strangers would reach this")
        return translated(text).format(count=number(round(1 / lowest)))
    if fmr > 0.5:
        return translated(QT_TRANSLATE_NOOP("texts", "Most strangers would reach this"))
    text = QT_TRANSLATE_NOOP("texts", "About 1 in {count} strangers would reach this")
    return translated(text).format(count=number(round_to_two_figures(1 / fmr)))


def one_in_text(fmr: float) -> str:
    """Return a false match rate, 0 to 1, as "1 in N"; below the lowest measured rate, as a bound."""
    lowest = OperatingPoint.FMR_1E6.fmr
    if fmr < lowest:
        text = QT_TRANSLATE_NOOP("texts", "fewer than 1 in {count}")
        return translated(text).format(count=number(round(1 / lowest)))
    return translated(QT_TRANSLATE_NOOP("texts", "1 in {count}")).format(count=number(round_to_two_figures(1 / fmr)))


def similarity_text(match: Match) -> str:
    """Return the similarity of a match beside its threshold."""
    text = QT_TRANSLATE_NOOP("texts", "Similarity {value}, needs {threshold}")
    return translated(text).format(value=f"{match.similarity:.2f}", threshold=f"{match.threshold:.2f}")


def provider(name: str) -> str:
    """Return the short name of an ONNX Runtime execution provider."""
    return _PROVIDERS.get(name, name.removesuffix("ExecutionProvider"))


def pace_text(value: Pace) -> str:
    """Return which work is reduced and why; empty if none is."""
    words = []
    if value.savings:
        latest = {saving.kind: saving for saving in value.savings}
        words.append(translated(_SAVED).format(savings=", ".join(map(_saving, latest.values()))))
    if value.reason is not None and value.frames_per_second is not None:
        words.append(translate("texts", _PACES[value.reason]).format(rate=f"{value.frames_per_second:.0f}"))
    return " ".join(words)


def _saving(value: Saving) -> str:
    return translate("texts", _SAVINGS[value.kind]).format(side=value.compute_budget.longest_side)


def rate(value: float) -> str:
    """Return a frame rate."""
    return translate("StatusLine", "{rate} fps").format(rate=f"{value:.0f}")


def number(value: int) -> str:
    """Return an integer with the thousands separators of the language."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.DefaultNumberOptions)  # those of the C locale omit separators
    return locale.toString(value)


def date(value: datetime) -> str:
    """Return the local date of a moment."""
    return day(value.astimezone().date())


def day(value: clock.date) -> str:
    """Return a date in the format of the language."""
    return QLocale().toString(QDate(value.year, value.month, value.day), QLocale.FormatType.ShortFormat)


def moment(value: datetime) -> str:
    """Return local date and time, to the minute."""
    return f"{date(value)} {value.astimezone():%H:%M}"


def exact_moment(value: datetime) -> str:
    """Return local date and time, to the second."""
    return f"{date(value)} {value.astimezone():%H:%M:%S}"


def _filled(error: FacelatchError, template: str) -> str:
    text = translate("errors", template) if template else ""
    return text.format(**error.details) if error.details else text


def round_to_two_figures(value: float) -> int:
    """Round to two significant digits, the precision of the measured rates."""
    whole = round(value)
    step: int = 10 ** max(len(str(whole)) - 2, 0)
    return round(whole / step) * step


def sentences(*parts: str) -> str:
    """Join parts for a screen reader: each becomes a sentence, punctuated as in the window's language."""
    stop, between = ("。", "") if language_code() == "zh_CN" else (".", " ")
    said = [part.strip() for part in parts if part.strip()]
    return between.join(part if part[-1] in _STOPS else part + stop for part in said)


def breakable(text: str) -> str:
    """Insert zero-width spaces into words too long for a line.

    A name may have a hundred letters without a space; a label would otherwise widen the window.
    """
    return _LONG_RUN.sub(lambda run: run[0] + _BREAK_HERE, text)
