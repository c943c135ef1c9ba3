"""Actions on the selected person, and the confirmation before erasing."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout

from app.core.people import Person
from app.services.people.people_service import PersonDetails
from app.ui.widgets.buttons import Picker
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, button, label


class ActionRow(Pane):
    """Edit, add templates from the camera or from files, and a menu with rarely used actions.

    Signals:
        camera_wanted: Add templates in front of the camera.
        pictures_wanted: Add templates from picture files.
        merge_wanted: Merge with another entry.
        erase_wanted: Erase the person.
    """

    camera_wanted = Signal()
    pictures_wanted = Signal()
    merge_wanted = Signal()
    erase_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.edit, self.more = button("plain"), button("plain")
        self.add = Picker()
        self.more.setMenu(QMenu(self.more))
        self._camera, self._pictures = QAction(self), QAction(self)
        self._merge, self._erase = QAction(self), QAction(self)
        self.add.menu().addActions([self._camera, self._pictures])
        self.more.menu().addActions([self._merge, self._erase])
        for action, signal in (
            (self._camera, self.camera_wanted),
            (self._pictures, self.pictures_wanted),
            (self._merge, self.merge_wanted),
            (self._erase, self.erase_wanted),
        ):
            action.triggered.connect(signal)
        self._lay_out()
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.edit.setText(self.tr("Edit"))
        self.edit.setToolTip(self.tr("Edit (F2)"))
        self.add.setText(self.tr("Add templates"))
        self.add.setToolTip(self.tr("Add templates with the camera or from pictures"))
        self._camera.setText(self.tr("From the camera"))
        self._pictures.setText(self.tr("From pictures…"))
        self.more.setAccessibleName(self.tr("More"))
        self.more.setToolTip(self.tr("Merge, erase"))
        self._merge.setText(self.tr("Merge with another entry"))
        self._erase.setText(self.tr("Erase (Del)"))

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.edit.setIcon(icon("pencil-simple"))
        self.add.setIcon(icon("plus", "muted"))
        self.more.setIcon(icon("dots-three"))
        self._camera.setIcon(icon("video-camera"))
        self._pictures.setIcon(icon("image"))
        self._merge.setIcon(icon("git-merge"))
        self._erase.setIcon(icon("trash", "bad"))
        self.update()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        self.more.setFixedWidth(44)
        row.addWidget(self.edit)
        row.addWidget(self.add, 1)
        row.addWidget(self.more)


_BUTTON_AIR = 32


class ErasePane(Pane):
    """Lists what will be erased and asks for confirmation.

    Signals:
        erase_wanted: The Person to erase.
        cancelled: The person stays.
    """

    erase_wanted = Signal(object)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._details: PersonDetails | None = None
        self._warning, self._kept = label(wrap=True), label("muted", wrap=True)
        self.message, self.erase, self.keep = InlineMessage("bad"), button("danger"), button("plain")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._warning)
        column.addWidget(self._kept)
        column.addSpacing(8)
        column.addWidget(self.message)
        column.addWidget(self.erase)
        column.addWidget(self.keep)
        column.addStretch(1)
        self.erase.clicked.connect(self._ask)
        self.keep.clicked.connect(self.cancelled)
        self.retranslate()

    def begin(self, details: PersonDetails) -> None:
        """Ask for confirmation."""
        self._details = details
        self.show_failure()
        self.retranslate()
        self.keep.setFocus()

    def show_failure(self, *sentences: str) -> None:
        """Say why erasing failed."""
        self.message.show_text(*sentences)

    def retranslate(self) -> None:
        """Set every translated text."""
        self.keep.setText(self.tr("Keep"))
        self.keep.setToolTip(self.tr("Keep this person (Esc)"))
        self._kept.setText(self.tr("The audit log keeps a pseudonym instead of the name."))
        if self._details is not None:
            templates = self.tr("%n template(s)", "", len(self._details.templates))
            consents = self.tr("%n consent(s)", "", len(self._details.consents))
            words = self.tr("This erases the name, badge, groups and note, along with {templates} and {consents}.")
            self._warning.setText(
                words.format(templates=templates, consents=consents) + " " + self.tr("This cannot be undone.")
            )
            self._show_name(self._details.person)

    def _show_name(self, person: Person) -> None:
        """Show as much of the name as fits, so that the right person is erased."""
        words = self.tr("Erase {name} permanently")
        self.erase.ensurePolished()
        metrics = self.erase.fontMetrics()
        room = self.width() - _BUTTON_AIR - metrics.horizontalAdvance(words.format(name=""))
        short = metrics.elidedText(person.name, Qt.TextElideMode.ElideMiddle, room)
        self.erase.setText(words.format(name=short))
        self.erase.setAccessibleName(words.format(name=person.name))

    def _ask(self) -> None:
        if self._details is not None:
            self.erase_wanted.emit(self._details.person)
