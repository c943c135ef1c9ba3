"""The last step of an enrolment: the stored samples and a recognition test."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.people import Person
from app.flows.enrolment import EnrolmentSample
from app.flows.enrolment_status import PoseProgress
from app.flows.verification import TrackState
from app.pipeline.results import FrameResult
from app.ui.enrolment.face_images import SampleStrip
from app.ui.enrolment.progress_ring import ProgressRing, centred
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.labels import announce
from app.ui.widgets.panes import Pane, button, label

_LONGEST = 24
"""Longest name on a button, in characters."""


class SummaryStep(Pane):
    """Shows the stored samples and how long the program takes to recognise the person by them.

    Signals:
        another_wanted: Enrol another person.
        close_wanted: Close the panel.
    """

    another_wanted = Signal()
    close_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._person: Person | None = None
        self._pictures = 0
        self._since_ns: int | None = None
        self._took_ns: int | None = None
        self._watching = True
        self._next = ""
        self.ring, self.samples_strip = ProgressRing(), SampleStrip()
        self.title, self.lead, self.note = (
            label("title", wrap=True),
            label("lead", wrap=True),
            label("muted", wrap=True),
        )
        self.leave, self.more = button("primary"), button("plain")
        self.leave.clicked.connect(self.close_wanted)
        self.more.clicked.connect(self.another_wanted)
        self.ring.show_state("check-circle", "good")
        self._lay_out()
        self.retranslate()

    def begin(
        self,
        person: Person,
        samples: tuple[EnrolmentSample, ...],
        ring: tuple[PoseProgress, ...],
        *,
        mirror: bool,
        watching: bool = True,
    ) -> None:
        """Show the stored person.

        Args:
            person: The stored person.
            samples: The samples stored in this enrolment.
            ring: The collected directions.
            mirror: Whether the preview is mirrored.
            watching: Whether a live picture is available for the recognition test.
        """
        self._watching = watching
        self._person, self._pictures = person, len(samples)
        self._since_ns = self._took_ns = None
        self.samples_strip.show_samples(samples)
        self.ring.show_progress(ring, None, mirror=mirror)
        self.retranslate()
        self.leave.setFocus()
        announce(self, value_texts.sentences(self.title.text(), self.note.text()))

    def show_result(self, result: FrameResult, face: QImage | None) -> None:
        """Test recognition on a frame, timed from the first frame with a face.

        Args:
            result: The frame and its faces.
            face: The cropped face; None without a face.
        """
        self.ring.show_face(face)
        if self._person is None or self._took_ns is not None or not result.faces:
            return
        self._since_ns = result.frame.captured_ns if self._since_ns is None else self._since_ns
        if _is_matched(result, self._person):
            self._took_ns = max(result.finished_ns - self._since_ns, 0)
            self.retranslate()
            announce(self, self.lead.text())

    def offer_next_person(self, name: str) -> None:
        """Offer a person to enrol next; an empty name offers a new enrolment."""
        self._next = name
        set_style_property(self.more, "kind", "primary" if name else "plain")
        set_style_property(self.leave, "kind", "plain" if name else "primary")
        self.retranslate()
        if name:
            self.more.setFocus()

    def forget(self) -> None:
        """Discard all pictures."""
        self._person = None
        self.samples_strip.forget()
        self.ring.show_face(None)

    def retranslate(self) -> None:
        """Set every translated text."""
        self.leave.setText(self.tr("Done"))
        self.leave.setToolTip(self.tr("Close (Esc)"))
        short = self._next if len(self._next) <= _LONGEST else f"{self._next[:_LONGEST]}…"
        self.more.setText(self.tr("Next: {name}").format(name=short) if short else self.tr("Enrol another person"))
        if self._person is None:
            return
        name = breakable(self._person.name)
        self.title.setText(self.tr("{name} is enrolled").format(name=name))
        recognised = self.tr("Recognised as {name} in {time}.")
        look = self.tr("Look into the camera to test recognition.") if self._watching else ""
        took = self._took_ns
        self.lead.setText(look if took is None else recognised.format(name=name, time=value_texts.seconds(took)))
        self.lead.setVisible(bool(self.lead.text()))
        self.note.setText(self.tr("%n template(s) saved", "", self._pictures))
        self.setAccessibleName(value_texts.sentences(*(part.text() for part in (self.title, self.lead, self.note))))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self.title, self.lead, self.note):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        column.addWidget(self.title)
        column.addWidget(self.lead)
        column.addSpacing(8)
        column.addLayout(centred(self.ring), 1000)
        column.addSpacing(8)
        column.addWidget(self.samples_strip)
        column.addWidget(self.note)
        column.addStretch(1)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.leave, 1)
        buttons.addWidget(self.more, 1)
        column.addLayout(buttons)


def _is_matched(result: FrameResult, person: Person) -> bool:
    words = [face.status for face in result.faces]
    return any(
        word.state is TrackState.MATCHED and word.person is not None and word.person.id == person.id for word in words
    )
