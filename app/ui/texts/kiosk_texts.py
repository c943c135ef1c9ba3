"""Messages of the kiosk for each state: headline, advice, icon and colour."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication

from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import LivenessPolicy, LivenessVerdict, Movement
from app.core.lockout import lasts_until_reset
from app.flows.kiosk.types import DenialReason, KioskState, KioskStatus
from app.flows.liveness.challenge import ChallengeState, ChallengeStatus
from app.services.kiosk.controller import KioskView, LeaveStatus
from app.ui.texts import value_texts
from app.ui.texts.liveness_texts import cues_by_verdict

_DENIALS = {
    DenialReason.NOT_RECOGNISED: QT_TRANSLATE_NOOP("kiosk", "Not recognised"),
    DenialReason.AMBIGUOUS: QT_TRANSLATE_NOOP("kiosk", "Not clear who you are"),
    DenialReason.GALLERY_EMPTY: QT_TRANSLATE_NOOP("kiosk", "No people enrolled here"),
    DenialReason.NOT_LIVE: QT_TRANSLATE_NOOP("kiosk", "Liveness check failed"),
    DenialReason.NOT_FINISHED: QT_TRANSLATE_NOOP("kiosk", "The check was not finished"),
    DenialReason.CANNOT_JUDGE: QT_TRANSLATE_NOOP("kiosk", "Cannot see you well"),
    DenialReason.NOT_IN_GROUP: QT_TRANSLATE_NOOP("kiosk", "No access here"),
    DenialReason.NOT_NOW: QT_TRANSLATE_NOOP("kiosk", "Closed at this time"),
    DenialReason.NOT_VALID: QT_TRANSLATE_NOOP("kiosk", "Your access has ended"),
    DenialReason.UNKNOWN_BADGE: QT_TRANSLATE_NOOP("kiosk", "Unknown badge"),
    DenialReason.IDENTITY_LOCKED: QT_TRANSLATE_NOOP("kiosk", "This badge is locked"),
    DenialReason.BADGES_LOCKED: QT_TRANSLATE_NOOP("kiosk", "Too many unknown badges. Try again later"),
    DenialReason.WRONG_PIN: QT_TRANSLATE_NOOP("kiosk", "Wrong PIN"),
    DenialReason.NO_PIN: QT_TRANSLATE_NOOP("kiosk", "There is no such PIN"),
    DenialReason.ACTION_FAILED: QT_TRANSLATE_NOOP("kiosk", "The door did not open"),
}
_ASK_FOR_HELP = QT_TRANSLATE_NOOP("kiosk", "Ask for help.")
_USE_PIN = QT_TRANSLATE_NOOP("kiosk", "Use your PIN, or ask for help.")
_MOVEMENTS = {
    Movement.BLINK: (QT_TRANSLATE_NOOP("kiosk", "Blink"), "eye-closed"),
    Movement.TURN_LEFT: (QT_TRANSLATE_NOOP("kiosk", "Turn your head left"), "arrow-left"),
    Movement.TURN_RIGHT: (QT_TRANSLATE_NOOP("kiosk", "Turn your head right"), "arrow-right"),
    Movement.LOOK_UP: (QT_TRANSLATE_NOOP("kiosk", "Look up"), "arrow-up"),
    Movement.SMILE: (QT_TRANSLATE_NOOP("kiosk", "Smile"), "smiley"),
    Movement.OPEN_MOUTH: (QT_TRANSLATE_NOOP("kiosk", "Open your mouth"), "chat-teardrop"),
    Movement.RAISE_BROWS: (QT_TRANSLATE_NOOP("kiosk", "Raise your eyebrows"), "caret-double-up"),
}
"""Prompt and icon of each movement. Left and right are as in a mirror, like the picture."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the kiosk.

    Attributes:
        line: The headline, readable from three metres.
        advice: What the person can do; may be empty.
        icon: Name in the icon family.
        role: Colour role of the ring.
        tone: Colour role of the advice.
    """

    line: str
    advice: str
    icon: str
    role: str
    tone: str = "muted"


def kiosk_text(text: str) -> str:
    """Translate a text of the context "kiosk"."""
    return QCoreApplication.translate("kiosk", text)


def message_of_view(view: KioskView, *, has_pin: bool) -> Message:
    """Return the message of a view.

    Args:
        view: The current view.
        has_pin: Whether a PIN can be used in place of a face.
    """
    return _MESSAGES[view.status.state](view, kiosk_text(_USE_PIN if has_pin else _ASK_FOR_HELP))


def out_of_service_message(message: str) -> Message:
    """Return the message of a kiosk that cannot be used.

    Args:
        message: The reason, for the administrator.
    """
    return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "This terminal is out of service")), message, "lock", "bad")


def _idle(view: KioskView, help_text: str) -> Message:
    if view.status.is_rejected:
        advice = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Step out of view to try again."))
        return Message(
            kiosk_text(_DENIALS[DenialReason.NOT_RECOGNISED]), f"{advice} {help_text}", "user-focus", "caution"
        )
    if view.needs_badge:
        line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Show your badge"))
        return Message(line, "", "identification-card", "muted")
    return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Look at the camera")), "", "user-focus", "muted")


def _looking(view: KioskView, _help: str) -> Message:
    status = view.status
    if status.reason is not None:
        return Message(kiosk_text(_DENIALS[status.reason]), kiosk_text(_ASK_FOR_HELP), "prohibit", "caution")
    if status.must_leave:
        line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Access granted"))
        advice = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Step away before you use this terminal again."))
        return Message(line, advice, "check-circle", "muted")
    if status.hints:
        return Message(value_texts.hint(status.hints[0]), "", "user-focus", "caution")
    if status.person is not None:
        line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Look at the camera"))
        return Message(
            line, kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Your badge was read.")), "identification-card", "accent"
        )
    return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Look at the camera")), "", "user-focus", "accent")


def _verifying(view: KioskView, _help: str) -> Message:
    hints = view.status.hints
    advice = value_texts.hint(hints[0]) if hints else ""
    return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Hold still")), advice, "user-focus", "accent")


def _challenge(view: KioskView, _help: str) -> Message:
    return challenge_message(view.challenge, shining=view.light is not None)


def challenge_message(challenge: ChallengeStatus | None, *, shining: bool) -> Message:
    """Return the prompt of a challenge.

    Args:
        challenge: Status of the challenge; None while only passive cues run.
        shining: Whether the light challenge is running.
    """
    if shining:
        line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Hold still while the screen shines on you"))
        return Message(line, "", "sun", "accent")
    if challenge is not None and challenge.prompt is not None:
        step = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Step {number} of {count}"))
        advice = step.format(number=challenge.answered + 1, count=challenge.steps)
        line, sign = _MOVEMENTS[challenge.prompt]
        return Message(kiosk_text(line), advice, sign, "accent")
    if challenge is not None and challenge.state is ChallengeState.RETURNING:
        return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Good, look straight")), "", "user-focus", "accent")
    if challenge is not None:
        advice = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "You will be asked to move."))
        return Message(
            kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Look straight at the camera")), advice, "user-focus", "accent"
        )
    line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Move your head a little"))
    advice = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "This shows that you are not a picture."))
    return Message(line, advice, "user-focus", "accent")


def _granted(view: KioskView, _help: str) -> Message:
    person = view.status.person
    line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Welcome, {name}")).format(name=person.name) if person else ""
    line = line or kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Welcome"))
    if view.warning is None:
        return Message(line, "", "lock-open", "good")
    advice = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "An action failed: {problem}"))
    return Message(line, advice.format(problem=value_texts.error_message(view.warning)), "lock-open", "good", "caution")


def _denied(view: KioskView, help_text: str) -> Message:
    refusal = view.status.reason or DenialReason.NOT_RECOGNISED
    if refusal is DenialReason.ACTION_FAILED and view.warning is not None:
        advice = f"{value_texts.error_message(view.warning).rstrip('.')}. {kiosk_text(_ASK_FOR_HELP)}"
        return Message(kiosk_text(_DENIALS[refusal]), advice, "x-circle", "bad", "caution")
    soft = refusal in {DenialReason.CANNOT_JUDGE, DenialReason.NOT_NOW}
    return Message(
        kiosk_text(_DENIALS[refusal]), help_text, "warning" if soft else "x-circle", "caution" if soft else "bad"
    )


def _locked_out(_view: KioskView, help_text: str) -> Message:
    return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Too many attempts")), help_text, "lock", "bad")


def _pin(view: KioskView, _help: str) -> Message:
    status = view.status
    if status.pin_until_ns is not None:
        return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Too many wrong PINs")), "", "lock", "bad")
    if status.pin_wrong:
        return Message(kiosk_text(_DENIALS[status.reason or DenialReason.WRONG_PIN]), "", "x-circle", "bad")
    if status.person is not None:
        line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "{name}, your PIN")).format(name=status.person.name)
        return Message(line, "", "lock-key", "accent")
    return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Enter the PIN")), "", "lock-key", "accent")


def _fault(view: KioskView, help_text: str) -> Message:
    if view.problem is None:
        return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "One moment")), "", "hourglass", "muted")
    line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "The camera shows no picture"))
    return Message(line, f"{value_texts.error_message(view.problem)} {help_text}", "video-camera-slash", "caution")


_MESSAGES: dict[KioskState, Callable[[KioskView, str], Message]] = {
    KioskState.IDLE: _idle,
    KioskState.LOOKING: _looking,
    KioskState.VERIFYING: _verifying,
    KioskState.CHALLENGE: _challenge,
    KioskState.GRANTED: _granted,
    KioskState.DENIED: _denied,
    KioskState.LOCKED_OUT: _locked_out,
    KioskState.PIN: _pin,
    KioskState.FAULT: _fault,
}


def with_countdown(words: Message, status: KioskStatus, now_ns: int) -> Message:
    """Return the message with the remaining time of a lockout, if there is one.

    Args:
        words: The message without the time.
        status: Status of the kiosk.
        now_ns: The monotonic clock, in nanoseconds.
    """
    locked = {KioskState.LOCKED_OUT: status.until_ns, KioskState.PIN: status.pin_until_ns}
    until_ns = locked.get(status.state)
    if until_ns is None or lasts_until_reset(until_ns - now_ns):
        return words
    line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Wait {time}")).format(time=_minutes(until_ns, now_ns))
    return replace(words, line=line, advice=f"{words.line}. {words.advice}".strip())


def leave_message(leave: LeaveStatus | None, now_ns: int) -> Message:
    """Return the message while the admin PIN is entered.

    Args:
        leave: Status of the request to leave; None before the first view.
        now_ns: The monotonic clock, in nanoseconds.
    """
    if leave is not None and not leave.possible:
        line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "There is no admin PIN"))
        advice = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Set one with: facelatch pin set --admin"))
        return Message(line, advice, "warning", "caution")
    if leave is not None and leave.until_ns is not None and leave.until_ns > now_ns:
        line = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Wait {time}")).format(time=_minutes(leave.until_ns, now_ns))
        return Message(line, "", "lock", "bad")
    if leave is not None and leave.wrong:
        advice = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Type the admin PIN."))
        return Message(kiosk_text(_DENIALS[DenialReason.WRONG_PIN]), advice, "x-circle", "bad")
    advice = kiosk_text(QT_TRANSLATE_NOOP("kiosk", "It lets you leave the kiosk."))
    return Message(kiosk_text(QT_TRANSLATE_NOOP("kiosk", "Admin PIN")), advice, "sign-out", "accent")


def liveness_summary(view: KioskView | None) -> str:
    """Return which liveness cues were evaluated for the decision shown; empty without a decision."""
    if view is None or view.liveness is None or view.liveness.policy is LivenessPolicy.OFF:
        return ""
    if view.status.state is KioskState.GRANTED:
        return cues_by_verdict(view.liveness, (LivenessVerdict.PASSED, LivenessVerdict.NOT_RUN))
    if view.status.state is KioskState.DENIED and view.status.reason in {
        DenialReason.NOT_LIVE,
        DenialReason.NOT_FINISHED,
    }:
        told = (LivenessVerdict.FAILED, LivenessVerdict.PASSED, LivenessVerdict.NOT_ENOUGH, LivenessVerdict.NOT_RUN)
        return cues_by_verdict(view.liveness, told)
    return ""


def spoken_text(words: Message, state: KioskState | None) -> str:
    """Return the spoken form of a message.

    Args:
        words: The message on the screen.
        state: State of the kiosk; None before the first view.

    Returns:
        The line and the advice as sentences, without the advice during a challenge or a verification; empty while the
        kiosk is idle or `state` is None.
    """
    if state in {KioskState.IDLE, None}:
        return ""
    parts = (words.line, words.advice if state not in {KioskState.CHALLENGE, KioskState.VERIFYING} else "")
    return ". ".join(part.rstrip(".") for part in parts if part)


def ring_share(view: KioskView, now_ns: int) -> float:
    """Return the filled share of the ring, 0 to 1: progress of the verification, or the remaining time.

    Args:
        view: The current view.
        now_ns: The monotonic clock, in nanoseconds.
    """
    status, challenge = view.status, view.challenge
    if status.state is KioskState.VERIFYING:
        return status.progress
    if challenge is not None and challenge.prompt is not None:
        return min(max((challenge.time_left_ns - (now_ns - view.at_ns)) / max(challenge.window_ns, 1), 0.0), 1.0)
    if status.state in {KioskState.GRANTED, KioskState.LOCKED_OUT} and status.until_ns is not None:
        whole = max(status.until_ns - status.since_ns, 1)
        return min(max((status.until_ns - now_ns) / whole, 0.0), 1.0)
    return 1.0


def _minutes(until_ns: int, now_ns: int) -> str:
    seconds = max(-(-(until_ns - now_ns) // 1_000_000_000), 0)
    return f"{seconds // 60}:{seconds % 60:02d}"
