"""The strictness card: a slider for the operating point with the resulting error rates."""

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout

from app.core.match_decision import MAX_FMR, MIN_FMR, canonical_fmr
from app.services.recognition.calibration import ENOUGH_PEOPLE, Calibration, OperatingPointRates, RateSource
from app.ui.texts import people_texts, value_texts
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, label

WIDTH = 320
_STEPS = 20
"""Slider steps per factor of ten."""

_FIRST, _LAST = (-math.log10(end) for end in (MAX_FMR, MIN_FMR))


class StrictnessCard(Pane):
    """Shows what the operating point means for this gallery and lets the user change it.

    Signals:
        moved: The chosen false match rate, in the form that settings store.
    """

    moved = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedWidth(WIDTH)
        self._calibration: Calibration | None = None
        self._point = canonical_fmr(MAX_FMR)
        self._title, self.point, self._needed = label("muted"), label("strong", wrap=True), label("muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self._looser, self._stricter = label("muted"), label("muted")
        self.strangers, self.own = label("strong", wrap=True), label("strong", wrap=True)
        self._false_match_range, self._false_non_match_range = label("muted", wrap=True), label("muted", wrap=True)
        self._false_positives, self.source = label("muted", wrap=True), InlineMessage("caution")
        self._lay_out()
        self.slider.valueChanged.connect(lambda step: self.moved.emit(point_of(step)))
        self.retranslate()

    @property
    def shown_point(self) -> str:
        """The operating point shown, as a false match rate."""
        return self._point

    def show_calibration(self, calibration: Calibration) -> None:
        """Use another measurement."""
        self._calibration = calibration
        self.retranslate()

    def show_point(self, point: str) -> None:
        """Show another operating point."""
        self._point = point
        with QSignalBlocker(self.slider):
            self.slider.setValue(step_of(point))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Strictness"))
        self._looser.setText(self.tr("Looser"))
        self._stricter.setText(self.tr("Stricter"))
        self.slider.setToolTip(self.tr("Arrow keys move it, Page Up and Page Down by a factor of ten"))
        self.point.setText(value_texts.operating_point(self._point))
        self.slider.setAccessibleName(self.tr("Strictness: {point}").format(point=self.point.text()))
        if self._calibration is not None:
            self._update_rates(self._calibration)

    def _update_rates(self, calibration: Calibration) -> None:
        reading = calibration.reading(float(self._point))
        self._needed.setText(self.tr("Similarity needed: {value}").format(value=f"{reading.threshold:.3f}"))
        self.strangers.setText(people_texts.false_match_text(reading.strangers))
        self._false_match_range.setText(people_texts.false_match_range(reading.strangers))
        self.own.setText(people_texts.false_non_match_text(reading.own))
        self._false_non_match_range.setText(people_texts.false_non_match_range(reading.own))
        self._false_non_match_range.setVisible(bool(self._false_non_match_range.text()))
        self._false_positives.setText(people_texts.false_positive_text(reading.anybody, len(calibration.people)))
        self._false_positives.setVisible(len(calibration.people) > 1)  # else a repetition
        self.slider.setAccessibleDescription(value_texts.sentences(self.strangers.text(), self.own.text()))
        self.source.show_text(self._sample_size_note(reading))

    def _sample_size_note(self, reading: OperatingPointRates) -> str:
        """Return which rates the gallery is too small to estimate, and what size suffices."""
        strangers, own = (estimate.source is not RateSource.GALLERY for estimate in (reading.strangers, reading.own))
        if strangers and own:
            text = self.tr(
                "Your gallery is too small: counting strangers needs {people} people, counting refusals {few}."
            )
        elif strangers:
            text = self.tr("Your gallery is too small to count strangers: {people} people are needed.")
        elif own:
            text = self.tr("Your gallery is too small to count refusals: {few} people with two templates are needed.")
        else:
            return ""
        return text.format(people=value_texts.number(reading.people_needed), few=value_texts.number(ENOUGH_PEOPLE))

    def _lay_out(self) -> None:
        self.slider.setRange(0, round((_LAST - _FIRST) * _STEPS))
        self.slider.setPageStep(_STEPS)
        self.slider.setMinimumHeight(32)
        ends = QHBoxLayout()
        ends.addWidget(self._looser)
        ends.addStretch(1)
        ends.addWidget(self._stricter)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(4)
        for part in (self._title, self.point, self._needed, self.slider):
            column.addWidget(part)
        column.addLayout(ends)
        for sentence, *behind in (
            (self.strangers, self._false_match_range, self._false_positives),
            (self.own, self._false_non_match_range),
        ):
            column.addSpacing(12)
            for part in (sentence, *behind):
                column.addWidget(part)
        column.addSpacing(12)
        column.addWidget(self.source)
        column.addStretch(1)


def point_of(step: int) -> str:
    """Return the operating point at a step of the slider."""
    return canonical_fmr(10 ** -(_FIRST + step / _STEPS))


def step_of(point: str) -> int:
    """Return the slider step nearest to an operating point."""
    return round((-math.log10(float(point)) - _FIRST) * _STEPS)
