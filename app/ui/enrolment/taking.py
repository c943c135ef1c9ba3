"""The second step of an enrolment: the pictures are taken, stored, and the outcome is said."""

from collections import Counter
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.people import Person
from app.core.types import Hint
from app.flows.enrolment import EnrolmentState, EnrolmentStatus, Guidance
from app.ui import texts
from app.ui.enrolment.ring import KeptPictures, Ring
from app.ui.people.words import breakable
from app.ui.widgets.pane import Pane, button, label, set_tone

_GLYPHS = {"good": "check-circle", "bad": "warning-octagon"}


@dataclass(frozen=True, slots=True)
class Stored:
    """It is done. `recognised` once the person was found again in the picture."""

    person: Person
    recognised: bool = False


@dataclass(frozen=True, slots=True)
class Storing:
    """The database is being written."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """There is no picture. `cause` says why, and is empty once there is one again."""

    cause: str


_Said = EnrolmentStatus | FacelatchError | Storing | Stored | Interrupted


@dataclass(frozen=True, slots=True)
class _Words:
    """What is said of one state."""

    role: str
    title: str
    lead: str = ""
    note: str = ""
    share: float = 0.0
    retry: bool = False
    leave: bool = True


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
        self._said: _Said | None = None
        self._lacking: Counter[tuple[Guidance, tuple[Hint, ...]]] = Counter()
        self._face: QImage | None = None
        self.ring, self.kept = Ring(), KeptPictures()
        self.title, self.lead = label("title", wrap=True), label("lead", wrap=True)
        self.note = label("muted", wrap=True)
        self.retry, self.leave = button("primary"), button("plain")
        self.retry.clicked.connect(self.again)
        self.leave.clicked.connect(self.left)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._lay_out()
        self.retranslate()

    def begin(self, status: EnrolmentStatus) -> None:
        """Nothing taken yet."""
        self.show_face(None)
        self.show_status(status)
        self._lacking.clear()
        self.leave.setFocus()

    def forget(self) -> None:
        """Keep no picture."""
        self.kept.forget()
        self.show_face(None)

    def show_face(self, face: QImage | None) -> None:
        """Whoever is in the picture."""
        self._face = face
        self.ring.show_face(face)

    def show_status(self, status: EnrolmentStatus) -> None:
        """Where the pictures stand."""
        if status.state is EnrolmentState.COLLECTING and status.guidance is not Guidance.HOLD:
            self._lacking[status.guidance, status.hints[:1]] += 1
        self.kept.show_taken(status.taken, status.wanted, self._face)
        self._say(status)

    def show_storing(self) -> None:
        """The database is being written."""
        self.setFocus()  # the button that has it can not be pressed now, and would hand it to a chance neighbour
        self._say(Storing())

    def show_interruption(self, cause: str) -> None:
        """There is no picture, or with an empty cause, there is one again."""
        self.forget()
        self._say(Interrupted(cause))

    def show_error(self, error: FacelatchError) -> None:
        """Why the pictures could not be stored."""
        self._say(error)
        self.retry.setFocus()

    def show_person(self, person: Person, *, recognised: bool = False) -> None:
        """They are stored."""
        self._say(Stored(person, recognised))

    def retranslate(self) -> None:
        """Set every text."""
        self.retry.setText(self.tr("Try again"))
        match self._said:
            case EnrolmentStatus() as status:
                self._tell(self._words_of_status(status))
            case Storing():
                self._tell(_Words("accent", self.tr("Storing the pictures"), share=1.0, leave=False))
            case Stored() as stored:
                self._tell(self._words_of_person(stored), done=True)
            case Interrupted() as interrupted:
                note = self.tr("Nothing was stored.")
                title = self.tr("The pictures were interrupted")
                lead = interrupted.cause or self.tr("The camera is back.")
                self._tell(_Words("caution", title, lead, note, retry=not interrupted.cause))
            case None:
                self._tell(_Words("muted", self.tr("One moment")))
            case error:
                self._tell(self._words_of_error(error))

    def _say(self, said: _Said) -> None:
        if said != self._said:
            self._said = said
            self.retranslate()

    def _words_of_status(self, status: EnrolmentStatus) -> _Words:
        count = self.tr("{taken} of {wanted} pictures").format(taken=status.taken, wanted=status.wanted)
        if status.state is EnrolmentState.TIMED_OUT:
            note = self.tr("Nothing was stored.")
            return _Words("caution", texts.guidance(status), self._why(), note, retry=True)
        role = "accent" if status.guidance is Guidance.HOLD else "caution"
        return _Words(role, texts.guidance(status), "", count, status.taken / status.wanted)

    def _words_of_person(self, stored: Stored) -> _Words:
        title = self.tr("{name} is enrolled").format(name=breakable(stored.person.name))
        pictures = self.tr("%n picture(s) stored", "", stored.person.templates)
        look = self.tr("Look into the camera to see it work.")
        return _Words(
            "good", title, self.tr("Recognised in the picture.") if stored.recognised else look, pictures, 1.0
        )

    def _words_of_error(self, error: FacelatchError) -> _Words:
        lead = breakable(f"{texts.error_message(error)}\n{texts.error_hint(error)}".strip())
        note = self.tr("The pictures are kept until you leave.")
        return _Words("bad", self.tr("Not stored yet"), lead, note, 1.0, retry=True)

    def _why(self) -> str:
        """What was lacking most of the time."""
        guidance, hints = max(self._lacking, key=self._lacking.__getitem__, default=(Guidance.HOLD, ()))
        if hints:
            return texts.hint(hints[0])
        match guidance:
            case Guidance.SHOW_FACE:
                return self.tr("No face was in the picture.")
            case Guidance.ONE_AT_A_TIME:
                return self.tr("More than one person was in the picture.")
            case Guidance.SOMEONE_ELSE:
                return self.tr("The person in the picture changed.")
            case _:
                return self.tr("Look straight at the camera, alone, in even light.")

    def _tell(self, words: _Words, *, done: bool = False) -> None:
        self.ring.show_progress(words.share, _GLYPHS.get(words.role, "user-focus"), words.role)
        set_tone(self.title, "tone", words.role if words.role != "accent" else "")
        for part, text in ((self.title, words.title), (self.lead, words.lead), (self.note, words.note)):
            part.setText(text)
            part.setVisible(bool(text))
        self.retry.setVisible(words.retry)
        self.leave.setEnabled(words.leave)
        self.leave.setText(self.tr("Done") if done else self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Close (Esc)") if done else self.tr("Close without storing anything (Esc)"))
        self.setAccessibleName(f"{words.title}. {words.lead} {words.note}")

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.ring, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        column.addWidget(self.kept)
        column.addSpacing(8)
        for part in (self.title, self.lead, self.note):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        column.addStretch(1)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.retry, 1)
        buttons.addWidget(self.leave, 1)
        column.addLayout(buttons)
