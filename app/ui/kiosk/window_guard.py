"""Keeps a kiosk on its screen, as far as the platform lets a program do that."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

_BACK_MS = 100
_WATCH_MS = 1000
"""What a window manager does without a word to the window ("show the desktop") is undone within so much."""


class KioskWindowGuard(QObject):
    """Refuses to close, comes back when minimised or covered, and follows the monitor.

    What no program can catch is in `docs/kiosk.md`.

    Args:
        window: Top-level, not shown yet.
        monitor: Which, from 0; the first where it is not there.
    """

    def __init__(self, window: QWidget, monitor: int | None) -> None:
        super().__init__(window)
        self._window = window
        self._monitor = monitor
        self._open = self._remapping = False
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._look)
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        window.setWindowFlags(flags)
        window.installEventFilter(self)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenAdded.connect(self._screens_changed)
        app.screenRemoved.connect(self._screens_changed)

    def close_window(self) -> None:
        """Let go of keyboard and screen, and close."""
        self._open = True
        self._watch.stop()
        self._window.releaseKeyboard()
        self._window.close()

    def show(self) -> None:
        """Fill the monitor and take the keyboard."""
        if self._open:
            return
        screen = self._screen()
        if screen is not None:
            self._window.setGeometry(screen.geometry())
        self._remap_if_hidden()
        self._window.showFullScreen()
        self._return()
        self._watch.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stop what would take the window away."""
        if watched is not self._window or self._open:
            return super().eventFilter(watched, event)
        if isinstance(event, QCloseEvent):
            event.ignore()
            return True
        left_screen = event.type() is QEvent.Type.WindowStateChange and not self._window.isFullScreen()
        if left_screen or event.type() in {QEvent.Type.WindowDeactivate, QEvent.Type.Hide}:
            self._return_soon()
        elif event.type() is QEvent.Type.WindowActivate:
            # On X11 a window can grab the keyboard only once it is seen: what was asked for before was refused.
            self._grab()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        """Come back from what no event has told of."""
        if not self._is_seen() or not self._window.isActiveWindow() or not self._window.isFullScreen():
            self.show()

    def _is_seen(self) -> bool:
        handle = self._window.windowHandle()
        return handle is not None and handle.isExposed()

    def _remap_if_hidden(self) -> None:
        """A window that was hidden behind Qt's back does not come back by being shown: Qt believes that it is."""
        if self._window.isVisible() and self._watch.isActive() and not self._is_seen():
            self._remapping = True
            self._window.hide()
            self._remapping = False

    def _return(self) -> None:
        self._window.raise_()
        self._window.activateWindow()
        self._window.setFocus()
        self._grab()

    def _grab(self) -> None:
        """On X11 this is a grab of the server's: the shortcuts of the window manager do not see the keys."""
        self._window.releaseKeyboard()
        self._window.grabKeyboard()

    def _return_soon(self) -> None:
        if not self._remapping:
            QTimer.singleShot(_BACK_MS, self, self.show)

    def _screen(self) -> QScreen | None:
        screens = QGuiApplication.screens()
        wanted = self._monitor or 0
        return screens[wanted] if wanted < len(screens) else QGuiApplication.primaryScreen()

    def _screens_changed(self, _screen: QScreen) -> None:
        self._return_soon()
