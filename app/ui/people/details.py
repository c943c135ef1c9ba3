"""One person: name, templates, and what can be done."""

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.core.types import Person, Template
from app.services.people import PersonDetails
from app.ui import texts
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.pane import Pane, button, label, set_tone


class PersonCard(Pane):
    """Shows a person; renaming and deleting are asked for here and done elsewhere.

    Signals:
        rename_wanted: A person and the new name.
        delete_wanted: A person, after a second press.
    """

    rename_wanted = Signal(object, str)
    delete_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("card")
        self._details: PersonDetails | None = None
        self._error: FacelatchError | None = None
        self._name, self._since = label("title", wrap=True), label("muted", wrap=True)
        self._message, self._warning = label(wrap=True), label(wrap=True)
        self.field = QLineEdit()
        self.rename, self.keep_name, self.drop_name = button("plain"), button("primary"), button("plain")
        self.delete, self.really_delete, self.keep = button("plain"), button("danger"), button("plain")
        self._heading = label("strong")
        self._list = QVBoxLayout()
        self._modes = QStackedLayout()
        self._lay_out()
        self._connect()
        self.retranslate()

    @property
    def person(self) -> Person | None:
        """Whoever is shown."""
        return self._details.person if self._details else None

    def show_details(self, details: PersonDetails) -> None:
        """Show a person, with nothing begun."""
        changed = self.person is None or details.person.id != self.person.id
        self._details = details
        if changed or self._modes.currentIndex() == 0:
            self.settle()
        self.retranslate()

    def complain(self, error: FacelatchError) -> None:
        """Say why a name was refused, or what else failed."""
        self._error = error
        set_tone(self.field, "wrong", value=True)
        self._tell_error()

    def settle(self) -> bool:
        """Leave renaming or deleting; False when neither was begun."""
        begun = self._modes.currentIndex() != 0
        self._error = None
        set_tone(self.field, "wrong", value=False)
        self._tell_error()
        self._modes.setCurrentIndex(0)
        return begun

    def retranslate(self) -> None:
        """Set every text."""
        self.rename.setText(self.tr("Rename"))
        self.rename.setToolTip(self.tr("Rename (F2)"))
        self.delete.setText(self.tr("Delete"))
        self.delete.setToolTip(self.tr("Delete (Del)"))
        self.keep_name.setText(self.tr("Save name"))
        self.drop_name.setText(self.tr("Cancel"))
        self.keep.setText(self.tr("Keep"))
        self.field.setAccessibleName(self.tr("New name"))
        self._heading.setText(self.tr("Templates"))
        self._tell_error()
        if self._details is not None:
            self._tell(self._details)

    def begin_rename(self) -> None:
        """Open the name's field."""
        if self.person is not None:
            self.settle()
            self.field.setText(self.person.name)
            self.field.selectAll()
            self._modes.setCurrentIndex(1)
            self.field.setFocus()

    def begin_delete(self) -> None:
        """Ask once more."""
        if self.person is not None:
            self.settle()
            self._modes.setCurrentIndex(2)
            self.keep.setFocus()

    def _tell(self, details: PersonDetails) -> None:
        person = details.person
        self._name.setText(person.name)
        self._since.setText(self.tr("Enrolled {date}").format(date=texts.date(person.created_at)))
        self._warning.setText(
            self.tr("This removes {name} and every template. It cannot be undone.").format(name=person.name)
        )
        self.really_delete.setText(self.tr("Delete for good"))
        self.setAccessibleName(person.name)
        while (item := self._list.takeAt(0)) is not None:
            if (row := item.widget()) is not None:
                row.deleteLater()
        for template in details.templates:
            self._list.addWidget(_TemplateRow(template))
        self._list.addStretch(1)

    def _tell_error(self) -> None:
        self._message.setText(texts.error_message(self._error) if self._error else "")
        self._message.setVisible(self._error is not None)

    def _connect(self) -> None:
        self.rename.clicked.connect(self.begin_rename)
        self.delete.clicked.connect(self.begin_delete)
        self.drop_name.clicked.connect(self.settle)
        self.keep.clicked.connect(self.settle)
        self.field.returnPressed.connect(self._ask_rename)
        self.keep_name.clicked.connect(self._ask_rename)
        self.really_delete.clicked.connect(lambda: self.delete_wanted.emit(self.person))

    def _ask_rename(self) -> None:
        self.rename_wanted.emit(self.person, self.field.text())

    def _lay_out(self) -> None:
        self._message.setProperty("tone", "bad")
        self._warning.setProperty("tone", "bad")
        self._modes.addWidget(_stacked([], [self.rename, self.delete]))
        self._modes.addWidget(_stacked([self.field], [self.keep_name, self.drop_name]))
        self._modes.addWidget(_stacked([self._warning], [self.really_delete, self.keep]))
        rows = QWidget()
        rows.setLayout(self._list)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(8)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addWidget(self._name)
        column.addWidget(self._since)
        column.addSpacing(8)
        column.addLayout(self._modes)
        column.addWidget(self._message)
        column.addSpacing(16)
        column.addWidget(self._heading)
        column.addWidget(scroll, 1)


class _TemplateRow(Pane):
    """A template: where it comes from, and how good it is."""

    def __init__(self, template: Template) -> None:
        super().__init__()
        self._template = template
        self._source, self._facts = ElidedLabel(), label("muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._source)
        column.addWidget(self._facts)
        self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        template = self._template
        self._source.setText(template.source or self.tr("Camera"))
        quality = self.tr("Quality {percent} %").format(percent=round(template.quality * 100))
        age = texts.age(template.created_at, datetime.now(UTC))
        self._facts.setText(f"{quality} · {template.embedding.model} · {age}")


def _stacked(above: list[QWidget], beside: list[QWidget]) -> QWidget:
    """Widgets below each other, and a row of buttons."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for widget in above:
        column.addWidget(widget)
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in beside:
        row.addWidget(widget, 1)
    column.addLayout(row)
    return part
