"""What a person has agreed to."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.core.people import Consent
from app.ui import texts
from app.ui.people.lines import Line, LineList
from app.ui.widgets.pane import Pane, button, label


class ConsentsSection(Pane):
    """A list of the versions agreed to, and on demand the words of the one chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._consents: tuple[Consent, ...] = ()
        self._open = False
        self._heading, self._none = label("strong"), label("muted", wrap=True)
        self.list, self.show_words, self.words = LineList(), button("plain"), label("muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for part in (self._heading, self._none, self.list):
            column.addWidget(part)
        row = QHBoxLayout()
        row.addWidget(self.show_words)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self.words)
        self.list.line_chosen.connect(self._offer)
        self.show_words.clicked.connect(self._toggle)
        self.retranslate()

    def show_consents(self, consents: tuple[Consent, ...]) -> None:
        """Show somebody's, the newest first."""
        if consents != self._consents:
            self._consents, self._open = consents, False
            self.retranslate()

    def retranslate(self) -> None:
        """Set every text."""
        self._heading.setText(self.tr("Consent"))
        self._none.setText(self.tr("No consent is stored."))
        self._none.setVisible(not self._consents)
        self.list.setAccessibleName(self.tr("Consent"))
        self.list.show_lines([self._line(place, consent) for place, consent in enumerate(self._consents)])
        self._offer()

    def _line(self, place: int, consent: Consent) -> Line:
        version = self.tr("Text {version}").format(version=consent.version)
        return Line(str(place), version, f"{texts.moment(consent.given_at)} · {consent.language}")

    def _offer(self) -> None:
        self.show_words.setVisible(bool(self._consents))
        self.show_words.setText(self.tr("Hide the text") if self._open else self.tr("Show the text"))
        self.words.setVisible(self._open and bool(self._consents))
        if self._consents:
            self.words.setText(self._consents[int(self.list.chosen or 0)].text)

    def _toggle(self) -> None:
        self._open = not self._open
        self._offer()
