"""Puts a recovery code on paper."""

from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QFont, QPagedPaintDevice, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from app.ui import texts

translate = QCoreApplication.translate

_TITLE_PT, _CODE_PT, _TEXT_PT = 18, 20, 11


def print_code(parent: QWidget, code: str) -> bool:
    """Ask for a printer, and print.

    Args:
        parent: Of the dialog.
        code: Groups with dashes between.

    Returns:
        False where it was not printed.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, parent)
    if not dialog.exec():
        return False
    paint_code(printer, code)
    return True


def paint_code(device: QPagedPaintDevice, code: str) -> None:
    """One page: what it is, the code in large letters, what to do with it.

    Args:
        device: A printer, or what takes pages.
        code: Groups with dashes between.
    """
    groups = code.split("-")
    rows = [groups[start : start + 4] for start in range(0, len(groups), 4)]
    today = texts.day(datetime.now(UTC).astimezone().date())
    parts = (
        (_TITLE_PT, "", translate("RecoveryPage", "Facelatch recovery code")),
        (_TEXT_PT, "", translate("RecoveryPage", "Made on {date}. An earlier one opens nothing any more.")),
        (_CODE_PT, "monospace", "\n".join("   ".join(row) for row in rows)),
        (
            _TEXT_PT,
            "",
            translate("RecoveryPage", "Keep this page apart from the computer: who has both reads all."),
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
