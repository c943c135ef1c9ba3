"""The templates of a person: what they are worth, and whether they are compared."""

from collections.abc import Mapping
from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.people import Template
from app.core.types import Pose
from app.services.people import PersonDetails
from app.ui import texts
from app.ui.people.lines import Line, LineList
from app.ui.widgets.pane import Pane, button, label

_YEAR = 365
_STRAIGHT = 12.0
"""Degrees to either side within which a head counts as looking into the camera."""


class TemplatesSection(Pane):
    """A list, and a button that retires the one chosen, or brings it back.

    Signals:
        retire_wanted: A Template, and whether it is to be retired (else restored).
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
        """Show somebody's.

        Args:
            details: Of the person.
            thumbnails: JPEG files, by the template's id.
        """
        self._templates = details.templates
        self._thumbnails = {id_: QImage.fromData(jpeg) for id_, jpeg in thumbnails.items()}
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
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
            self.tr("Taken {date}, {source}").format(date=texts.moment(template.created_at), source=source),
            template.quality,
            self._thumbnails.get(template.id),
            faded=retired,
        )

    def pose(self, pose: Pose) -> str:
        """Where a head points, in words."""
        if abs(pose.yaw) <= _STRAIGHT and abs(pose.pitch) <= _STRAIGHT:
            return self.tr("Straight")
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
            self.retire.setToolTip(self.tr("Compare this template again"))
        else:
            self.retire.setText(self.tr("Retire"))
            self.retire.setToolTip(self.tr("Stop comparing this template, without erasing it"))

    def _ask(self) -> None:
        template = self._chosen()
        if template is not None:
            self.retire_wanted.emit(template, template.retired_at is None)
