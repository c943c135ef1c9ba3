"""Several parts in one place, one of them seen."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from app.ui.widgets.pane import Pane, button


class Tabs(Pane):
    """A row of buttons, and below it the part of the one that is down. Arrow keys go from one to the next.

    Signals:
        turned: The number of the part now seen.

    Args:
        parts: In order.
    """

    turned = Signal(int)

    def __init__(self, *parts: QWidget) -> None:
        super().__init__()
        self._group, self._stage = QButtonGroup(self), QStackedLayout()
        self.buttons = [button("tab") for _ in parts]
        row = QHBoxLayout()
        row.setSpacing(8)
        for number, (made, part) in enumerate(zip(self.buttons, parts, strict=True)):
            made.setCheckable(True)
            made.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            self._group.addButton(made, number)
            self._stage.addWidget(part)
            row.addWidget(made)
        row.addStretch(1)
        self._group.idToggled.connect(self._turn)
        self.buttons[0].setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addLayout(row)
        column.addLayout(self._stage, 1)

    def name(self, *names: str) -> None:
        """Set the words of every button."""
        for made, words in zip(self.buttons, names, strict=True):
            made.setText(words)
            made.setAccessibleName(words)

    def _turn(self, number: int, down: bool) -> None:  # noqa: FBT001 - Qt's signal gives it so
        policy = Qt.FocusPolicy.StrongFocus if down else Qt.FocusPolicy.ClickFocus
        self.buttons[number].setFocusPolicy(policy)  # Tab goes to the one that is down, arrows to the others
        if down:
            self._stage.setCurrentIndex(number)
            self.turned.emit(number)
