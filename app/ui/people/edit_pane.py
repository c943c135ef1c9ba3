"""The form that changes the details of a person."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout

from app.core import calendar
from app.core.errors import AlreadyEnrolled, BadgeTaken, FacelatchError, InvalidName
from app.core.people import Person, PersonChanges, join_groups, split_groups
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.date_fields import OptionalDate
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, Scroll, button, label
from app.ui.widgets.toggles import CheckBox

_NOTE_HEIGHT = 80


class EditPane(Pane):
    """Fields for all editable details, saved together or not at all.

    Signals:
        save_wanted: A Person, the new name or None, and PersonChanges.
        cancelled: The user discards the changes.
    """

    save_wanted = Signal(object, object, object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._person: Person | None = None
        self.name, self.badge, self.groups, self.note = QLineEdit(), QLineEdit(), QLineEdit(), QPlainTextEdit()
        self.active = CheckBox()
        self.valid_from, self.valid_until, self.delete_after = OptionalDate(), OptionalDate(), OptionalDate()
        self.message, self.save, self.cancel = InlineMessage("bad"), button("primary"), button("plain")
        self._captions = [label("muted") for _ in range(4)]
        self._lay_out()
        self._connect()
        self.retranslate()

    def begin(self, person: Person) -> None:
        """Show the stored values with the name selected."""
        self._person = person
        self.name.setText(person.name)
        self.badge.setText(person.badge or "")
        self.groups.setText(join_groups(person.groups))
        self.note.setPlainText(person.note)
        self.active.setChecked(person.active)
        self.valid_from.show_day(_shown(person.valid_from, calendar.local_day))
        self.valid_until.show_day(_shown(person.valid_until, calendar.last_valid_day))
        self.delete_after.show_day(_shown(person.delete_after, calendar.last_valid_day))
        self.show_failure(None)
        self.name.selectAll()
        self.name.setFocus()

    def show_failure(self, error: FacelatchError | None, *sentences: str) -> None:
        """Say why the changes were not saved and mark the invalid field.

        Args:
            error: The cause; None clears the mark.
            sentences: Its message and hint; none hides the message.
        """
        self.message.show_text(*sentences)
        set_style_property(self.name, "wrong", isinstance(error, AlreadyEnrolled | InvalidName))
        set_style_property(self.badge, "wrong", isinstance(error, BadgeTaken))

    def retranslate(self) -> None:
        """Set every translated text."""
        names = (self.tr("Name"), self.tr("Badge number"), self.tr("Groups"), self.tr("Note"))
        for caption, field, words in zip(
            self._captions, (self.name, self.badge, self.groups, self.note), names, strict=True
        ):
            caption.setText(words)
            caption.setBuddy(field)
            field.setAccessibleName(words)
        self.groups.setPlaceholderText(self.tr("Separated by commas"))
        self.active.setText(self.tr("Active: is recognised"))
        self.valid_from.name(self.tr("Valid from"))
        self.valid_until.name(self.tr("Valid until"))
        self.delete_after.name(self.tr("Delete after"))
        self.delete_after.setToolTip(self.tr("The person is erased automatically once this day is over"))
        self.save.setText(self.tr("Save"))
        self.save.setToolTip(self.tr("Save (Enter)"))
        self.cancel.setText(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Cancel (Esc)"))

    def changes(self, person: Person) -> PersonChanges:
        """Return the fields that differ from the stored person, except the name.

        A date field that still shows the stored day keeps the stored time of day.
        """
        left: PersonChanges = {}
        if (badge := self.badge.text().strip() or None) != person.badge:
            left["badge"] = badge
        if (note := self.note.toPlainText().strip()) != person.note:
            left["note"] = note
        if self.active.isChecked() != person.active:
            left["active"] = self.active.isChecked()
        text = self.groups.text()
        # A group created by a command may contain a comma: an untouched field leaves the groups as they are.
        if text != join_groups(person.groups) and set(split_groups(text)) != set(person.groups):
            left["groups"] = split_groups(text)
        begin, end, deletion = self.valid_from.day, self.valid_until.day, self.delete_after.day
        if begin != _shown(person.valid_from, calendar.local_day):
            left["valid_from"] = calendar.start_of_day(begin) if begin else None
        if end != _shown(person.valid_until, calendar.last_valid_day):
            left["valid_until"] = calendar.end_of_day(end) if end else None
        if deletion != _shown(person.delete_after, calendar.last_valid_day):
            left["delete_after"] = calendar.end_of_day(deletion) if deletion else None
        return left

    def _ask(self) -> None:
        person = self._person
        if person is None:
            return
        changes, name = self.changes(person), self.name.text()
        if name == person.name and not changes:
            self.cancelled.emit()
        else:
            self.save_wanted.emit(person, None if name == person.name else name, changes)

    def _connect(self) -> None:
        for field in (self.name, self.badge, self.groups):
            field.returnPressed.connect(self._ask)
            field.textEdited.connect(lambda _: self.show_failure(None))
        self.note.setTabChangesFocus(True)
        self.save.clicked.connect(self._ask)
        self.cancel.clicked.connect(self.cancelled)

    def _lay_out(self) -> None:
        body = Scroll()
        fields = body.column
        fields.setSpacing(4)
        for caption, field in zip(self._captions, (self.name, self.badge, self.groups, self.note), strict=True):
            fields.addWidget(caption)
            fields.addWidget(field)
            fields.addSpacing(4)
        self.note.setFixedHeight(_NOTE_HEIGHT)
        fields.addSpacing(8)
        for part in (self.active, self.valid_from, self.valid_until, self.delete_after):
            fields.addWidget(part)
            fields.addSpacing(4)
        fields.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(body, 1)
        column.addWidget(self.message)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.save, 1)
        foot.addWidget(self.cancel, 1)
        column.addLayout(foot)


def _shown(moment: datetime | None, day: Callable[[datetime], date]) -> date | None:
    return day(moment) if moment is not None else None
