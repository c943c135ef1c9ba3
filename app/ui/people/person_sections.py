"""Sections of the person card: facts, templates, consents and marks."""

from collections.abc import Mapping
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout

from app.core import calendar
from app.core.faces import Pose
from app.core.people import Consent, NegativeTemplate, Template
from app.services.people.people_service import PersonDetails
from app.ui.people.line_list import Line, LineList
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.panes import Pane, button, label


class FactsSection(Pane):
    """Rows of caption and value; unknown values have no row."""

    def __init__(self) -> None:
        super().__init__()
        self._details: PersonDetails | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._rows = [(label("muted"), label(wrap=True)) for _ in range(len(self._facts()))]
        for row, (caption, value) in enumerate(self._rows):
            self._grid.addWidget(caption, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, row, 1)

    def show_details(self, details: PersonDetails) -> None:
        """Show a person's facts."""
        self._details = details
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        for (caption, value), (heading, words) in zip(self._rows, self._facts(), strict=True):
            caption.setText(heading)
            value.setText(breakable(words))
            caption.setVisible(bool(words))
            value.setVisible(bool(words))

    def _facts(self) -> list[tuple[str, str]]:
        person = self._details.person if self._details else None
        begin, end, deletion = (person.valid_from, person.valid_until, person.delete_after) if person else (None,) * 3
        return [
            (self.tr("Badge"), person.badge or "" if person else ""),
            (self.tr("Groups"), ", ".join(person.groups) if person else ""),
            (self.tr("Valid from"), value_texts.day(calendar.local_day(begin)) if begin else ""),
            (self.tr("Valid until"), value_texts.day(calendar.last_valid_day(end)) if end else ""),
            (self.tr("Delete after"), value_texts.day(calendar.last_valid_day(deletion)) if deletion else ""),
            (self.tr("Note"), person.note if person else ""),
            (self.tr("Enrolled"), value_texts.date(person.created_at) if person else ""),
        ]


_YEAR = 365
_STRAIGHT = 12.0
"""Largest yaw and pitch of a frontal pose, in degrees."""


class TemplatesSection(Pane):
    """The list of templates with a button to retire or restore the selected one.

    Signals:
        retire_wanted: A Template, and True to retire it or False to restore it.
    """

    retire_wanted = Signal(object, bool)

    def __init__(self) -> None:
        super().__init__()
        self._templates: tuple[Template, ...] = ()
        self._thumbnails: dict[str, QImage] = {}
        self._heading, self._none = label("strong"), label("muted", wrap=True)
        self.list, self.retire = LineList(), button("plain")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._heading, self._none, self.list):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.retire)
        row.addStretch(1)
        column.addLayout(row)
        self.list.line_chosen.connect(self._offer)
        self.list.activated.connect(lambda _: self.retire.setFocus())
        self.retire.clicked.connect(self._ask)
        self.retranslate()

    def show_details(self, details: PersonDetails, thumbnails: Mapping[str, bytes]) -> None:
        """Show a person's templates.

        Args:
            details: The person with templates, consents and marks.
            thumbnails: JPEG files by template id.
        """
        self._templates = details.templates
        self._thumbnails = {id_: QImage.fromData(jpeg) for id_, jpeg in thumbnails.items()}
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        in_use = sum(template.retired_at is None for template in self._templates)
        self._heading.setText(self.tr("Templates · %n in use", "", in_use))
        self._none.setText(self.tr("No templates: this person cannot be recognised."))
        self._none.setVisible(not self._templates)
        self.list.setAccessibleName(self.tr("Templates"))
        self.list.show_lines([self._line(template) for template in self._templates])
        self._offer()

    def _line(self, template: Template) -> Line:
        source = template.source or self.tr("Camera")
        retired = template.retired_at is not None
        age = self.tr("Retired") if retired else self._age(template.created_at)
        return Line(
            template.id,
            self.pose(template.pose) if template.pose else source,
            f"{age} · {template.embedding.model}",
            self.tr("Taken {date}, {source}").format(date=value_texts.moment(template.created_at), source=source),
            template.quality,
            self._thumbnails.get(template.id),
            faded=retired,
        )

    def pose(self, pose: Pose) -> str:
        """Return a head pose as text."""
        if abs(pose.yaw) <= _STRAIGHT and abs(pose.pitch) <= _STRAIGHT:
            return self.tr("Frontal")
        if abs(pose.yaw) >= abs(pose.pitch):
            words = self.tr("Left {degrees}°") if pose.yaw > 0 else self.tr("Right {degrees}°")
            return words.format(degrees=round(abs(pose.yaw)))
        words = self.tr("Up {degrees}°") if pose.pitch > 0 else self.tr("Down {degrees}°")
        return words.format(degrees=round(abs(pose.pitch)))

    def _age(self, made: datetime) -> str:
        days = (datetime.now(UTC) - made).days
        if days < 1:
            return self.tr("Today")
        return self.tr("%n day(s) old", "", days) if days < _YEAR else self.tr("%n year(s) old", "", days // _YEAR)

    def _chosen(self) -> Template | None:
        return next((template for template in self._templates if template.id == self.list.chosen), None)

    def _offer(self) -> None:
        template = self._chosen()
        self.retire.setVisible(template is not None)
        if template is not None and template.retired_at is not None:
            self.retire.setText(self.tr("Use it again"))
            self.retire.setToolTip(self.tr("Match against this template again"))
        else:
            self.retire.setText(self.tr("Retire"))
            self.retire.setToolTip(self.tr("Stop matching against this template without erasing it"))

    def _ask(self) -> None:
        template = self._chosen()
        if template is not None:
            self.retire_wanted.emit(template, template.retired_at is None)


class ConsentsSection(Pane):
    """The list of consents; the text of the selected one is shown on request."""

    def __init__(self) -> None:
        super().__init__()
        self._consents: tuple[Consent, ...] = ()
        self._open = False
        self._heading, self._none = label("strong"), label("muted", wrap=True)
        self.list, self.show_words, self.words = LineList(), button("plain"), label("muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._heading, self._none, self.list):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.show_words)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.words)
        self.list.line_chosen.connect(self._offer)
        self.show_words.clicked.connect(self._toggle)
        self.retranslate()

    def show_consents(self, consents: tuple[Consent, ...]) -> None:
        """Show a person's consents, the newest first."""
        if consents != self._consents:
            self._consents, self._open = consents, False
            self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._heading.setText(self.tr("Consent"))
        self._none.setText(self.tr("No consent is stored."))
        self._none.setVisible(not self._consents)
        self.list.setAccessibleName(self.tr("Consent"))
        self.list.show_lines([self._line(place, consent) for place, consent in enumerate(self._consents)])
        self._offer()

    def _line(self, place: int, consent: Consent) -> Line:
        version = self.tr("Text {version}").format(version=consent.version)
        return Line(str(place), version, f"{value_texts.moment(consent.given_at)} · {consent.language}")

    def _offer(self) -> None:
        self.show_words.setVisible(bool(self._consents))
        self.show_words.setText(self.tr("Hide the text") if self._open else self.tr("Show the text"))
        self.words.setVisible(self._open and bool(self._consents))
        if self._consents:
            self.words.setText(self._consents[int(self.list.chosen or 0)].text)

    def _toggle(self) -> None:
        self._open = not self._open
        self._offer()


class MarksSection(Pane):
    """The list of faces marked as not this person, with a button to remove a mark; hidden while empty.

    Signals:
        remove_wanted: The NegativeTemplate to remove.
    """

    remove_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._negative_templates: tuple[NegativeTemplate, ...] = ()
        self._heading, self._lead = label("strong"), label("muted", wrap=True)
        self.list, self.remove = LineList(), button("plain")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._heading, self._lead, self.list):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.remove)
        row.addStretch(1)
        column.addLayout(row)
        self.list.line_chosen.connect(self._offer)
        self.remove.clicked.connect(self._ask)
        self.retranslate()

    def show_negative_templates(self, negative_templates: tuple[NegativeTemplate, ...]) -> None:
        """Show a person's marks."""
        self._negative_templates = negative_templates
        self.setVisible(bool(negative_templates))
        self.retranslate()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._heading.setText(self.tr("Marked as not this person"))
        self._lead.setText(self.tr("A face closer to one of these than to a template does not match this person."))
        self.list.setAccessibleName(self.tr("Marked as not this person"))
        self.list.show_lines([self._line(mark) for mark in self._negative_templates])
        self.remove.setText(self.tr("Remove the mark"))
        self.remove.setToolTip(self.tr("Such a face can match this person again"))
        self._offer()

    def _line(self, mark: NegativeTemplate) -> Line:
        similarity = self.tr("Similarity {value}").format(value=f"{mark.similarity:.2f}")
        return Line(
            mark.id,
            value_texts.moment(mark.created_at),
            f"{similarity} · {mark.model}",
        )

    def _offer(self) -> None:
        self.remove.setVisible(self.list.chosen is not None)

    def _ask(self) -> None:
        negative_template = next(
            (
                negative_template
                for negative_template in self._negative_templates
                if negative_template.id == self.list.chosen
            ),
            None,
        )
        if negative_template is not None:
            self.remove_wanted.emit(negative_template)
