"""The kiosk's screen."""

from time import monotonic_ns

from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

from app.core.errors import FacelatchError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.flows.kiosk.types import KioskState, PinInsteadOfChallenge, PinUse
from app.services.kiosk.controller import KioskView
from app.services.kiosk.kiosk_service import KioskService
from app.ui.kiosk.keypad import BadgeScanner, KeypadUse
from app.ui.kiosk.layout import KioskLayout
from app.ui.shell.bridge import Wake
from app.ui.sound import Sound, Speaker, play_sound
from app.ui.texts import value_texts
from app.ui.texts.kiosk_texts import (
    Message,
    kiosk_text,
    leave_message,
    liveness_summary,
    message_of_view,
    out_of_service_message,
    ring_share,
    spoken_text,
    with_countdown,
)
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.light_overlay import LightOverlay

_TICK_MS = 250

_SOUNDS = {
    KioskState.GRANTED: Sound.GRANTED,
    KioskState.DENIED: Sound.DENIED,
    KioskState.LOCKED_OUT: Sound.DENIED,
    KioskState.CHALLENGE: Sound.ATTENTION,
    KioskState.PIN: Sound.ATTENTION,
}


class KioskScreen(KioskLayout):
    """Shows the views of the kiosk, and forwards input to it.

    Signals:
        left: The admin PIN was accepted; the screen may close.

    Args:
        kiosk: The kiosk; None if its policy is invalid.
        problem: Why the policy is invalid.
    """

    left = Signal()

    def __init__(self, kiosk: KioskService | None, problem: FacelatchError | None = None) -> None:
        super().__init__()
        self._kiosk, self._problem = kiosk, problem
        self._speaker: Speaker | None = None
        self._view: KioskView | None = None
        self._state: KioskState | None = None
        self._typing: KeypadUse | None = None
        self._scanner = BadgeScanner()
        self.wake = Wake(self)
        self.sheet = LightOverlay(self)
        self._timer = QTimer(self, interval=_TICK_MS)
        self._connect()
        self.retranslate()
        self.restyle()
        self.refresh()
        self._timer.start()

    @property
    def view(self) -> KioskView | None:
        """The view that is shown; None before the first."""
        return self._view

    def take_view(self) -> None:
        """Show the latest view of the kiosk, if it is new."""
        view = self._kiosk.take_view() if self._kiosk else None
        if view is not None:
            self.show_view(view)

    def show_view(self, view: KioskView) -> None:
        """Show a view."""
        news = view.result is not None and (self._view is None or view.result is not self._view.result)
        self._view = view
        if view.leave.allowed:
            self.left.emit()
        self._sound(view.status.state)
        if view.result is None or not self._previews():
            self.disc.show_picture(None)
        elif news:
            self.disc.show_picture(view.result.frame.image)
        self.refresh()

    def use_speaker(self, speaker: Speaker) -> None:
        """Speak the prompts."""
        self._speaker = speaker
        self.refresh()

    def show_problem(self, problem: FacelatchError) -> None:
        """Show that the terminal is out of service, and why."""
        self._problem = problem
        self.refresh()

    def refresh(self) -> None:
        """Update everything that depends on the time or the state."""
        now = QDateTime.currentDateTime()
        self.clock.setText(QLocale().toString(now.time(), QLocale.FormatType.ShortFormat))
        view = self._view
        words = self._words(view)
        self._speak(words)
        words = (
            with_countdown(words, view.status, monotonic_ns())
            if view and self._typing is not KeypadUse.ADMIN
            else words
        )
        self.headline.say(words.line)
        self.advice.setText(self._note(words))
        set_style_property(self.advice, "tone", words.tone)
        self.checked.setText(liveness_summary(view))
        self.disc.show_state(words.icon, words.role, ring_share(view, monotonic_ns()) if view else 1.0)
        self.disc.setAccessibleName(words.line)
        self._shine(view, words)
        self._arrange(view)

    def retranslate(self) -> None:
        """Set every translated text."""
        super().retranslate()
        self.site.setText(self._kiosk.policy.site if self._kiosk else "")
        self.refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass keys to the keypad if it is open, otherwise to the badge scanner."""
        if not self.pad.isHidden():
            self.pad.press(event)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._send_scan()
        elif event.text().isprintable() and event.text():
            self._scanner.add(event.text(), monotonic_ns())
        event.accept()

    def _send_scan(self) -> None:
        number = self._scanner.take(monotonic_ns())
        if number and self._kiosk is not None:
            self._kiosk.badge(number)

    def _words(self, view: KioskView | None) -> Message:
        problem = self._problem or (self._kiosk.problem if self._kiosk else None)
        if self._typing is KeypadUse.ADMIN:
            return leave_message(view.leave if view else None, monotonic_ns())
        if self._typing is KeypadUse.BADGE:
            return Message(self.tr("Type your badge number"), "", "identification-card", "accent")
        if problem is not None:
            return out_of_service_message(value_texts.error_message(problem))
        if view is None:
            return Message(kiosk_text("One moment"), "", "hourglass", "muted")
        return message_of_view(view, has_pin=self._has_pin())

    def _speak(self, words: Message) -> None:
        """Speak the message: prompts interrupt the current utterance, others wait for its end."""
        if self._speaker is None:
            return
        state = self._view.status.state if self._view else None
        self._speaker.say(spoken_text(words, state), at_once=state in {KioskState.CHALLENGE, KioskState.GRANTED})

    def _note(self, words: Message) -> str:
        """Return the advice; in place of an empty one, that no speech program is installed."""
        silent = self._speaker is not None and not self._speaker.can_speak
        if silent and not words.advice and self._view and self._view.status.state is KioskState.IDLE:
            return kiosk_text(
                QT_TRANSLATE_NOOP("kiosk", "Spoken prompts are off: this computer has no speech program.")
            )
        return words.advice

    def _shine(self, view: KioskView | None, words: Message) -> None:
        light = view.light if view else None
        self.sheet.show_light(light, light.start_ns if light else 0, words.line)
        if light is not None:
            self._foot.raise_()

    def _arrange(self, view: KioskView | None) -> None:
        """Show the widgets that belong to the state, and hide the others."""
        state = view.status.state if view else None
        if state is KioskState.PIN and self._typing is None:
            self._type(KeypadUse.PIN)
        elif state is not KioskState.PIN and self._typing is KeypadUse.PIN:
            self._type(None)
        typing, open_door = self._typing is not None, state is KioskState.GRANTED
        works = self._kiosk is not None and self._problem is None and self._kiosk.problem is None
        self.pad.set_locked(bool(view and self._typing is KeypadUse.PIN and view.status.pin_until_ns))
        self.pin.setVisible(works and self._has_pin() and not typing and not open_door)
        self.moving.setVisible(works and state is KioskState.CHALLENGE and self._offers_pin_for_moving() and not typing)
        self.badge.setVisible(works and self._has_badges() and self._typing in {None, KeypadUse.PIN} and not open_door)
        self.show_pad(shown=typing)
        self.leave.setVisible(self._kiosk is not None and not typing)
        self.advice.setVisible(not typing or bool(self.advice.text()))
        idle = state in {KioskState.IDLE, KioskState.LOCKED_OUT, KioskState.FAULT, None} and not typing
        self.clock.setVisible(idle)
        self.site.setVisible(idle and bool(self.site.text()))

    def _type(self, use: KeypadUse | None) -> None:
        self._typing = use
        self.show_pad(shown=use is not None)
        if use is not None:
            self.pad.begin(use)
        self.setFocus()

    def _begin_pin(self) -> None:
        if self._kiosk is not None:
            self._kiosk.open_pin()

    def _begin_pin_for_moving(self) -> None:
        if self._kiosk is not None:
            self._kiosk.open_pin_instead_of_challenge()

    def _begin_badge(self) -> None:
        self._type(KeypadUse.BADGE)
        self.refresh()

    def _begin_leaving(self) -> None:
        self._type(KeypadUse.ADMIN)
        self.refresh()

    def _entered(self, typed: str) -> None:
        if self._kiosk is None:
            return
        match self._typing:
            case KeypadUse.PIN:
                self._kiosk.enter_pin(typed)
            case KeypadUse.ADMIN:
                self._kiosk.leave(typed)
            case _:
                self._kiosk.badge(typed)
                self._type(None)
                self.refresh()

    def _pad_closed(self) -> None:
        if self._typing is KeypadUse.PIN and self._kiosk is not None:
            self._kiosk.close_pin()
        else:
            self._type(None)
            self.refresh()

    def _pad_touched(self) -> None:
        if self._typing is KeypadUse.PIN and self._kiosk is not None:
            self._kiosk.touch_pin()

    def _sound(self, state: KioskState) -> None:
        before, self._state = self._state, state
        wanted = self._kiosk is not None and self._kiosk.policy.screen.sound
        if wanted and before is not None and state is not before and state in _SOUNDS:
            play_sound(_SOUNDS[state])

    def _previews(self) -> bool:
        return self._kiosk is not None and self._kiosk.policy.screen.preview

    def _has_pin(self) -> bool:
        return self._kiosk is not None and self._kiosk.policy.pin.use is PinUse.INSTEAD

    def _offers_pin_for_moving(self) -> bool:
        return self._kiosk is not None and self._kiosk.policy.liveness.pin_instead is PinInsteadOfChallenge.OFFERED

    def _has_badges(self) -> bool:
        return self._kiosk is not None and self._kiosk.policy.who.badges

    def _connect(self) -> None:
        self._timer.timeout.connect(self.refresh)
        self.wake.woken.connect(self.take_view)
        self.pin.clicked.connect(self._begin_pin)
        self.moving.clicked.connect(self._begin_pin_for_moving)
        self.badge.clicked.connect(self._begin_badge)
        self.back.clicked.connect(self.pad.close_pad)
        self.leave.clicked.connect(self._begin_leaving)
        self.pad.entered.connect(self._entered)
        self.pad.closed.connect(self._pad_closed)
        self.pad.touched.connect(self._pad_touched)
