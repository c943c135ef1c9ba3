"""The first step of an enrolment: the consent text."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import Signal
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QVBoxLayout

from app.core.errors import FacelatchError
from app.core.settings.sections import PrivacySettings
from app.services.enrolment.consent import ConsentText
from app.ui.shell.session import Session
from app.ui.texts import value_texts
from app.ui.widgets.labels import InlineMessage
from app.ui.widgets.panes import Pane, button, label

_PARAGRAPH = 8


class ConsentStep(Pane):
    """Shows the consent text and continues only with the person's agreement.

    Signals:
        agreed: The person agrees to this text (a ConsentText).
        declined: The person declines; no data is stored.

    Args:
        session: The pipeline, the services and the settings.
    """

    agreed = Signal(object)
    declined = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._shown: ConsentText | None = None
        self._error: FacelatchError | None = None
        self.title, self._version = label("title", wrap=True), label("muted", wrap=True)
        self.text, self.message, self.beside = QTextBrowser(), InlineMessage("bad"), InlineMessage("caution")
        self.agree, self.decline = button("primary"), button("plain")
        self.agree.clicked.connect(self._agree)
        self.decline.clicked.connect(self.declined)
        self._lay_out()
        self.retranslate()

    def begin(self) -> None:
        """Load the text in the language of the window."""
        self._shown = self._error = None
        self.text.clear()
        self.retranslate()
        services = self._session.services
        if services is not None:
            language = value_texts.language_code()
            self._session.worker.submit(lambda: services.consent.text(language), self._show, self._refuse)
        self.agree.setFocus()

    def retranslate(self) -> None:
        """Set every translated text except the consent text, which keeps the language in which it was opened."""
        self.title.setText(self.tr("Ask for consent first"))
        self.text.setAccessibleName(self.tr("Consent text"))
        self.agree.setText(self.tr("I agree"))
        self.agree.setToolTip(self.tr("The person in front of the camera agrees (Enter)"))
        self.decline.setText(self.tr("I do not agree"))
        self.decline.setToolTip(self.tr("Close without saving (Esc)"))
        shown = self._shown
        version = self.tr("Version {version}. The text and the date of consent are stored with the person.")
        self._version.setText(version.format(version=shown.version) if shown else "")
        self.agree.setEnabled(shown is not None)
        error = self._error
        self.message.show_text(*([value_texts.error_message(error), value_texts.error_hint(error)] if error else []))
        self.beside.show_text(*self._storage_notes(self._session.settings.privacy))

    def _storage_notes(self, privacy: PrivacySettings) -> list[str]:
        notes = []
        if privacy.keep_thumbnails:
            notes.append(self.tr("Thumbnails of the face (112 × 112 pixels) are stored too."))
        if privacy.delete_after_days:
            until = datetime.now(UTC) + timedelta(days=privacy.delete_after_days)
            notes.append(self.tr("All data is erased on {date}.").format(date=value_texts.date(until)))
        return notes

    def _show(self, shown: ConsentText) -> None:
        self._shown = shown
        self.text.setMarkdown(shown.text)
        _space_paragraphs(self.text.document())
        self.retranslate()
        self.agree.setFocus()

    def _refuse(self, error: FacelatchError) -> None:
        self._error = error
        self.retranslate()
        self.decline.setFocus()

    def _agree(self) -> None:
        if self._shown is not None:
            self.agreed.emit(self._shown)

    def _lay_out(self) -> None:
        self.text.setOpenLinks(False)
        self.text.setTabChangesFocus(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.title)
        column.addSpacing(8)
        column.addWidget(self.text, 1)
        for part in (self.message, self.beside, self._version):
            column.addWidget(part)
        column.addSpacing(8)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.agree, 1)
        buttons.addWidget(self.decline, 1)
        column.addLayout(buttons)


def _space_paragraphs(document: QTextDocument) -> None:
    """Add the paragraph spacing that Markdown implies."""
    block = document.begin()
    while block.isValid():
        air = block.blockFormat()
        air.setBottomMargin(_PARAGRAPH)
        QTextCursor(block).setBlockFormat(air)
        block = block.next()
