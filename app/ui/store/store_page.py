"""The database page: key source, recovery code, key rotation, backups and integrity check."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.services.database.key_service import KeyState
from app.ui.shell.navigation import Page, Place
from app.ui.shell.session import Session
from app.ui.store.backups_card import BackupsCard
from app.ui.store.check_card import CheckCard
from app.ui.store.key_source_card import KeySourceCard
from app.ui.store.recovery_code_card import RecoveryCodeCard
from app.ui.store.rotation_cards import RevokeTemplatesCard, RotateKeyCard
from app.ui.store.store_card import StoreCard
from app.ui.widgets.notices import RetryNotice
from app.ui.widgets.panes import Scroll, label

_GAP = 16


class StorePage(Page):
    """A page for administrators; the services refuse other roles. Its cards are created when it is first shown.

    Signals:
        restored: The database was replaced: read everything again.

    Args:
        session: The pipeline, the services and the settings.
    """

    restored = Signal()

    place = Place(
        "store",
        QT_TRANSLATE_NOOP("Rail", "Store"),
        QT_TRANSLATE_NOOP("Rail", "The database: keys, recovery code, backups"),
        "database",
        at_foot=True,
    )

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._title, self.retry_notice, self._content = label("title"), RetryNotice(), Scroll()
        self._cards: tuple[StoreCard, ...] = ()
        self.retry_notice.retry_wanted.connect(self._try_again)
        session.ready.connect(self._show_ready)
        self._lay_out()
        self.retranslate()

    def refresh(self) -> None:
        """Read the current state."""
        if not self._cards:
            self._make_cards()
        services = self._session.services
        if services is None:
            self.retry_notice.show_error(self._session.state.error)
            return
        self._session.worker.submit(services.keys.state, self._show_state, self._fail)
        self.backups.refresh()

    def close_topmost(self) -> bool:
        """Close the form opened last; return False if none is open."""
        return any(card.close_form() for card in self._cards)

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Store and keys"))

    def minimumSizeHint(self) -> QSize:
        """Return a size that fits 768 × 480: the cards scroll."""
        return QSize(560, 320)

    def _show_ready(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show_state(self, state: KeyState) -> None:
        self.retry_notice.show_error(None)
        for card in self._cards:
            card.show_state(state)

    def _fail(self, error: FacelatchError) -> None:
        self.retry_notice.show_error(error)

    def _try_again(self) -> None:
        if self._session.services is None:
            self._session.retry()
        self.refresh()

    def _make_cards(self) -> None:
        session = self._session
        self.source, self.recovery = KeySourceCard(session), RecoveryCodeCard(session)
        self.rotate, self.revoke = RotateKeyCard(session), RevokeTemplatesCard(session)
        self.backups, self.check = BackupsCard(session), CheckCard(session)
        self._cards = (self.source, self.recovery, self.backups, self.check, self.rotate, self.revoke)
        for card in self._cards:
            self._content.column.addWidget(card)
        self._content.column.addStretch(1)
        self.backups.restored.connect(self.refresh)
        self.backups.restored.connect(self.restored)

    def _lay_out(self) -> None:
        self._content.column.setSpacing(_GAP)
        head = QHBoxLayout()
        head.addWidget(self._title)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 16, 8)
        column.setSpacing(_GAP)
        column.addLayout(head)
        column.addWidget(self.retry_notice)
        column.addWidget(self._content, 1)
