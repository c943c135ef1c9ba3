"""Keeps a kiosk on its screen, as far as the platform lets a program do that."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

_BACK_MS = 100


class Guard(QObject):
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
        self._open = False
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
        self._window.releaseKeyboard()
        self._window.close()

    def show(self) -> None:
        """Fill the monitor and take the keyboard."""
        if self._open:
            return
        screen = self._screen()
        if screen is not None:
            self._window.setGeometry(screen.geometry())
        self._window.showFullScreen()
        self._return()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stop what would take the window away."""
        if watched is not self._window or self._open:
            return super().eventFilter(watched, event)
        if isinstance(event, QCloseEvent):
            event.ignore()
            return True
        left_screen = event.type() is QEvent.Type.WindowStateChange and not self._window.isFullScreen()
        if left_screen or event.type() in {QEvent.Type.WindowDeactivate, QEvent.Type.Hide}:
            QTimer.singleShot(_BACK_MS, self, self.show)
        return super().eventFilter(watched, event)

    def _return(self) -> None:
        self._window.raise_()
        self._window.activateWindow()
        self._window.setFocus()
        # On X11 this is a grab of the server's: the shortcuts of the window manager do not see the keys.
        self._window.grabKeyboard()

    def _screen(self) -> QScreen | None:
        screens = QGuiApplication.screens()
        wanted = self._monitor or 0
        return screens[wanted] if wanted < len(screens) else QGuiApplication.primaryScreen()

    def _screens_changed(self, _screen: QScreen) -> None:
        QTimer.singleShot(_BACK_MS, self, self.show)
