"""The second step of an enrolment: the pictures are taken, stored, and the outcome is said."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.types import Person
from app.flows.enrolment import EnrolmentState, EnrolmentStatus, Guidance
from app.ui import texts
from app.ui.enrolment.ring import Ring
from app.ui.widgets.pane import Pane, button, label, set_tone


class TakingStep(Pane):
    """Shows how an enrolment goes; decides nothing.

    Signals:
        again: Take the pictures, or store them, once more.
        left: Close.
    """

    again = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._said: EnrolmentStatus | FacelatchError | Person | None = None
        self.ring = Ring()
        self._title, self._lead = label("title", wrap=True), label("lead", wrap=True)
        self._count = label("muted", wrap=True)
        self.retry, self.leave = button("primary"), button("plain")
        self.retry.clicked.connect(self.again)
        self.leave.clicked.connect(self.left)
        self._lay_out()
        self.retranslate()

    def show_status(self, status: EnrolmentStatus) -> None:
        """Where the pictures stand."""
        if status == self._said:
            return
        self._said = status
        self.retranslate()

    def show_error(self, error: FacelatchError) -> None:
        """Why the pictures could not be stored."""
        self._said = error
        self.retranslate()

    def show_person(self, person: Person) -> None:
        """They are stored."""
        self._said = person
        self.retranslate()
        self.leave.setFocus()

    def retranslate(self) -> None:
        """Set every text."""
        self.retry.setText(self.tr("Try again"))
        match self._said:
            case EnrolmentStatus() as status:
                self._tell_status(status)
            case Person() as person:
                self._tell_person(person)
            case None:
                self._tell("muted", self.tr("One moment"), "", "", 0.0)
            case error:
                self._tell_error(error)

    def _tell_status(self, status: EnrolmentStatus) -> None:
        share = status.taken / status.wanted
        count = self.tr("{taken} of {wanted} pictures").format(taken=status.taken, wanted=status.wanted)
        if status.state is EnrolmentState.TIMED_OUT:
            hint = self.tr("Look straight at the camera, alone, in even light.")
            self._tell("caution", texts.guidance(status), hint, self.tr("Nothing was stored."), 0.0, retry=True)
        elif status.state is EnrolmentState.COMPLETE:
            self._tell("accent", self.tr("Storing the pictures"), "", count, 1.0)
        else:
            role = "accent" if status.guidance is Guidance.HOLD else "caution"
            self._tell(role, texts.guidance(status), "", count, share)

    def _tell_person(self, person: Person) -> None:
        title = self.tr("{name} is enrolled").format(name=person.name)
        pictures = self.tr("%n picture(s) stored", "", person.templates)
        self._tell("good", title, self.tr("Look into the camera to see it work."), pictures, 1.0, done=True)

    def _tell_error(self, error: FacelatchError) -> None:
        message, hint = texts.error_message(error), texts.error_hint(error)
        self._tell("bad", message, hint, self.tr("The pictures are kept until you leave."), 1.0, retry=True)

    def _tell(
        self, role: str, title: str, lead: str, count: str, share: float, *, retry: bool = False, done: bool = False
    ) -> None:
        glyphs = {"good": "check-circle", "bad": "warning-octagon", "caution": "user-focus", "accent": "user-focus"}
        self.ring.show_progress(share, glyphs.get(role, "user-focus"), role)
        set_tone(self._title, "tone", role if role != "accent" else "")
        self._title.setText(title)
        self._lead.setText(lead)
        self._lead.setVisible(bool(lead))
        self._count.setText(count)
        self.retry.setVisible(retry)
        self.leave.setText(self.tr("Done") if done else self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Close (Esc)") if done else self.tr("Close without storing anything (Esc)"))
        self.setAccessibleName(f"{title}. {count}")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addSpacing(16)
        column.addWidget(self.ring, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(16)
        for part in (self._title, self._lead, self._count):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addSpacing(16)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.retry, 1)
        buttons.addWidget(self.leave, 1)
        column.addLayout(buttons)
        column.addStretch(1)
