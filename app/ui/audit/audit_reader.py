"""Reads the audit log page by page and watches for new events."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.core.audit import AuditKind, AuditQuery
from app.core.errors import FacelatchError
from app.services.audit.audit_service import AuditLine, AuditService
from app.ui.shell.session import Session
from app.ui.texts import audit_texts

T = TypeVar("T")

PAGE_SIZE = 200
_MAX_NEW = 500
_KINDS_CHANGING_OLDER_EVENTS = {
    AuditKind.PERSON_RENAMED,
    AuditKind.PERSON_ERASED,
    AuditKind.PERSON_EXPIRED,
    AuditKind.PEOPLE_MERGED,
    AuditKind.STORE_RESTORED,
    AuditKind.AUDIT_PRUNED,
    AuditKind.KEYS_CHANGED,
}
"""Kinds that change how older events are displayed."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events to list.

    Attributes:
        query: The part that the database evaluates.
        text: Text that the displayed line must contain, ignoring case; empty for no limit.
    """

    query: AuditQuery = field(default_factory=AuditQuery)
    text: str = ""

    @property
    def limits(self) -> bool:
        """Whether the filter excludes anything."""
        return self.query != AuditQuery() or bool(self.text.strip())

    def matching(self, lines: list[AuditLine]) -> list[AuditLine]:
        """Return the lines that contain the text. Callable from any thread."""
        text = self.text.strip().casefold()
        return [line for line in lines if text in audit_texts.searchable_text(line)] if text else lines

    def pages(self, audit: AuditService) -> Iterator[list[AuditLine]]:
        """Return the matching events page by page, the newest first. Callable from any thread."""
        return (self.matching(page) for page in audit.pages(self.query))


@dataclass(frozen=True, slots=True)
class _Page:
    """The matching events of one page.

    Attributes:
        lines: The newest first.
        before: Id before which the next page starts; None on the last page.
        newest: Id of the latest event in the log when the page was read.
    """

    lines: list[AuditLine]
    before: int | None
    newest: int


@dataclass(frozen=True, slots=True)
class _NewEvents:
    """Events that arrived after the list was read.

    Attributes:
        lines: The matching events, the newest first.
        newest: Id of the latest event in the log.
        needs_full_read: Whether to read the whole list again: too many new events, or older ones poll different now.
    """

    lines: list[AuditLine]
    newest: int
    needs_full_read: bool = False


class AuditReader(QObject):
    """Reads in the worker thread, one request at a time.

    Signals:
        listed: The newest matching events, replacing the list.
        continued: Older events.
        added: Newer events.
        counted: The number of matching events; during a text search, the number found so far.
        failed: A FacelatchError; the list stays.

    Args:
        session: The pipeline, the services and the settings.
        parent: The owning QObject.
    """

    listed = Signal(object)
    continued = Signal(object)
    added = Signal(object)
    counted = Signal(int)
    failed = Signal(object)

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._wanted = AuditFilter()
        self._request = 0
        self._newest: int | None = None
        self._before: int | None = None
        self._count = self._wanted_lines = self._pending = 0

    @property
    def is_complete(self) -> bool:
        """Whether all older events have been read."""
        return self._before is None

    @property
    def is_searching(self) -> bool:
        """Whether a text search is still running."""
        return self._pending > 0 and bool(self._wanted.text.strip())

    def read(self, wanted: AuditFilter) -> None:
        """Start over with another filter; pending results of the previous one are dropped."""
        self._wanted = wanted
        self._request += 1
        self._pending = 0
        self._before, self._count, self._wanted_lines = None, 0, PAGE_SIZE
        self._read_page(restart=True)

    def read_more(self) -> None:
        """Read the next page unless a read is pending."""
        if not self._pending and not self.is_complete:
            self._wanted_lines = PAGE_SIZE
            self._read_page(restart=False)

    def poll(self) -> None:
        """Check for new events, or read again after a failure."""
        services, wanted, known = self._session.services, self._wanted, self._newest
        if self._pending or services is None:
            return
        if known is None:
            self.read(wanted)
            return
        audit = services.audit
        self._submit(lambda: _new_events(audit, wanted, known), self._receive_new_events)

    def _read_page(self, *, restart: bool) -> None:
        services, wanted, before = self._session.services, self._wanted, self._before
        if services is None:
            return
        audit = services.audit
        self._submit(lambda: _page(audit, wanted, before), lambda page: self._receive_page(page, restart=restart))
        if restart and not wanted.text.strip():
            self._submit(lambda: audit.count(wanted.query), self._receive_count)

    def _receive_page(self, page: _Page, *, restart: bool) -> None:
        self._before = page.before
        self._wanted_lines -= len(page.lines)
        if restart:
            self._newest = page.newest
            self.listed.emit(page.lines)
        else:
            self.continued.emit(page.lines)
        if self._wanted.text.strip():
            self._receive_count(self._count + len(page.lines))
            if self._wanted_lines > 0 and not self.is_complete:
                self._read_page(restart=False)

    def _receive_count(self, count: int) -> None:
        self._count = count
        self.counted.emit(count)

    def _receive_new_events(self, new_events: _NewEvents) -> None:
        if new_events.needs_full_read:
            self.read(self._wanted)
            return
        self._newest = new_events.newest
        if new_events.lines:
            self.added.emit(new_events.lines)
            self._receive_count(self._count + len(new_events.lines))

    def _submit(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        request = self._request
        self._pending += 1

        def take(outcome: T) -> None:
            if request == self._request:
                self._pending -= 1
                done(outcome)

        def fail(error: FacelatchError) -> None:
            if request == self._request:
                self._request += 1
                self._pending, self._newest = 0, None
                self.failed.emit(error)

        self._session.worker.submit(work, take, fail)


def _page(audit: AuditService, wanted: AuditFilter, before: int | None) -> _Page:
    newest = audit.newest()
    lines = audit.lines(replace(wanted.query, before=before), PAGE_SIZE)
    return _Page(wanted.matching(lines), lines[-1].event.id if len(lines) == PAGE_SIZE else None, newest)


def _new_events(audit: AuditService, wanted: AuditFilter, known: int) -> _NewEvents:
    newest = audit.newest()
    if newest == known:
        return _NewEvents([], newest)
    new = audit.lines(AuditQuery(after=known), _MAX_NEW)
    many = len(new) == _MAX_NEW or newest < known
    if many or any(line.event.entry.kind in _KINDS_CHANGING_OLDER_EVENTS for line in new):
        return _NewEvents([], newest, needs_full_read=True)
    lines = wanted.matching(audit.lines(replace(wanted.query, after=known), _MAX_NEW))
    return _NewEvents([line for line in lines if line.event.id <= newest], newest)
