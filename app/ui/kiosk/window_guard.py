"""Keeps the kiosk's window in front, as far as the platform allows."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

_BACK_MS = 100
_WATCH_MS = 1000
"""Interval for undoing what a window manager does without an event ("show the desktop"), in milliseconds."""


class KioskWindowGuard(QObject):
    """Ignores close requests, restores the window when it is minimised or covered, and follows the monitor.

    `docs/kiosk.md` lists what a program cannot intercept.

    Args:
        window: Top-level window, not shown yet.
        monitor: Number of the monitor, from 0; None, or a missing one, for the primary monitor.
    """

    def __init__(self, window: QWidget, monitor: int | None) -> None:
        super().__init__(window)
        self._window = window
        self._monitor = monitor
        self._open = self._remapping = False
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._restore_if_hidden)
        flags = Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint
        window.setWindowFlags(flags)
        window.installEventFilter(self)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.screenAdded.connect(self._screens_changed)
        app.screenRemoved.connect(self._screens_changed)

    def close_window(self) -> None:
        """Release the keyboard and close the window."""
        self._open = True
        self._watch.stop()
        self._window.releaseKeyboard()
        self._window.close()

    def show(self) -> None:
        """Show the window in full screen and grab the keyboard."""
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
        """Ignore close events, and restore the window after events that hide it."""
        if watched is not self._window or self._open:
            return super().eventFilter(watched, event)
        if isinstance(event, QCloseEvent):
            event.ignore()
            return True
        left_screen = event.type() is QEvent.Type.WindowStateChange and not self._window.isFullScreen()
        if left_screen or event.type() in {QEvent.Type.WindowDeactivate, QEvent.Type.Hide}:
            self._return_soon()
        elif event.type() is QEvent.Type.WindowActivate:
            # On X11 a window can grab the keyboard only once it is visible; earlier requests fail.
            self._grab()
        return super().eventFilter(watched, event)

    def _restore_if_hidden(self) -> None:
        """Restore the window if it was hidden without an event."""
        if not self._is_seen() or not self._window.isActiveWindow() or not self._window.isFullScreen():
            self.show()

    def _is_seen(self) -> bool:
        handle = self._window.windowHandle()
        return handle is not None and handle.isExposed()

    def _remap_if_hidden(self) -> None:
        """Hide a window that the window manager has hidden: otherwise Qt takes it for visible and does not show it."""
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
        """Grab the keyboard. On X11 the window manager's shortcuts then get no keys."""
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
