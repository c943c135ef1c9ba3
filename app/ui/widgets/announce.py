"""Saying something to those who use a screen reader, beside showing it."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(part: QWidget, words: str) -> None:
    """Have a screen reader say it as soon as it is silent.

    Args:
        part: What it is about.
        words: Nothing is said where they are empty.
    """
    if words:
        event = QAccessibleAnnouncementEvent(part, words)
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Polite)
        QAccessible.updateAccessibility(event)
