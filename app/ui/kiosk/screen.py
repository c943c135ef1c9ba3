"""The whole screen of a kiosk."""

from time import monotonic_ns

from PySide6.QtCore import QDateTime, QLocale, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.flows.kiosk_types import KioskState, KioskStatus, PinUse
from app.services.kiosk.view import KioskView
from app.ui import texts
from app.ui.bridge import Wake
from app.ui.kiosk.disc import MirrorDisc
from app.ui.kiosk.headline import Headline
from app.ui.kiosk.pad import Pad, PadUse
from app.ui.kiosk.ports import KioskPort
from app.ui.kiosk.sounds import Sound, play
from app.ui.kiosk.words import Saying, broken, said, saying
from app.ui.widgets.icons import icon
from app.ui.widgets.pane import Pane, button, label

_TICK_MS = 250
_ROW, _ADVICE = 60, 32
"""Heights, in pixels."""

_SCAN_PAUSE_NS = 2_000_000_000
"""A barcode reader types without a pause; what somebody left half typed is forgotten."""

_SOUNDS = {
    KioskState.GRANTED: Sound.GRANTED,
    KioskState.DENIED: Sound.DENIED,
    KioskState.LOCKED_OUT: Sound.DENIED,
    KioskState.CHALLENGE: Sound.ATTENTION,
    KioskState.PIN: Sound.ATTENTION,
}


class KioskScreen(Pane):
    """Mirror, line, pad and clock.

    Signals:
        left: Somebody may leave.

    Args:
        kiosk: What is behind it; None where its policy is broken.
        problem: What is wrong with the policy.
    """

    left = Signal()

    def __init__(self, kiosk: KioskPort | None, problem: FacelatchError | None = None) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._kiosk, self._problem = kiosk, problem
        self._view: KioskView | None = None
        self._state: KioskState | None = None
        self._typing: PadUse | None = None
        self._scanned, self._scanned_ns = "", 0
        self.wake = Wake(self)
        self.disc, self.headline, self.pad = MirrorDisc(), Headline(), Pad()
        self.advice, self.clock, self.site = label("advice", wrap=True), label("clock"), label("advice")
        self.pin, self.badge, self.back = button("kiosk"), button("kiosk"), button("kiosk")
        self.leave = button("quiet")
        self._top, self._foot = Pane(), Pane()
        self._timer = QTimer(self, interval=_TICK_MS)
        self._lay_out()
        self._connect()
        self.retranslate()
        self.restyle()
        self.refresh()
        self._timer.start()

    @property
    def view(self) -> KioskView | None:
        """What is shown."""
        return self._view

    def take_view(self) -> None:
        """Show the newest view, if there is a new one."""
        view = self._kiosk.take_view() if self._kiosk else None
        if view is not None:
            self.show_view(view)

    def show_view(self, view: KioskView) -> None:
        """Show this view."""
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

    def show_problem(self, problem: FacelatchError) -> None:
        """Say why this door is out of service, and offer nothing else."""
        self._problem = problem
        self.refresh()

    def refresh(self) -> None:
        """Say again what depends on the time."""
        now = QDateTime.currentDateTime()
        self.clock.setText(QLocale().toString(now.time(), QLocale.FormatType.ShortFormat))
        view = self._view
        words = self._words(view)
        self.headline.say(words.line)
        self.advice.setText(words.advice)
        self.disc.show_state(words.icon, words.role, _share(view.status) if view else 1.0)
        self.disc.setAccessibleName(words.line)
        self._arrange(view)

    def retranslate(self) -> None:
        """Set every text."""
        self.setWindowTitle("Facelatch")
        self.setAccessibleName(self.tr("Kiosk"))
        self.site.setText(self._kiosk.policy.site if self._kiosk else "")
        for made, text in (
            (self.pin, self.tr("Use a PIN")),
            (self.badge, self.tr("Type a badge number")),
            (self.back, self.tr("Back")),
            (self.leave, self.tr("Leave the kiosk")),
        ):
            made.setText(text if made is not self.leave else "")
            made.setToolTip(text)
            made.setAccessibleName(text)
        self.refresh()

    def restyle(self) -> None:
        """Take the colours."""
        self.pin.setIcon(icon("lock-key"))
        self.badge.setIcon(icon("identification-card"))
        self.back.setIcon(icon("arrow-left"))
        self.leave.setIcon(icon("sign-out", "muted"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys go to the pad where it is open; else a reader of badges is typing."""
        if not self.pad.isHidden():
            self.pad.press(event)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._send_scan()
        elif event.text().isprintable() and event.text():
            self._scan(event.text())
        event.accept()

    def _scan(self, text: str) -> None:
        now = monotonic_ns()
        kept = self._scanned if now - self._scanned_ns <= _SCAN_PAUSE_NS else ""
        self._scanned, self._scanned_ns = kept + text, now

    def _send_scan(self) -> None:
        number, self._scanned = self._scanned.strip(), ""
        if number and self._kiosk is not None and monotonic_ns() - self._scanned_ns <= _SCAN_PAUSE_NS:
            self._kiosk.badge(number)

    def _words(self, view: KioskView | None) -> Saying:
        problem = self._problem or (self._kiosk.problem if self._kiosk else None)
        if self._typing is PadUse.ADMIN:
            return self._leaving(view)
        if self._typing is PadUse.BADGE:
            return Saying(self.tr("Type your badge number"), "", "identification-card", "accent")
        if problem is not None:
            return broken(texts.error_message(problem))
        if view is None:
            return Saying(said("One moment"), "", "hourglass", "muted")
        words = saying(view, has_pin=self._has_pin())
        return self._counting(words, view.status)

    def _counting(self, words: Saying, status: KioskStatus) -> Saying:
        """With the time that is still to be waited for."""
        until = status.pin_until_ns if status.state is KioskState.PIN else status.until_ns
        if until is None or status.state not in {KioskState.LOCKED_OUT, KioskState.PIN}:
            return words
        if status.state is KioskState.PIN and status.pin_until_ns is None:
            return words
        line = self.tr("Wait {time}").format(time=_minutes(until))
        return Saying(line, f"{words.line}. {words.advice}".strip(), words.icon, words.role)

    def _leaving(self, view: KioskView | None) -> Saying:
        leave = view.leave if view else None
        if leave is not None and not leave.possible:
            line = self.tr("There is no admin PIN")
            return Saying(line, self.tr("Set one with: facelatch pin set --admin"), "warning", "caution")
        if leave is not None and leave.until_ns is not None and leave.until_ns > monotonic_ns():
            return Saying(self.tr("Wait {time}").format(time=_minutes(leave.until_ns)), "", "lock", "bad")
        if leave is not None and leave.wrong:
            return Saying(self.tr("Wrong PIN"), self.tr("Type the admin PIN."), "x-circle", "bad")
        return Saying(self.tr("Admin PIN"), self.tr("It lets you leave the kiosk."), "sign-out", "accent")

    def _arrange(self, view: KioskView | None) -> None:
        """Show what belongs to the state, and nothing else."""
        state = view.status.state if view else None
        if state is KioskState.PIN and self._typing is None:
            self._type(PadUse.PIN)
        elif state is not KioskState.PIN and self._typing is PadUse.PIN:
            self._type(None)
        typing, open_door = self._typing is not None, state is KioskState.GRANTED
        works = self._kiosk is not None and self._problem is None and self._kiosk.problem is None
        self.pad.set_locked(bool(view and self._typing is PadUse.PIN and view.status.pin_until_ns))
        self.pin.setVisible(works and self._has_pin() and not typing and not open_door)
        self.badge.setVisible(works and self._has_badges() and self._typing in {None, PadUse.PIN} and not open_door)
        self._top.setVisible(not typing)
        self.back.setVisible(typing)
        self.leave.setVisible(self._kiosk is not None and not typing)
        self.advice.setVisible(not typing or bool(self.advice.text()))
        idle = state in {KioskState.IDLE, KioskState.LOCKED_OUT, KioskState.FAULT, None} and not typing
        self.clock.setVisible(idle)
        self.site.setVisible(idle and bool(self.site.text()))

    def _type(self, use: PadUse | None) -> None:
        self._typing = use
        self.pad.setVisible(use is not None)
        if use is not None:
            self.pad.begin(use)
        self.setFocus()

    def _begin_pin(self) -> None:
        if self._kiosk is not None:
            self._kiosk.open_pin()

    def _begin_badge(self) -> None:
        self._type(PadUse.BADGE)
        self.refresh()

    def _begin_leaving(self) -> None:
        self._type(PadUse.ADMIN)
        self.refresh()

    def _entered(self, typed: str) -> None:
        if self._kiosk is None:
            return
        match self._typing:
            case PadUse.PIN:
                self._kiosk.enter_pin(typed)
            case PadUse.ADMIN:
                self._kiosk.leave(typed)
            case _:
                self._kiosk.badge(typed)
                self._type(None)
                self.refresh()

    def _pad_closed(self) -> None:
        if self._typing is PadUse.PIN and self._kiosk is not None:
            self._kiosk.close_pin()
        else:
            self._type(None)
            self.refresh()

    def _pad_touched(self) -> None:
        if self._typing is PadUse.PIN and self._kiosk is not None:
            self._kiosk.touch_pin()

    def _sound(self, state: KioskState) -> None:
        before, self._state = self._state, state
        wanted = self._kiosk is not None and self._kiosk.policy.screen.sound
        if wanted and before is not None and state is not before and state in _SOUNDS:
            play(_SOUNDS[state])

    def _previews(self) -> bool:
        return self._kiosk is not None and self._kiosk.policy.screen.preview

    def _has_pin(self) -> bool:
        return self._kiosk is not None and self._kiosk.policy.pin.use is PinUse.INSTEAD

    def _has_badges(self) -> bool:
        return self._kiosk is not None and self._kiosk.policy.who.badges

    def _connect(self) -> None:
        self._timer.timeout.connect(self.refresh)
        self.wake.woken.connect(self.take_view)
        self.pin.clicked.connect(self._begin_pin)
        self.badge.clicked.connect(self._begin_badge)
        self.back.clicked.connect(self.pad.close_pad)
        self.leave.clicked.connect(self._begin_leaving)
        self.pad.entered.connect(self._entered)
        self.pad.closed.connect(self._pad_closed)
        self.pad.touched.connect(self._pad_touched)

    def _lay_out(self) -> None:
        top = QHBoxLayout(self._top)
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.clock)
        top.addStretch()
        top.addWidget(self.site)
        top.addWidget(self.leave)
        middle = QHBoxLayout()
        middle.setSpacing(48)
        middle.addWidget(self.disc, 1)
        middle.addWidget(self.pad, 0, Qt.AlignmentFlag.AlignVCenter)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(16)
        foot.addStretch()
        foot.addWidget(self.back)
        foot.addWidget(self.badge)
        foot.addWidget(self.pin)
        foot.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 16, 48, 24)
        column.setSpacing(8)
        column.addWidget(self._top)
        column.addLayout(middle, 1)
        column.addWidget(self.headline)
        column.addWidget(self.advice)
        column.addWidget(self._foot)
        self.advice.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.pad.hide()
        # A row keeps its room where it is empty, so that the mirror does not grow and shrink with the words.
        self._top.setMinimumHeight(_ROW)
        self._foot.setMinimumHeight(_ROW)
        for made in (self.pin, self.badge, self.back, self.leave):
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.advice.setMinimumHeight(_ADVICE)


def _share(status: KioskStatus) -> float:
    """How much of the ring is filled: what has been seen, or the time that is left."""
    if status.state is KioskState.VERIFYING:
        return status.progress
    counts_down = {KioskState.GRANTED, KioskState.LOCKED_OUT, KioskState.CHALLENGE}
    if status.state in counts_down and status.until_ns is not None:
        whole = max(status.until_ns - status.since_ns, 1)
        return min(max((status.until_ns - monotonic_ns()) / whole, 0.0), 1.0)
    return 1.0


def _minutes(until_ns: int) -> str:
    seconds = max(-(-(until_ns - monotonic_ns()) // 1_000_000_000), 0)
    return f"{seconds // 60}:{seconds % 60:02d}"
