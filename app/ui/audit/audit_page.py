"""The audit page: a list with filters, the selected event's details, and the export."""

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.services.audit.audit_service import AuditLine
from app.ui.audit.audit_reader import AuditReader
from app.ui.audit.audit_table import AuditModel, AuditTable, EmptyAuditPane, EmptyReason
from app.ui.audit.event_card import NARROW_WIDTH, WIDTH, EventCard
from app.ui.audit.export_bar import ExportBar, ask_for_path
from app.ui.audit.filter_bar import AuditFilterBar
from app.ui.shell.list_page import ListPage
from app.ui.shell.navigation import Place
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import button, label


class AuditPage(ListPage):
    """Shows the audit log; the worker thread queries the database.

    Args:
        session: The pipeline, the services and the settings.
    """

    _reader: AuditReader

    place = Place(
        "audit",
        QT_TRANSLATE_NOOP("Rail", "Audit"),
        QT_TRANSLATE_NOOP("Rail", "Audit log"),
        "clock-counter-clockwise",
    )

    def __init__(self, session: Session) -> None:
        self.card = EventCard()
        super().__init__(session, self.card, (WIDTH, NARROW_WIDTH))
        self._reader = AuditReader(session, self)
        self._counted: int | None = None
        self._title, self.count, self.export = label("title"), label("muted"), button()
        self.filters, self.exporting = AuditFilterBar(session), ExportBar(session)
        self.model = AuditModel()
        self.table, self.empty = AuditTable(self.model), EmptyAuditPane()
        self._stack = QStackedLayout()
        self._lay_out()
        self._connect()
        self._add_keys()
        self.retranslate()
        self.restyle()

    def refresh(self) -> None:
        """Read new events, or everything on the first call."""
        self._reader.poll()

    def close_topmost(self) -> bool:
        """Close the form opened last; return False if none is open."""
        if self.exporting.isVisible():
            self.exporting.close_bar()
            return True
        return self.filters.clear()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Audit"))
        self.export.setText(self.tr("Export"))
        self.export.setToolTip(self.tr("Save the listed events as CSV or JSON (Ctrl+S)"))
        self.export.setShortcut("Ctrl+S")
        self.table.setAccessibleName(self.tr("Audit log"))
        self.model.retranslate()
        self._update_count()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.export.setIcon(icon("export"))
        self.update()

    def _read(self) -> None:
        self._counted = None
        self._reader.read(self.filters.wanted)

    def _list(self, lines: list[AuditLine]) -> None:
        self.retry_notice.show_error(None)
        chosen = self.card.line
        self.model.is_complete = self._reader.is_complete
        self.table.show_lines(lines, chosen.event.id if chosen else None)
        self._update_stack()

    def _append(self, lines: list[AuditLine]) -> None:
        self.model.is_complete = self._reader.is_complete
        if lines and not self.model.rowCount():
            self.table.show_lines(lines, None)
        else:
            self.model.append(lines)
        self._update_stack()

    def _prepend(self, lines: list[AuditLine]) -> None:
        if self.model.rowCount():
            self.table.add_newer(lines)
        else:
            self.table.show_lines(lines, None)
        self._update_stack()

    def _update_stack(self) -> None:
        """Show the list or the reason why it is empty."""
        if self.model.rowCount():
            self._stack.setCurrentWidget(self.table)
        else:
            self._stack.setCurrentWidget(self.empty)
            self.empty.show_reason(self._empty_reason())
            self.card.show_line(None)
        self._update_count()

    def _empty_reason(self) -> EmptyReason:
        if self._reader.is_searching:
            return EmptyReason.READING
        return EmptyReason.NOT_FOUND if self.filters.wanted.limits else EmptyReason.NOTHING

    def _receive_count(self, count: int) -> None:
        self._counted = count
        self._update_stack()

    def _choose(self) -> None:
        self.card.show_line(self.table.chosen)

    def _filter_person(self, person_id: str, name: str) -> None:
        self.filters.person.choose(person_id, name)

    def _fail(self, error: FacelatchError) -> None:
        super()._fail(error)
        if not self.model.rowCount():
            self.empty.show_reason(EmptyReason.FAILED)

    def _try_again(self) -> None:
        if self._session.services is None:
            self._session.retry()
        self._read()

    def _export(self) -> None:
        services, wanted = self._session.services, self.filters.wanted
        if services is None or self.exporting.is_writing:
            return
        path = ask_for_path(self, self.tr("Export the listed events"))
        if path is not None:
            self.exporting.begin(path, lambda: wanted.pages(services.audit), services.audit.signer)

    def _update_count(self) -> None:
        if not self._counted:
            self.count.clear()
            return
        searching = self._reader.is_searching or not (
            self._reader.is_complete or not self.filters.search.text().strip()
        )
        words = self.tr("{count} so far") if searching else self.tr("{count} listed")
        self.count.setText(words.format(count=value_texts.number(self._counted)))

    def _connect(self) -> None:
        self._reader.listed.connect(self._list)
        self._reader.continued.connect(self._append)
        self._reader.added.connect(self._prepend)
        self._reader.counted.connect(self._receive_count)
        self._reader.failed.connect(self._fail)
        self.model.more_wanted.connect(self._reader.read_more)
        self.filters.changed.connect(self._read)
        self.retry_notice.retry_wanted.connect(self._try_again)
        self.empty.clear_wanted.connect(self.filters.clear)
        self.export.clicked.connect(self._export)
        self.exporting.closed.connect(self.export.setFocus)
        self.card.person_wanted.connect(self._filter_person)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._choose())
        self._session.ready.connect(self._read)

    def _add_keys(self) -> None:
        QShortcut(QKeySequence("Ctrl+F"), self, self.filters.search.setFocus)

    def _lay_out(self) -> None:
        for part in (self.empty, self.table):
            self._stack.addWidget(part)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(self._title)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(self.filters.search, 3)
        head.addWidget(self.export)
        left = QVBoxLayout()
        left.setSpacing(16)
        left.addLayout(head)
        left.addWidget(self.filters)
        left.addWidget(self.exporting)
        left.addWidget(self.retry_notice)
        left.addLayout(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 16, 16, 8)
        row.setSpacing(16)
        row.addLayout(left, 1)
        row.addWidget(self.card)
