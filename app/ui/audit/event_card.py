"""The card of one audit event."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.services.audit.audit_service import AuditLine
from app.ui.texts import audit_texts, value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import Glyph
from app.ui.widgets.panes import Pane, button, label

WIDTH = 320
NARROW_WIDTH = 272
_SHORT = 16
"""Longest value that fits beside its caption without wrapping, in characters."""


class EventCard(Pane):
    """Shows an event; hidden without a selection.

    Signals:
        person_wanted: List only events of this person (id and displayed name).
    """

    person_wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._line: AuditLine | None = None
        self._glyph, self._event = Glyph("info", "muted", 24), label("title", wrap=True)
        self._person, self._time = label("lead", wrap=True), label("muted", wrap=True)
        self._finding, self._tip = label("strong", wrap=True), label("muted", wrap=True)
        self.only = button()
        self._figures, self._area = QWidget(), QScrollArea()
        self._grid = QGridLayout(self._figures)
        self.only.clicked.connect(self._ask)
        self._lay_out()
        self.hide()
        self.retranslate()

    @property
    def line(self) -> AuditLine | None:
        """The event shown."""
        return self._line

    def show_line(self, line: AuditLine | None) -> None:
        """Show an event; None for none."""
        self._line = line
        self.setVisible(line is not None)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.only.setText(self.tr("Only this person"))
        self.only.setToolTip(self.tr("Show only events of this person"))
        if self._line is not None:
            self._update_texts(self._line)

    def _update_texts(self, line: AuditLine) -> None:
        entry, finding = line.event.entry, audit_texts.rejection_finding(line)
        name, role = audit_texts.event_icon(entry.kind)
        self._glyph.show_icon(name, role)
        self._set_text(self._event, audit_texts.event_name(entry.kind))
        self._set_text(self._person, audit_texts.subject_name(line))
        actor = self.tr("{moment}, by: {actor}").format(
            moment=value_texts.exact_moment(line.event.at), actor=audit_texts.actor_name(entry.actor)
        )
        self._set_text(self._time, actor if entry.actor else value_texts.exact_moment(line.event.at))
        self._set_text(self._finding, finding.sentence if finding else "")
        set_style_property(self._finding, "tone", role if role in {"good", "caution", "bad"} else "caution")
        self._set_text(self._tip, finding.tip if finding else "")
        self.only.setVisible(bool(entry.subject))
        self._show_figures(audit_texts.detail_rows(line))
        parts = (self._event, self._person, self._time, self._finding)
        self.setAccessibleName(value_texts.sentences(*(part.text() for part in parts)))

    @staticmethod
    def _set_text(part: QLabel, text: str) -> None:
        part.setText(breakable(text))
        part.setVisible(bool(text))

    def _show_figures(self, rows: list[tuple[str, str]]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (name, value) in enumerate(rows):
            title, content = label("muted", wrap=True), label(wrap=True)
            title.setText(name)
            content.setText(breakable(value) if len(value) > _SHORT else value)
            content.setAccessibleName(f"{name}: {value}")
            content.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            for column, part in enumerate((title, content)):
                self._grid.addWidget(part, number, column, Qt.AlignmentFlag.AlignTop)
        self._grid.setRowStretch(len(rows), 1)

    def _ask(self) -> None:
        if self._line is not None:
            self.person_wanted.emit(self._line.event.entry.subject, audit_texts.subject_name(self._line))

    def _lay_out(self) -> None:
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnMinimumWidth(1, 112)
        self._area.setWidget(self._figures)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 16, 16)
        column.setSpacing(8)
        column.addWidget(self._glyph)
        for part in (self._event, self._person, self._time, self._finding, self._tip):
            column.addWidget(part)
        column.addSpacing(8)
        column.addWidget(self._area, 1)
        column.addWidget(self.only)
