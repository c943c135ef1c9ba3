"""What stands where a list or a plot would, when there is nothing to show."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.widgets.icons import Glyph
from app.ui.widgets.pane import Pane, button, label

_GLYPH = 64


class Placeholder(Pane):
    """An icon, why there is nothing, and a button with the next step.

    Args:
        icon: In the icon family.
        extra: Parts that stand above the button.
    """

    def __init__(self, icon: str, *extra: QWidget) -> None:
        super().__init__()
        self.setObjectName("message")
        self._glyph = Glyph(icon, "muted", _GLYPH)
        self.title, self.lead, self.step = label("title", wrap=True), label("lead", wrap=True), button("primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self._glyph, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addSpacing(8)
        for part in (self.title, self.lead):
            part.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(part)
        for below in (*extra, self.step):
            column.addSpacing(8)
            column.addWidget(below, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)

    def tell(self, title: str, lead: str = "", step: str = "", icon: str = "") -> None:
        """Say why; what is empty is left out.

        Args:
            title: Why there is nothing.
            lead: What to do about it.
            step: The words of the button.
            icon: Another one than before.
        """
        for part, words in ((self.title, title), (self.lead, lead), (self.step, step)):
            part.setText(words)
            part.setVisible(bool(words))
        if icon:
            self._glyph.show_icon(icon, "muted")
