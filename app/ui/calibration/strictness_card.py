"""The strictness card: a slider for the promise per visitor with the resulting error rates."""

import math

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout

from app.core.match_decision import MAX_ONE_IN, MIN_ONE_IN
from app.core.settings.sections import RecognitionSettings
from app.services.recognition.calibration import ENOUGH_PEOPLE, Calibration, OperatingPointRates, RateSource
from app.ui.texts import people_texts, value_texts
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, label

WIDTH = 320
_STEPS = 20
"""Slider steps per factor of ten."""

_FIRST, _LAST = (math.log10(end) for end in (MIN_ONE_IN, MAX_ONE_IN))


class StrictnessCard(Pane):
    """Shows what the promise per visitor means for this gallery and lets the user change it.

    Signals:
        moved: The chosen promise: of so many strangers who try, one is accepted.
    """

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self.setFixedWidth(WIDTH)
        self._calibration: Calibration | None = None
        self._one_in, self._fmr = MIN_ONE_IN, ""
        self._title, self.point, self._needed = label("muted"), label("strong", wrap=True), label("muted")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self._looser, self._stricter = label("muted"), label("muted")
        self.strangers, self.own = label("strong", wrap=True), label("strong", wrap=True)
        self._false_match_range, self._false_non_match_range = label("muted", wrap=True), label("muted", wrap=True)
        self._promise, self.source = label("strong", wrap=True), InlineMessage("caution")
        self._limit = InlineMessage("caution")
        self._lay_out()
        self.slider.valueChanged.connect(lambda step: self.moved.emit(one_in_of(step)))
        self.retranslate()

    @property
    def shown(self) -> int:
        """The promise shown; 0 if the operating point applies to every comparison."""
        return self._one_in

    def show_calibration(self, calibration: Calibration) -> None:
        """Use another measurement."""
        self._calibration = calibration
        self.retranslate()

    def show_strictness(self, one_in: int, fmr: str) -> None:
        """Show another strictness.

        Args:
            one_in: The promise per visitor; 0 if the operating point applies to every comparison.
            fmr: The operating point, such as "1e-4".
        """
        self._one_in, self._fmr = one_in, fmr
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Strictness"))
        self._looser.setText(self.tr("Looser"))
        self._stricter.setText(self.tr("Stricter"))
        self.slider.setToolTip(self.tr("Arrow keys move it, Page Up and Page Down by a factor of ten"))
        self.point.setText(value_texts.strictness(self._one_in, self._fmr))
        self.slider.setAccessibleName(self.tr("Strictness: {point}").format(point=self.point.text()))
        if self._calibration is not None:
            self._update_rates(self._calibration)

    def _update_rates(self, calibration: Calibration) -> None:
        promise = calibration.promise_of(RecognitionSettings(one_in=self._one_in, operating_point=self._fmr or "1e-4"))
        with QSignalBlocker(self.slider):
            self.slider.setValue(step_of(promise.one_in or promise.held))
        reading = calibration.reading(calibration.fmr_at(promise.threshold))
        self._needed.setText(self.tr("Similarity needed: {value}").format(value=f"{reading.threshold:.3f}"))
        self.strangers.setText(people_texts.false_match_text(reading.strangers))
        self._false_match_range.setText(people_texts.false_match_range(reading.strangers))
        self.own.setText(people_texts.false_non_match_text(reading.own))
        self._false_non_match_range.setText(people_texts.false_non_match_range(reading.own))
        self._false_non_match_range.setVisible(bool(self._false_non_match_range.text()))
        self._promise.setText(people_texts.promise_text(promise))
        self._limit.show_text(people_texts.promise_limit_text(promise))
        self.slider.setAccessibleDescription(value_texts.sentences(self._promise.text(), self.own.text()))
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
            (self._promise, self._limit),
            (self.strangers, self._false_match_range),
            (self.own, self._false_non_match_range),
        ):
            column.addSpacing(12)
            for part in (sentence, *behind):
                column.addWidget(part)
        column.addSpacing(12)
        column.addWidget(self.source)
        column.addStretch(1)


def one_in_of(step: int) -> int:
    """Return the promise at a step of the slider, to two digits."""
    return value_texts.round_to_two_figures(10 ** (_FIRST + step / _STEPS))


def step_of(one_in: float) -> int:
    """Return the slider step nearest to a promise."""
    return round((math.log10(one_in) - _FIRST) * _STEPS)
