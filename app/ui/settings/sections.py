"""The section cards of the settings page and the list that leads to them."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout

from app.core.settings.schema import SectionSchema
from app.ui.settings.setting_row import SettingRow
from app.ui.shell.session import Session
from app.ui.texts.settings_texts import matches_search, translated
from app.ui.widgets.panes import Pane, button, label

_ROW = 36
_TESTED = "liveness"
"""Name of the section with a button that starts the liveness test."""


class SectionCard(Pane):
    """A section with its settings and, for liveness, a button that starts a test.

    Signals:
        test_wanted: Start the liveness test.

    Args:
        section: The section's schema.
        session: The pipeline, the services and the settings.
    """

    test_wanted = Signal()

    def __init__(self, section: SectionSchema, session: Session) -> None:
        super().__init__()
        self.setObjectName("card")
        self.test = button() if section.name == _TESTED else None
        self.section = section
        self.title, self._description = label("title", wrap=True), label("muted", wrap=True)
        self.rows = [SettingRow(setting, session) for setting in section.settings]
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 8)
        column.setSpacing(0)
        column.addWidget(self.title)
        column.addWidget(self._description)
        column.addSpacing(8)
        for row in self.rows:
            column.addWidget(row)
        if self.test is not None:
            self.test.clicked.connect(self.test_wanted)
            column.addSpacing(8)
            column.addWidget(self.test, alignment=Qt.AlignmentFlag.AlignLeft)
            column.addSpacing(8)
        self.retranslate()

    def filter_rows(self, search: str) -> bool:
        """Show only settings that match a search text; return whether any does."""
        found = [matches_search(row.setting, search) or matches_section(self.section, search) for row in self.rows]
        for row, shown in zip(self.rows, found, strict=True):
            row.setVisible(shown)
        self.setVisible(any(found))
        return any(found)

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(translated(self.section.title))
        self._description.setText(translated(self.section.description))
        if self.test is not None:
            self.test.setText(self.tr("Try it with this camera…"))
            self.test.setAccessibleName(self.tr("Try the liveness check with this camera"))
            self.test.setToolTip(self.tr("Hold up photos and a phone, and see what is accepted"))


class SectionList(QListWidget):
    """The section titles; selecting one scrolls to it.

    Signals:
        chosen: The name of the selected section.

    Args:
        sections: The sections in display order.
    """

    chosen = Signal(str)

    def __init__(self, sections: tuple[SectionSchema, ...]) -> None:
        super().__init__()
        self.setObjectName("sections")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._sections = sections
        for _ in sections:
            item = QListWidgetItem(self)
            item.setSizeHint(QSize(0, _ROW))
        self.retranslate()
        self.itemClicked.connect(lambda item: self.chosen.emit(sections[self.row(item)].name))
        self.currentRowChanged.connect(self._emit_chosen)

    def show_section(self, name: str) -> None:
        """Select the section in view without emitting `chosen`."""
        self.blockSignals(True)  # noqa: FBT003 - Qt's own
        self.setCurrentRow([section.name for section in self._sections].index(name))
        self.blockSignals(False)  # noqa: FBT003

    def filter_rows(self, names: set[str]) -> None:
        """Show only these sections."""
        for row, section in enumerate(self._sections):
            self.item(row).setHidden(section.name not in names)

    def retranslate(self) -> None:
        """Set every translated text."""
        for row, section in enumerate(self._sections):
            self.item(row).setText(translated(section.title))

    def _emit_chosen(self, row: int) -> None:
        if row >= 0:
            self.chosen.emit(self._sections[row].name)


def matches_section(section: SectionSchema, search: str) -> bool:
    """Return whether a search text is the section's name or title.

    Args:
        section: The section's schema.
        search: The search text.
    """
    return bool(search.strip()) and search.strip().casefold() in {section.name, translated(section.title).casefold()}
