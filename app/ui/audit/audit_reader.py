"""Reading the audit trail a page at a time, and noticing what comes to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from app.core.audit import AuditKind, AuditQuery
from app.core.errors import FacelatchError
from app.services.audit.audit_service import AuditLine
from app.ui.ports import AuditPort
from app.ui.shell.session import Session
from app.ui.texts import audit_texts

T = TypeVar("T")

PAGE_SIZE = 200
_MOST_NEW = 500
_RENAMING = {
    AuditKind.PERSON_RENAMED,
    AuditKind.PERSON_ERASED,
    AuditKind.PERSON_EXPIRED,
    AuditKind.PEOPLE_MERGED,
    AuditKind.STORE_RESTORED,
    AuditKind.AUDIT_PRUNED,
    AuditKind.KEYS_CHANGED,
}
"""After these, what is shown of older events may be shown otherwise."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which events are wanted.

    Attributes:
        query: What the database can tell.
        text: What must occur in the words that are shown, without regard to case; empty does not limit.
    """

    query: AuditQuery = field(default_factory=AuditQuery)
    text: str = ""

    @property
    def limits(self) -> bool:
        """Whether anything is left out."""
        return self.query != AuditQuery() or bool(self.text.strip())

    def among(self, lines: list[AuditLine]) -> list[AuditLine]:
        """Those in whose words the text occurs. From any thread."""
        text = self.text.strip().casefold()
        return [line for line in lines if text in audit_texts.searchable_text(line)] if text else lines

    def pages(self, audit: AuditPort) -> Iterator[list[AuditLine]]:
        """All that are wanted, the newest first, a page at a time. From any thread."""
        return (self.among(page) for page in audit.pages(self.query))


@dataclass(frozen=True, slots=True)
class _Page:
    """What is wanted of a page of the trail.

    Attributes:
        lines: The newest first.
        before: The id before which the next page begins; None where there is none.
        newest: The id of the last event of all when the page was read.
    """

    lines: list[AuditLine]
    before: int | None
    newest: int


@dataclass(frozen=True, slots=True)
class _NewEvents:
    """What has come since.

    Attributes:
        lines: Those wanted, the newest first.
        newest: The id of the last event of all.
        needs_full_read: Whether all must be read again: there are too many, or older ones are shown otherwise now.
    """

    lines: list[AuditLine]
    newest: int
    needs_full_read: bool = False


class AuditReader(QObject):
    """Asks the database in the worker's thread, for one thing at a time.

    Signals:
        listed: The newest events wanted, in place of all before.
        continued: Older ones.
        added: Newer ones.
        counted: How many there are; of a search for words, how many were found so far.
        failed: A FacelatchError; what is shown is as it was.

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
        self._turn = 0
        self._newest: int | None = None
        self._before: int | None = None
        self._count = self._missing = self._pending = 0

    @property
    def is_over(self) -> bool:
        """Whether there is nothing older."""
        return self._before is None

    @property
    def is_searching(self) -> bool:
        """Whether more may still be found without anybody asking."""
        return self._pending > 0 and bool(self._wanted.text.strip())

    def read(self, wanted: AuditFilter) -> None:
        """Begin anew with what is wanted now; answers to what was wanted before are dropped."""
        self._wanted = wanted
        self._turn += 1
        self._pending = 0
        self._before, self._count, self._missing = None, 0, PAGE_SIZE
        self._ask(anew=True)

    def read_more(self) -> None:
        """Read on, unless that is being done."""
        if not self._pending and not self.is_over:
            self._missing = PAGE_SIZE
            self._ask(anew=False)

    def look(self) -> None:
        """See whether anything new has come, or read again what could not be read."""
        services, wanted, known = self._session.services, self._wanted, self._newest
        if self._pending or services is None:
            return
        if known is None:
            self.read(wanted)
            return
        audit = services.audit
        self._submit(lambda: _news(audit, wanted, known), self._take_news)

    def _ask(self, *, anew: bool) -> None:
        services, wanted, before = self._session.services, self._wanted, self._before
        if services is None:
            return
        audit = services.audit
        self._submit(lambda: _page(audit, wanted, before), lambda page: self._take(page, anew=anew))
        if anew and not wanted.text.strip():
            self._submit(lambda: audit.count(wanted.query), self._take_count)

    def _take(self, page: _Page, *, anew: bool) -> None:
        self._before = page.before
        self._missing -= len(page.lines)
        if anew:
            self._newest = page.newest
            self.listed.emit(page.lines)
        else:
            self.continued.emit(page.lines)
        if self._wanted.text.strip():
            self._take_count(self._count + len(page.lines))
            if self._missing > 0 and not self.is_over:
                self._ask(anew=False)

    def _take_count(self, count: int) -> None:
        self._count = count
        self.counted.emit(count)

    def _take_news(self, news: _NewEvents) -> None:
        if news.needs_full_read:
            self.read(self._wanted)
            return
        self._newest = news.newest
        if news.lines:
            self.added.emit(news.lines)
            self._take_count(self._count + len(news.lines))

    def _submit(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        turn = self._turn
        self._pending += 1

        def take(outcome: T) -> None:
            if turn == self._turn:
                self._pending -= 1
                done(outcome)

        def fail(error: FacelatchError) -> None:
            if turn == self._turn:
                self._turn += 1
                self._pending, self._newest = 0, None
                self.failed.emit(error)

        self._session.worker.submit(work, take, fail)


def _page(audit: AuditPort, wanted: AuditFilter, before: int | None) -> _Page:
    newest = audit.newest()
    lines = audit.lines(replace(wanted.query, before=before), PAGE_SIZE)
    return _Page(wanted.among(lines), lines[-1].event.id if len(lines) == PAGE_SIZE else None, newest)


def _news(audit: AuditPort, wanted: AuditFilter, known: int) -> _NewEvents:
    newest = audit.newest()
    if newest == known:
        return _NewEvents([], newest)
    new = audit.lines(AuditQuery(after=known), _MOST_NEW)
    many = len(new) == _MOST_NEW or newest < known
    if many or any(line.event.entry.kind in _RENAMING for line in new):
        return _NewEvents([], newest, needs_full_read=True)
    lines = wanted.among(audit.lines(replace(wanted.query, after=known), _MOST_NEW))
    return _NewEvents([line for line in lines if line.event.id <= newest], newest)
