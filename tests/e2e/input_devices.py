"""Keyboard and mouse input through the X server, for a driver in the process of the window.

Input reaches the widget with the pointer or the focus, as from a person; widgets are only asked for their position.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.shell.window_app import wait

_PATIENCE_S = 25.0
_SETTLED_S = 0.15


def until(condition: Callable[[], bool], what: str, patience_s: float = _PATIENCE_S) -> float:
    """Process events until the condition holds, and return the seconds it took."""
    began = monotonic()
    while not condition():
        if monotonic() - began > patience_s:
            sys.exit(f"timeout while waiting until {what}")
        wait(0.05)
    return monotonic() - began


class InputDevices:
    """Presses keys, clicks and types; takes a screenshot before each step.

    Args:
        folder: Where the pictures go, numbered; None where none are wanted.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._steps = 0

    def look(self, step: str) -> None:
        """Take a screenshot before a step."""
        self._steps += 1
        wait(_SETTLED_S)
        if self._folder is not None:
            picture = QApplication.primaryScreen().grabWindow(0)
            assert picture.save(str(self._folder / f"{self._steps:02} {step}.png"))

    def press(self, *keys: str) -> None:
        """Press keys by their X names, such as "ctrl+f"."""
        self._do("key", *keys)

    def write(self, words: str) -> None:
        """Type text."""
        self._do("type", "--delay", "8", words)

    def click(self, part: QWidget, place: QPoint | None = None) -> None:
        """Click on a widget, in its centre unless a position is given."""
        until(lambda: part.isVisible() and part.isEnabled(), f"{part.accessibleName() or part} can be clicked")
        self._point(part.mapToGlobal(place or part.rect().center()))
        self._do("click", "1")

    def choose(self, action: QAction) -> None:
        """Click on an entry of the open menu."""
        menu = QApplication.activePopupWidget()
        until(lambda: QApplication.activePopupWidget() is not None, "the menu is open")
        menu = QApplication.activePopupWidget()
        assert menu is not None
        place = menu.actionGeometry(action).center()  # type: ignore[attr-defined]
        self._point(menu.mapToGlobal(place))
        self._do("click", "1")

    def drag(self, part: QWidget, begin: QPoint, end: QPoint) -> None:
        """Drag from one position to another."""
        self._point(part.mapToGlobal(begin))
        self._do("mousedown", "1")
        for step in range(1, 6):
            self._point(part.mapToGlobal(begin + (end - begin) * step / 5))
        self._do("mouseup", "1")

    def _point(self, place: QPoint) -> None:
        self._do("mousemove", str(place.x()), str(place.y()))

    @staticmethod
    def _do(*words: str) -> None:
        """Run xdotool while the window processes events."""
        with subprocess.Popen(["xdotool", *words]) as telling:
            until(lambda: telling.poll() is not None, "xdotool is done")
        assert telling.returncode == 0
        wait(0.05)
