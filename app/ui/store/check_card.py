"""The integrity check card."""

from collections.abc import Sequence

from app.core.errors import FacelatchError
from app.services.database.store_service import Fault
from app.ui.shell.session import Session
from app.ui.store.store_card import StoreCard, button_row
from app.ui.texts import value_texts
from app.ui.texts.value_texts import breakable
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import IconLabel, InlineMessage
from app.ui.widgets.panes import button, label

_SHOWN = 20


class CheckCard(StoreCard):
    """Checks every row and its authentication tag, and lists the faults.

    Args:
        session: The pipeline, the services and the settings.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._faults: Sequence[Fault] | None = None
        self._busy = False
        self.state_label, self.list, self.status_message = IconLabel(), label(wrap=True), InlineMessage("muted")
        self.check = button("plain")
        for part in (self.state_label, self.list, self.status_message, self.message):
            self.column.addWidget(part)
        self.column.addLayout(button_row(self.check))
        self.check.clicked.connect(self._begin)
        self.retranslate()
        self.restyle()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.title.setText(self.tr("Check the database"))
        self.explanation.setText(self.tr("Checks every record and decrypts all data. Nothing is changed."))
        self.check.setText(self.tr("Check now"))
        self.check.setEnabled(not self._busy)
        self.status_message.show_text(self.tr("Checking all data") if self._busy else "")
        faults = self._faults
        self.state_label.setVisible(faults is not None)
        self.list.setVisible(bool(faults))
        if faults:
            self.state_label.show_label("warning-circle", "bad", self.tr("%n problem(s) found", "", len(faults)))
            lines = [f"{fault.where}: {fault.finding}" for fault in faults[:_SHOWN]]
            more = len(faults) - _SHOWN
            lines += [self.tr("and {count} more").format(count=value_texts.number(more))] if more > 0 else []
            lines.append(self.tr("Restore a backup made before they occurred."))
            self.list.setText(breakable("\n".join(lines)))
        elif faults is not None:
            self.state_label.show_label("check-circle", "good", self.tr("No problems found."))
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.check.setIcon(icon("shield-check"))
        self.update()

    def fail(self, error: FacelatchError) -> None:
        """Show why the check failed."""
        self._busy = False
        self.show_failure(error)
        self.retranslate()

    def _begin(self) -> None:
        self._busy, self._faults = True, None
        self.show_failure(None)
        self.retranslate()
        self.ask(lambda services: services.store.check(), self._take, slow=True)

    def _take(self, faults: Sequence[Fault]) -> None:
        self._busy, self._faults = False, faults
        self.retranslate()
        self.check.setFocus()
