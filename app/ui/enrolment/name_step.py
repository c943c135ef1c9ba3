"""The second step of an enrolment: name and details."""

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from app.core.errors import BadgeTaken, FacelatchError, InvalidChange, InvalidName, StoreError, UsageProblem
from app.core.people import split_groups
from app.services.enrolment.enrolment_service import Applicant
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, button, label

_WAIT_MS = 250


class NameStep(Pane):
    """Fields that are validated in the worker thread while the user types.

    Signals:
        accepted: An Applicant with a free name.
        cancelled: The user cancels.
    """

    accepted = Signal(object)
    cancelled = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._error: FacelatchError | None = None
        self._asked = 0
        self._waiting = False
        self._known = ""
        self._title = label("title", wrap=True)
        self._captions = [label("strong"), label("strong"), label("strong")]
        self.message, self.looks_like = InlineMessage("bad"), InlineMessage("caution")
        self.field, self.badge, self.groups = QLineEdit(), QLineEdit(), QLineEdit()
        self.start, self.cancel = button("primary"), button("plain")
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_WAIT_MS)
        self._lay_out()
        self._connect()
        self.retranslate()

    def begin(self) -> None:
        """Clear the fields."""
        self._waiting = False
        self.retranslate()
        for field in (self.field, self.badge, self.groups):
            field.clear()
        self.look_like("")
        self._show_failure(None)
        self.field.setFocus()

    def refuse(self, error: FacelatchError) -> None:
        """Ask for another name or badge after saving was rejected."""
        self._waiting = True
        self._show_failure(error)
        self.retranslate()
        wrong = self.badge if _is_about_badge(error) else self.field
        wrong.setFocus()
        wrong.selectAll()

    def look_like(self, name: str) -> None:
        """Show that the visible face resembles an enrolled person; an empty name hides the message."""
        if name == self._known:
            return
        self._known = name
        self._say_looks_like()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Who is it?"))
        words = self.tr("Name"), self.tr("Badge number (optional)"), self.tr("Groups (separated by commas)")
        for caption, field, text in zip(self._captions, (self.field, self.badge, self.groups), words, strict=True):
            caption.setText(text)
            field.setAccessibleName(text)
        self.field.setPlaceholderText(self.tr("First and last name"))
        self.start.setText(self.tr("Save") if self._waiting else self.tr("Take the pictures"))
        self.start.setToolTip(self.tr("Save (Enter)") if self._waiting else self.tr("Take the pictures (Enter)"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Close without saving (Esc)"))
        self._say_looks_like()
        self._show_error()

    def _typed(self) -> None:
        self._asked += 1
        self._show_failure(None)
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
            self._show_failure(error)

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
        self._show_failure(None)
        if number != self._asked:
            return
        self.accepted.emit(Applicant(name, self.badge.text().strip() or None, split_groups(self.groups.text())))

    def _show_failure(self, error: FacelatchError | None) -> None:
        """Show an error. The button stays enabled after a database error, which may be temporary."""
        self._error = error
        wrong = isinstance(error, UsageProblem)
        about_badge = error is not None and _is_about_badge(error)
        set_style_property(self.field, "wrong", wrong and not about_badge)
        set_style_property(self.badge, "wrong", about_badge)
        self.start.setEnabled(not wrong and bool(self.field.text().strip()))
        self._show_error()

    def _show_error(self) -> None:
        parts = [value_texts.error_message(self._error)] if self._error else []
        # The hint of a taken name addresses the command line.
        if isinstance(self._error, InvalidName | StoreError | BadgeTaken | InvalidChange):
            parts.append(value_texts.error_hint(self._error))
        self.message.show_text(*parts)

    def _say_looks_like(self) -> None:
        words = self.tr("This looks like {name}, who is already enrolled.")
        self.looks_like.show_text(words.format(name=self._known) if self._known else "")

    def _connect(self) -> None:
        self._delay.timeout.connect(self._check)
        for field in (self.field, self.badge, self.groups):
            field.textChanged.connect(self._typed)
            field.returnPressed.connect(self._go_on)
        self.start.clicked.connect(self._go_on)
        self.cancel.clicked.connect(self.cancelled)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._title)
        column.addSpacing(8)
        for caption, field in zip(self._captions, (self.field, self.badge, self.groups), strict=True):
            column.addWidget(caption)
            column.addWidget(field)
        column.addWidget(self.message)
        column.addWidget(self.looks_like)
        column.addSpacing(16)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.start, 1)
        buttons.addWidget(self.cancel, 1)
        column.addLayout(buttons)
        column.addStretch(2)


def _is_about_badge(error: FacelatchError) -> bool:
    return isinstance(error, BadgeTaken | InvalidChange)
