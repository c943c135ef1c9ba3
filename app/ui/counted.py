"""Texts with a number in them, for those who are no widgets.

Of a plural, `lupdate` takes note only in `tr`, which only an object has; in `translate` it overlooks the number.
"""

from PySide6.QtCore import QObject


class Counted(QObject):
    """Says a number in the language of the window."""

    def tried(self, times: int) -> str:
        """How often a camera has been tried."""
        return self.tr("Tried %n time(s); it goes on being tried.", "", times)
