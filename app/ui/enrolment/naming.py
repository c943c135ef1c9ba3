"""The first step of an enrolment: a name that can be stored and is free."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from app.core.errors import FacelatchError, InvalidName, StoreError, UsageProblem
from app.ui import texts
from app.ui.people.remark import Remark
from app.ui.session import Session
from app.ui.widgets.pane import Pane, button, label, set_tone

_WAIT_MS = 250


class NamingStep(Pane):
    """A field whose content is checked while it is typed, off the window's thread.

    Signals:
        accepted: The cleaned name, once the user goes on.
        cancelled: The user gives up.
    """

    accepted = Signal(str)
    cancelled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._error: FacelatchError | None = None
        self._asked = 0
        self._waiting = False
        self._known = ""
        self._title, self._lead = label("title", wrap=True), label("muted", wrap=True)
        self._caption, self.message, self.looks_like = label("strong"), Remark("bad"), Remark("caution")
        self.field = QLineEdit()
        self.start, self.cancel = button("primary"), button("plain")
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_WAIT_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def begin(self) -> None:
        """An empty field, ready to be typed in."""
        self._waiting = False
        self.retranslate()
        self.field.clear()
        self.look_like("")
        self._complain(None)
        self.field.setFocus()

    def refuse(self, error: FacelatchError) -> None:
        """Ask for another name for pictures that are taken already."""
        self._waiting = True
        self._complain(error)
        self.retranslate()
        self.field.setFocus()
        self.field.selectAll()

    def look_like(self, name: str) -> None:
        """Say that the face in view is somebody known; empty when it is not."""
        if name == self._known:
            return
        self._known = name
        self._say_looks_like()

    def retranslate(self) -> None:
        """Set every text."""
        self._title.setText(self.tr("Enrol this person"))
        self._lead.setText(self.tr("Ask for their consent first. Only they should be in front of the camera."))
        self._caption.setText(self.tr("Name"))
        self.field.setPlaceholderText(self.tr("First and last name"))
        self.field.setAccessibleName(self.tr("Name"))
        self.start.setText(self.tr("Save") if self._waiting else self.tr("Start"))
        self.start.setToolTip(self.tr("Save (Enter)") if self._waiting else self.tr("Take the pictures (Enter)"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Close without storing anything (Esc)"))
        self._say_looks_like()
        self._show_error()

    def _typed(self) -> None:
        self._asked += 1
        self._complain(None)
        self._delay.start()

    def _check(self) -> None:
        if self._session.services is None or not self.field.text().strip():
            return
        number, name, service = self._asked, self.field.text(), self._session.services.enrolment
        self._session.worker.submit(
            lambda: service.check_name(name), lambda _: None, lambda error: self._answer(number, error)
        )

    def _answer(self, number: int, error: FacelatchError) -> None:
        if number == self._asked:
            self._complain(error)

    def _go_on(self) -> None:
        if self._session.services is None or not self.start.isEnabled():
            return
        self._delay.stop()
        self._asked += 1
        number, name, service = self._asked, self.field.text(), self._session.services.enrolment
        self.start.setEnabled(False)
        self._session.worker.submit(
            lambda: service.check_name(name),
            lambda cleaned: self._pass_on(number, cleaned),
            lambda error: self._answer(number, error),
        )

    def _pass_on(self, number: int, name: str) -> None:
        self._complain(None)
        if number == self._asked:
            self.accepted.emit(name)

    def _complain(self, error: FacelatchError | None) -> None:
        """Say what is wrong with the name. What is wrong with the database may be over at the next press."""
        self._error = error
        wrong = isinstance(error, UsageProblem)
        set_tone(self.field, "wrong", wrong)
        self.start.setEnabled(not wrong and bool(self.field.text().strip()))
        self._show_error()

    def _show_error(self) -> None:
        parts = [texts.error_message(self._error)] if self._error else []
        if isinstance(self._error, InvalidName | StoreError):  # the hint of a taken name is for the command line
            parts.append(texts.error_hint(self._error))
        self.message.say(*parts)

    def _say_looks_like(self) -> None:
        words = self.tr("This looks like {name}, who is enrolled already.")
        self.looks_like.say(words.format(name=self._known) if self._known else "")

    def _connect(self) -> None:
        self._delay.timeout.connect(self._check)
        self.field.textChanged.connect(self._typed)
        self.field.returnPressed.connect(self._go_on)
        self.start.clicked.connect(self._go_on)
        self.cancel.clicked.connect(self.cancelled)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._lead)
        column.addSpacing(16)
        for part in (self._caption, self.field, self.message, self.looks_like):
            column.addWidget(part)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.start, 1)
        buttons.addWidget(self.cancel, 1)
        column.addLayout(buttons)
        column.addStretch(1)
