"""What the window's pages have in common, so that one more is a declaration and a line in `MainWindow`."""

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtGui import QShowEvent

from app.ui.widgets.pane import Pane


@dataclass(frozen=True, slots=True)
class Place:
    """A page's entry in the rail.

    Its shortcut is Ctrl and its number in the window's list of pages, from 1.

    Attributes:
        key: By which `MainWindow.show_page` finds it.
        words: Below its icon, one short word; marked `QT_TRANSLATE_NOOP("Rail", …)`.
        tip: What one finds there; marked likewise, without the shortcut, which is added.
        icon: In the family of `widgets/icons.py`.
        at_foot: Whether it stands at the rail's foot.
    """

    key: str
    words: str
    tip: str
    icon: str
    at_foot: bool = False


class Page(Pane):
    """One of the pages that the rail leads to."""

    place: ClassVar[Place]

    def refresh(self) -> None:
        """Read again what may have changed elsewhere. Called whenever the page comes into view."""

    def close_topmost(self) -> bool:
        """Close what was opened last; False when nothing is open."""
        return False

    def showEvent(self, event: QShowEvent) -> None:
        """Be up to date."""
        super().showEvent(event)
        self.refresh()
