"""The recovery code card: create, show once, copy, print, and confirm the paper copy."""

import secrets
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QHideEvent, QPagedPaintDevice, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.core.errors import FacelatchError
from app.services.database.key_service import KeyState
from app.ui.shell.session import Session
from app.ui.store.store_card import WIDEST_FIELD, StoreCard, button_row
from app.ui.texts import value_texts
from app.ui.widgets.buttons import set_style_property
from app.ui.widgets.icons import icon
from app.ui.widgets.labels import IconLabel, InlineMessage
from app.ui.widgets.panes import Pane, button, label


class RecoveryCodeCard(StoreCard):
    """Shows whether a recovery code exists and creates a new one. The code itself is never stored.

    Args:
        session: The pipeline, the services and the settings.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._state: KeyState | None = None
        self._asking = False
        self.state_label, self.question = IconLabel(), label(wrap=True)
        self.make, self.confirm, self.leave = button("plain"), button("primary"), button("plain")
        self.code = CodePane()
        for part in (self.state_label, self.question, self.code, self.message):
            self.column.addWidget(part)
        self.column.addLayout(button_row(self.make, self.confirm, self.leave))
        self.code.hide()
        self._connect()
        self.retranslate()
        self.restyle()

    def show_state(self, state: KeyState) -> None:
        """Show whether a recovery code exists."""
        self._state = state
        self.retranslate()

    def close_form(self) -> bool:
        """Close the question; return False if it is not open. A displayed code stays until it is confirmed."""
        if not self._asking:
            return False
        self._asking = False
        self.retranslate()
        self.make.setFocus()
        return True

    def retranslate(self) -> None:
        """Set every translated text."""
        has_one = self._state is not None and self._state.recovery_code
        self.title.setText(self.tr("Recovery code"))
        self.explanation.setText(
            self.tr("Opens the database if every other key is lost. Keep it on paper, away from this computer.")
        )
        if has_one:
            self.state_label.show_label("check-circle", "good", self.tr("A recovery code exists."))
        else:
            self.state_label.show_label(
                "warning", "caution", self.tr("No recovery code. If you lose the key, the data cannot be recovered.")
            )
        self.question.setText(self.tr("The current code will stop working. Have paper or a printer ready."))
        self.make.setText(self.tr("Create a new code") if has_one else self.tr("Create a recovery code"))
        self.confirm.setText(self.tr("Create a new code"))
        self.leave.setText(self.tr("Cancel"))
        self.leave.setToolTip(self.tr("Keep the current code (Esc)"))
        showing = not self.code.isHidden()
        self.state_label.setVisible(self._state is not None and not showing)
        self.make.setVisible(not self._asking and not showing)
        for part in (self.question, self.confirm, self.leave):
            part.setVisible(self._asking)
        self.update_error_text()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.make.setIcon(icon("lifebuoy"))
        self.update()

    def fail(self, error: FacelatchError) -> None:
        """Show why no new code was created."""
        self.make.setEnabled(True)
        self.show_failure(error)

    def _begin(self) -> None:
        if self._state is not None and self._state.recovery_code:
            self._asking = True
            self.retranslate()
            self.leave.setFocus()
        else:
            self._make()

    def _make(self) -> None:
        self._asking = False
        self.show_failure(None)
        self.make.setEnabled(False)
        self.retranslate()
        self.ask(lambda services: services.keys.new_recovery_code(), self._show, slow=True)

    def _show(self, code: str) -> None:
        self.make.setEnabled(True)
        self.code.begin(code)
        self.retranslate()

    def _put_away(self) -> None:
        self.retranslate()
        self.ask(lambda services: services.keys.state(), self.show_state)
        self.make.setFocus()

    def _connect(self) -> None:
        self.make.clicked.connect(self._begin)
        self.confirm.clicked.connect(self._make)
        self.leave.clicked.connect(self.close_form)
        self.code.done.clicked.connect(self._put_away)


class CodePane(Pane):
    """Shows a code until two of its groups are typed back; leaving the page keeps it."""

    def __init__(self) -> None:
        super().__init__()
        self._code = ""
        self._asked = (0, 1)
        self._copied = False
        self._title, self._code_label = label("strong", wrap=True), _code_label()
        self.copy, self.print = button("plain"), button("plain")
        self.status_message, self._question = InlineMessage("caution"), label(wrap=True)
        self.field, self.done = QLineEdit(), button("primary")
        self._lay_out()
        self.copy.clicked.connect(self._copy)
        self.print.clicked.connect(self._print)
        self.field.textChanged.connect(lambda _: self._check())
        self.field.returnPressed.connect(self.done.click)
        self.done.clicked.connect(self._forget)
        self.retranslate()
        self.restyle()

    @property
    def asked(self) -> tuple[int, int]:
        """The groups to type back, counted from 0."""
        return self._asked

    def begin(self, code: str) -> None:
        """Show a code.

        Args:
            code: Groups separated by dashes.
        """
        self._code, self._copied = code, False
        groups = range(len(code.split("-")))
        first, second = sorted(secrets.SystemRandom().sample(groups, 2))
        self._asked = first, second
        self.field.clear()
        self.status_message.show_text()
        self.retranslate()
        self.show()
        self.copy.setFocus()

    def retranslate(self) -> None:
        """Set every translated text."""
        self._title.setText(self.tr("Write it down, or print it. It is not shown again."))
        groups = self._code.split("-")
        half = len(groups) // 2
        self._code_label.setText("\n".join("  ".join(part) for part in (groups[:half], groups[half:])))
        self._code_label.setAccessibleName(self.tr("Recovery code: {code}").format(code=" ".join(groups)))
        self.copy.setText(self.tr("Copy"))
        self.print.setText(self.tr("Print…"))
        first, second = (str(number + 1) for number in self._asked)
        self._question.setText(
            self.tr("To be sure, type groups {first} and {second} from the paper:").format(first=first, second=second)
        )
        self.field.setAccessibleName(self._question.text())
        self.field.setPlaceholderText("XXXX-XXXX")
        self.done.setText(self.tr("I have it on paper"))
        self._check()

    def restyle(self) -> None:
        """Apply the theme's colours."""
        self.copy.setIcon(icon("copy"))
        self.print.setIcon(icon("printer"))
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """Clear the clipboard of a copied code."""
        super().hideEvent(event)
        clipboard = QApplication.clipboard()
        if self._copied and clipboard.text() == self._code:
            clipboard.clear()
        self._copied = False

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._code)
        self._copied = True
        self.status_message.show_text(
            self.tr("Copied. The clipboard is cleared when you finish here. Do not save the code in a file.")
        )

    def _print(self) -> None:
        print_code(self, self._code)

    def _check(self) -> None:
        wanted = "".join(self._code.split("-")[place] for place in self._asked) if self._code else ""
        typed = "".join(sign for sign in self.field.text().upper() if sign.isalnum())
        self.done.setEnabled(bool(wanted) and typed == wanted)
        set_style_property(self.field, "wrong", bool(typed) and not wanted.startswith(typed))

    def _forget(self) -> None:
        self.hide()
        self._code = ""
        self.field.clear()
        self.retranslate()

    def _lay_out(self) -> None:
        self.field.setMaximumWidth(WIDEST_FIELD)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._title)
        column.addWidget(self._code_label)
        column.addLayout(button_row(self.copy, self.print))
        column.addWidget(self.status_message)
        column.addSpacing(8)
        column.addWidget(self._question)
        column.addWidget(self.field)
        column.addLayout(button_row(self.done))


def _code_label() -> QLabel:
    """Return a monospace label without text selection: only the copy button clears the clipboard afterwards."""
    made = label("code")
    made.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
    return made


translate = QCoreApplication.translate

_TITLE_PT, _CODE_PT, _TEXT_PT = 18, 20, 11


def print_code(parent: QWidget, code: str) -> bool:
    """Ask for a printer and print the code.

    Args:
        parent: Parent of the print dialog.
        code: Groups separated by dashes.

    Returns:
        False if the user cancels or the printer fails.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    if not dialog.exec():
        return False
    paint_code(printer, code)
    return True


def paint_code(device: QPagedPaintDevice, code: str) -> None:
    """Paint one page with a title, the code in large letters, and instructions.

    Args:
        device: A printer or another paged paint device.
        code: Groups separated by dashes.
    """
    groups = code.split("-")
    rows = [groups[start : start + 4] for start in range(0, len(groups), 4)]
    today = value_texts.day(datetime.now(UTC).astimezone().date())
    parts = (
        (_TITLE_PT, "", translate("RecoveryPage", "Facelatch recovery code")),
        (_TEXT_PT, "", translate("RecoveryPage", "Created on {date}. Earlier codes no longer work.")),
        (_CODE_PT, "monospace", "\n".join("   ".join(row) for row in rows)),
        (
            _TEXT_PT,
            "",
            translate("RecoveryPage", "Keep this page away from the computer: together they give access to all data."),
        ),
        (_TEXT_PT, "", translate("RecoveryPage", "To use it, start Facelatch, or run: facelatch store key recover")),
    )
    painter = QPainter(device)
    width, top = float(painter.viewport().width()), 0.0
    for points, family, words in parts:
        font = QFont(family) if family else QFont(painter.font())
        font.setPointSize(points)
        painter.setFont(font)
        room = QRectF(0, top, width, float(painter.viewport().height()) - top)
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        used = painter.drawText(room, int(flags), words.format(date=today))
        taken = painter.boundingRect(room, int(flags), words.format(date=today)) if used is None else used
        top += taken.height() + painter.fontMetrics().height()
    painter.end()
