"""The settings page: sections, search and reset."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.settings.schema import all_sections, all_settings
from app.services.system.settings_service import default_values
from app.ui.settings.sections import SectionCard, SectionList
from app.ui.settings.setting_row import SettingRow
from app.ui.shell.navigation import Page, Place
from app.ui.shell.session import Session
from app.ui.widgets.icons import Glyph, icon
from app.ui.widgets.panes import Pane, button, label

_LIST_WIDTH = 168
_NARROW_BELOW = 780
_LONGEST_SEARCH = 100


class SettingsPage(Page):
    """One row per setting of the schema.

    Signals:
        liveness_test_wanted: Start the liveness test.

    Args:
        session: The pipeline, the services and the settings.
    """

    liveness_test_wanted = Signal()

    place = Place(
        "settings",
        QT_TRANSLATE_NOOP("Rail", "Settings"),
        QT_TRANSLATE_NOOP("Rail", "Language, appearance, camera, recognition"),
        "gear",
        at_foot=True,
    )

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._title, self.nothing = label("title"), label("lead", wrap=True)
        self.search, self._search_icon, self.reset_all = QLineEdit(), QAction(self), button("quiet")
        self.reset_bar, self.list = ResetBar(), SectionList(all_sections())
        self.cards: dict[str, SectionCard] = {}
        self.area, self._column = QScrollArea(), QVBoxLayout()
        self._lay_out()
        self.nothing.hide()
        self._connect()
        self.retranslate()
        self.restyle()

    @property
    def rows(self) -> dict[str, SettingRow]:
        """The rows of all settings by key."""
        return {row.setting.key: row for card in self.cards.values() for row in card.rows}

    def refresh(self) -> None:
        """Show the current values."""
        if not self.cards:
            self._make_cards()
        rows = self.rows
        for state in self._session.states(all_settings()):
            rows[state.setting.key].show_state(state)
        self._mark_section(self.area.verticalScrollBar().value())
        self.reset_all.setEnabled(any(row.can_be_reset for row in rows.values()))

    def close_topmost(self) -> bool:
        """Close the form opened last; return False if none is open."""
        if self.reset_bar.close_bar():
            return True
        wrong = [row for row in self.rows.values() if row.pending]
        for row in wrong:
            row.restore()
        if not wrong and self.search.text():
            self.search.clear()
            return True
        return bool(wrong)

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Settings"))
        self.search.setPlaceholderText(self.tr("Search settings"))
        self.search.setAccessibleName(self.tr("Search settings"))
        self.search.setToolTip(self.tr("Search settings (Ctrl+F)"))
        self.reset_all.setText(self.tr("Reset all"))
        self.reset_all.setToolTip(self.tr("Reset every setting to its default"))
        self.list.setAccessibleName(self.tr("Sections"))
        self.list.retranslate()
        self.area.setAccessibleName(self.tr("Settings"))
        self._find(self.search.text())

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self._search_icon.setIcon(icon("magnifying-glass", "muted"))
        self.reset_all.setIcon(icon("arrow-counter-clockwise"))
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Discard text that could not be saved."""
        super().hideEvent(event)
        for row in self.rows.values():
            row.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the section list in a narrow window."""
        super().resizeEvent(event)
        self.list.setVisible(self.width() >= _NARROW_BELOW)

    def minimumSizeHint(self) -> QSize:
        """Return a size that fits the smallest window."""
        return QSize(560, 320)

    def _find(self, search: str) -> None:
        if not self.cards:
            return
        found = {name for name, card in self.cards.items() if card.filter_rows(search)}
        self.list.filter_rows(found)
        self.nothing.setText(self.tr("No settings match “{text}”.").format(text=search.strip()))
        self.nothing.setVisible(not found)

    def _go_to(self, name: str) -> None:
        self.area.verticalScrollBar().setValue(self.cards[name].y())

    def _mark_section(self, top: int) -> None:
        """Select the section at the top of the view in the list."""
        shown = [name for name, card in self.cards.items() if not card.isHidden()]
        above = [name for name in shown if self.cards[name].y() <= top + 24]
        if shown:
            self.list.show_section(above[-1] if above else shown[0])

    def _reset_all(self) -> None:
        self.reset_bar.ask(sum(row.can_be_reset for row in self.rows.values()))

    def _reset(self) -> None:
        error = self._session.change(default_values(all_settings()))
        if error is not None:
            self._session.settings_unsaved.emit(error)

    def _connect(self) -> None:
        self._session.settings_changed.connect(lambda: self.refresh() if self.cards else None)
        self.search.textChanged.connect(self._find)
        self.reset_all.clicked.connect(self._reset_all)
        self.reset_bar.confirmed.connect(self._reset)
        self.reset_bar.closed.connect(self.search.setFocus)
        self.list.chosen.connect(self._go_to)
        self.area.verticalScrollBar().valueChanged.connect(self._mark_section)
        QShortcut(QKeySequence("Ctrl+F"), self, self.search.setFocus)

    def _lay_out(self) -> None:
        self.search.setClearButtonEnabled(True)
        self.search.setMaxLength(_LONGEST_SEARCH)
        self.search.setMaximumWidth(320)
        self.search.addAction(self._search_icon, QLineEdit.ActionPosition.LeadingPosition)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._title)
        head.addStretch(1)
        head.addWidget(self.search, 3)
        head.addWidget(self.reset_all)
        self.list.setFixedWidth(_LIST_WIDTH)
        self.area.setWidget(self._content())
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        below = QHBoxLayout()
        below.setSpacing(16)
        below.addWidget(self.list)
        below.addWidget(self.area, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 16, 8)
        column.setSpacing(16)
        column.addLayout(head)
        column.addWidget(self.reset_bar)
        column.addLayout(below, 1)

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.nothing)
        self._column.setSpacing(16)
        column.addLayout(self._column)
        column.addStretch(1)
        return content

    def _make_cards(self) -> None:
        """Create the cards when the page is first shown: there are many, and most starts need none."""
        for section in all_sections():
            card = SectionCard(section, self._session)
            self.cards[section.name] = card
            card.test_wanted.connect(self.liveness_test_wanted)
            self._column.addWidget(card)
        self._find(self.search.text())


class ResetBar(Pane):
    """Asks before resetting every setting; hidden until used.

    Signals:
        confirmed: Reset all settings.
        closed: The bar was closed, confirmed or not.
    """

    confirmed = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self._count = 0
        self.question, self.reset, self.keep = label("strong", wrap=True), button("danger"), button()
        self.reset.clicked.connect(self._confirm)
        self.keep.clicked.connect(self.close_bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(16)
        row.addWidget(Glyph("warning", "caution", 24))
        row.addWidget(self.question, 1)
        for part in (self.keep, self.reset):
            row.addWidget(part)
        self.hide()
        self.retranslate()

    def ask(self, count: int) -> None:
        """Ask for confirmation.

        Args:
            count: Number of settings that would change.
        """
        self._count = count
        self.retranslate()
        self.show()
        self.keep.setFocus()

    def close_bar(self) -> bool:
        """Close the question; return False if it is not open."""
        if self.isHidden():
            return False
        self.hide()
        self.closed.emit()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        self.question.setText(self.tr("Reset %n setting(s) to default?", "", self._count))
        self.reset.setText(self.tr("Reset"))
        self.keep.setText(self.tr("Keep them"))

    def _confirm(self) -> None:
        self.confirmed.emit()
        self.close_bar()
