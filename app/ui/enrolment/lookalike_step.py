"""The step after a lookalike is found among the enrolled people."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout

from app.flows.enrolment import EnrolmentSample
from app.services.enrolment.lookalikes import AlreadyEnrolledAs, Lookalike, LookalikeChoice, LooksLike
from app.ui.enrolment.face_images import SampleStrip
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.icons import Glyph
from app.ui.widgets.labels import announce
from app.ui.widgets.panes import Pane, button, label


class LookalikeStep(Pane):
    """Shows the lookalike and the similarity, explains the consequences and asks for a choice.

    Signals:
        chosen: A Choice: store anyway, add the samples to the other person, or store nothing.
        stricter_wanted: Store, and use this promise per visitor from now on, such as 10000.
    """

    chosen = Signal(object)
    stricter_wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._lookalike: Lookalike | None = None
        self.title, self.lead = label("title", wrap=True), label("lead", wrap=True)
        self.meaning, self.advice = label("muted", wrap=True), label("body", wrap=True)
        self.samples_strip = SampleStrip()
        self.add, self.stricter = button("primary"), button("primary")
        self.save, self.cancel = button("plain"), button("plain")
        self.add.clicked.connect(lambda: self.chosen.emit(LookalikeChoice.ADD))
        self.save.clicked.connect(lambda: self.chosen.emit(LookalikeChoice.SAVE))
        self.cancel.clicked.connect(lambda: self.chosen.emit(LookalikeChoice.CANCEL))
        self.stricter.clicked.connect(self._raise_strictness)
        self._lay_out()
        self.retranslate()

    def begin(self, lookalike: Lookalike, samples: tuple[EnrolmentSample, ...]) -> None:
        """Ask for a choice.

        Args:
            lookalike: The similar person.
            samples: The collected samples.
        """
        self._lookalike = lookalike
        self.samples_strip.show_samples(samples)
        self.retranslate()
        self.cancel.setFocus()
        announce(self, value_texts.sentences(self.title.text(), self.lead.text()))

    def forget(self) -> None:
        """Discard all pictures."""
        self._lookalike = None
        self.samples_strip.forget()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Close without saving (Esc)"))
        self.save.setText(self.tr("Save anyway"))
        lookalike = self._lookalike
        if lookalike is None:
            return
        other = breakable(lookalike.person.name)
        self.meaning.setText(
            self.tr("Similarity {value}. {strangers}.").format(
                value=f"{lookalike.similarity:.2f}", strangers=value_texts.fmr_meaning(lookalike.fmr)
            )
        )
        self.add.setVisible(isinstance(lookalike, AlreadyEnrolledAs))
        self.stricter.setVisible(isinstance(lookalike, LooksLike) and bool(lookalike.stricter))
        if isinstance(lookalike, LooksLike):
            self._ask_about_likeness(lookalike, other)
        else:
            self._ask_about_double(other)
        self.setAccessibleName(value_texts.sentences(*(part.text() for part in (self.title, self.lead, self.meaning))))

    def _ask_about_double(self, other: str) -> None:
        self.title.setText(self.tr("Already enrolled as {name}").format(name=other))
        self.lead.setText(self.tr("The new pictures show the same person."))
        self.advice.setText(
            self.tr("Two entries of one person give ambiguous results. Add the pictures to {name} instead.").format(
                name=other
            )
        )
        self.add.setText(self.tr("Add to that person"))
        self.add.setToolTip(self.tr("Add the new pictures to {name}").format(name=other))

    def _ask_about_likeness(self, lookalike: LooksLike, other: str) -> None:
        self.title.setText(self.tr("This person looks like {name}").format(name=other))
        self.lead.setText(self.tr("At the current strictness, they may be confused."))
        if lookalike.stricter:
            point = value_texts.strictness(lookalike.stricter, "")
            advice = self.tr("Raise strictness ({point}), or add more pictures of both people.").format(point=point)
        else:
            advice = self.tr("No strictness can distinguish these pictures. Add more pictures of both people.")
        self.advice.setText(advice)
        self.stricter.setText(self.tr("Save and raise strictness"))

    def _raise_strictness(self) -> None:
        if isinstance(self._lookalike, LooksLike):
            self.stricter_wanted.emit(self._lookalike.stricter)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(Glyph("users", "caution", 48), alignment=Qt.AlignmentFlag.AlignHCenter)
        for part in (self.title, self.lead, self.meaning, self.advice):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for part in (self.title, self.lead, self.meaning):
            column.addWidget(part)
        column.addSpacing(8)
        column.addWidget(self.samples_strip)
        column.addSpacing(8)
        column.addWidget(self.advice)
        column.addSpacing(16)
        for made in (self.add, self.stricter, self.save, self.cancel):
            column.addWidget(made)
        column.addStretch(2)
