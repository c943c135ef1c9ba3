"""One person: name, templates, and what can be done."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.core.errors import FacelatchError, InvalidName, StoreError, UsageProblem
from app.core.people import Person
from app.services.people import PersonDetails
from app.ui import texts
from app.ui.people.remark import Remark
from app.ui.people.templates import TemplateList
from app.ui.people.words import breakable
from app.ui.widgets.pane import Pane, button, label, set_tone

WIDTH = 320
_MARGIN = 24
_BUTTON_AIR = 32


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
        self.setFixedWidth(WIDTH)
        self._details: PersonDetails | None = None
        self._error: FacelatchError | None = None
        self.name, self._since = label("title", wrap=True), label("muted", wrap=True)
        self.message, self._warning = Remark("bad"), label(wrap=True)
        self.field = QLineEdit()
        self.rename, self.keep_name, self.drop_name = button("plain"), button("primary"), button("plain")
        self.delete, self.really_delete, self.keep = button("plain"), button("danger"), button("plain")
        self._heading = label("strong")
        self.templates = TemplateList()
        self._calm = _column([], [self.rename, self.delete])
        self._renaming = _column([self.field], [self.keep_name, self.drop_name])
        self._deleting = _column([self._warning, self.really_delete, self.keep], [])
        self._lay_out()
        self._connect()
        self._show_mode(self._calm)
        self.retranslate()

    @property
    def person(self) -> Person | None:
        """Whoever is shown."""
        return self._details.person if self._details else None

    def show_details(self, details: PersonDetails | None) -> None:
        """Show a person, or nobody. What was begun with the same person stays begun."""
        if self.person is None or details is None or details.person.id != self.person.id:
            self.settle()
        self._details = details
        self.setVisible(details is not None)
        self.retranslate()

    def complain(self, error: FacelatchError) -> None:
        """Say why a name was refused, or what else failed. What was begun can be tried again or left."""
        self._error = error
        self._tell_error()

    def settle(self) -> bool:
        """Leave renaming or deleting; False when neither was begun."""
        begun = self._calm.isHidden()
        self._error = None
        self._tell_error()
        self._calm.show()
        self._lead_back()
        self._show_mode(self._calm)
        return begun

    def begin_rename(self) -> None:
        """Open the name's field."""
        if self.person is not None:
            self.settle()
            self.field.setText(self.person.name)
            self.field.selectAll()
            self._show_mode(self._renaming)
            self.field.setFocus()

    def begin_delete(self) -> None:
        """Ask once more."""
        if self.person is not None:
            self.settle()
            self._show_mode(self._deleting)
            self.keep.setFocus()

    def retranslate(self) -> None:
        """Set every text."""
        self.rename.setText(self.tr("Rename"))
        self.rename.setToolTip(self.tr("Rename (F2)"))
        self.delete.setText(self.tr("Delete"))
        self.delete.setToolTip(self.tr("Delete (Del)"))
        self.keep_name.setText(self.tr("Save name"))
        self.drop_name.setText(self.tr("Cancel"))
        self.drop_name.setToolTip(self.tr("Cancel (Esc)"))
        self.keep.setText(self.tr("Keep"))
        self.keep.setToolTip(self.tr("Delete nothing (Esc)"))
        self.field.setAccessibleName(self.tr("New name"))
        self._heading.setText(self.tr("Templates"))
        self.templates.setAccessibleName(self.tr("Templates"))
        self.templates.viewport().update()
        self._tell_error()
        if self._details is not None:
            self._tell(self._details)

    def _tell(self, details: PersonDetails) -> None:
        person = details.person
        self.name.setText(breakable(person.name))
        self._since.setText(self.tr("Enrolled {date}").format(date=texts.date(person.created_at)))
        self._warning.setText(self.tr("All templates go with the name. This cannot be undone."))
        self._name_what_goes(person.name)
        self.setAccessibleName(person.name)
        self.templates.templates.show_templates(details.templates)

    def _name_what_goes(self, name: str) -> None:
        """As much of the name as there is room for, so that nobody deletes the wrong person."""
        words = self.tr("Delete {name} for good")
        self.really_delete.ensurePolished()
        metrics = self.really_delete.fontMetrics()
        room = WIDTH - 2 * _MARGIN - _BUTTON_AIR - metrics.horizontalAdvance(words.format(name=""))
        short = metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, room)
        self.really_delete.setText(words.format(name=short))
        self.really_delete.setAccessibleName(words.format(name=name))

    def _tell_error(self) -> None:
        parts = [texts.error_message(self._error)] if self._error else []
        if isinstance(self._error, InvalidName | StoreError):  # the hint of a taken name is for the command line
            parts.append(texts.error_hint(self._error))
        self.message.say(*parts)
        set_tone(self.field, "wrong", isinstance(self._error, UsageProblem))

    def _lead_back(self) -> None:
        """The focus goes to the button that began it: once its place is hidden, it would go to a chance neighbour."""
        focus = QApplication.focusWidget()
        if focus is not None and self._renaming.isAncestorOf(focus):
            self.rename.setFocus()
        elif focus is not None and self._deleting.isAncestorOf(focus):
            self.delete.setFocus()

    def _show_mode(self, mode: QWidget) -> None:
        for part in (self._calm, self._renaming, self._deleting):
            part.setVisible(part is mode)
        # While it is asked once more, the name has the room: it must not be cut.
        for part in (self._heading, self.templates):
            part.setVisible(mode is not self._deleting)

    def _connect(self) -> None:
        self.rename.clicked.connect(self.begin_rename)
        self.delete.clicked.connect(self.begin_delete)
        self.drop_name.clicked.connect(self.settle)
        self.keep.clicked.connect(self.settle)
        self.field.textEdited.connect(self._forget_error)
        self.field.returnPressed.connect(self._ask_rename)
        self.keep_name.clicked.connect(self._ask_rename)
        self.really_delete.clicked.connect(lambda: self.delete_wanted.emit(self.person))

    def _forget_error(self) -> None:
        self._error = None
        self._tell_error()

    def _ask_rename(self) -> None:
        if self.person is not None and self.field.text() == self.person.name:
            self.settle()
        else:
            self.rename_wanted.emit(self.person, self.field.text())

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
        column.setSpacing(8)
        column.addWidget(self.name)
        column.addWidget(self._since)
        column.addSpacing(8)
        for part in (self._calm, self._renaming, self._deleting):
            column.addWidget(part)
        column.addWidget(self.message)
        column.addSpacing(16)
        column.addWidget(self._heading)
        column.addWidget(self.templates, 1)
        column.addStretch(0)


def _column(above: list[QWidget], beside: list[QWidget]) -> QWidget:
    """Widgets below each other, and a row of buttons of one width."""
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    for widget in above:
        column.addWidget(widget)
    row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    row.setSpacing(8)
    for widget in beside:
        row.addWidget(widget, 1)
    column.addLayout(row)
    return part
