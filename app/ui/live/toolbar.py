"""The toolbar below the picture: camera, operating point, pause, enrolment, panel."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QAction, QActionGroup, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton

from app.core.logging import redact_credentials
from app.core.match_decision import NAMED_ONE_IN
from app.services.live.live_service import CameraListing
from app.ui.shell.session import DEMO
from app.ui.texts import value_texts
from app.ui.widgets.buttons import Picker
from app.ui.widgets.icons import icon
from app.ui.widgets.panes import Pane, button

_NARROW_BELOW = 640
_TIGHT_BELOW = 480
_ICON_ALONE = 64


class Toolbar(Pane):
    """Pickers and buttons of the live page.

    Signals:
        cameras_wanted: The camera menu is about to open.
        source_chosen: The number of a camera, or "demo".
        other_wanted: The user wants to enter a file or an address.
        strictness_chosen: The promise per visitor: of so many strangers, one is accepted.
        pause_wanted: Whether to pause.
        enrol_wanted: Enrol the person in front of the camera.
        panel_wanted: Show or hide the panel at the right.
    """

    cameras_wanted = Signal()
    source_chosen = Signal(str)
    other_wanted = Signal()
    strictness_chosen = Signal(int)
    pause_wanted = Signal(bool)
    enrol_wanted = Signal()
    panel_wanted = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._source, self._one_in, self._point, self._paused = "", NAMED_ONE_IN[0], "", False
        self._cameras: Sequence[CameraListing] = ()
        self.camera, self.strict = self._picker(self._fill_cameras), self._picker(self._fill_strictness)
        self.camera.menu().aboutToShow.connect(self.cameras_wanted)
        self._pause, self._panel, self.enrol = button(), button(), button("primary")
        self._panel.setCheckable(True)
        self._panel.setChecked(True)
        self._pause.clicked.connect(lambda: self.pause_wanted.emit(not self._paused))
        self._panel.toggled.connect(self._toggle_panel)
        self.enrol.clicked.connect(self.enrol_wanted)
        self._lay_out()
        self.retranslate()
        self.restyle()

    def show_settings(self, source: str, one_in: int, point: str) -> None:
        """Show the chosen source and strictness.

        Args:
            source: The setting `camera.source`.
            one_in: The setting `recognition.one_in`.
            point: The setting `recognition.operating_point`.
        """
        self._source, self._one_in, self._point = source, one_in, point
        self.retranslate()

    def show_paused(self, *, paused: bool) -> None:
        """Show whether the camera is paused."""
        if paused != self._paused:
            self._paused = paused
            self.retranslate()
            self.restyle()

    def set_cameras(self, cameras: Sequence[CameraListing]) -> None:
        """Set the cameras that the menu lists."""
        if list(cameras) != list(self._cameras):
            self._cameras = cameras
            self._fill_cameras()
            self.retranslate()

    def open_cameras(self) -> None:
        """Open the camera menu."""
        self.camera.showMenu()

    def retranslate(self) -> None:
        """Set every translated text."""
        self.camera.setText(self._source_name())
        self.camera.setToolTip(self.tr("Camera: {name} (Alt+C)").format(name=self._source_name()))
        self.camera.setAccessibleName(self.tr("Camera: {name}").format(name=self._source_name()))
        self.camera.setShortcut("Alt+C")
        words = value_texts.strictness(self._one_in, self._point)
        narrow = self.width() < _NARROW_BELOW
        self.strict.setText(value_texts.short_strictness(self._one_in, self._point) if narrow else words)
        self.strict.setAccessibleName(self.tr("Strictness: {point}").format(point=words))
        self.strict.setToolTip(self.tr("How many strangers who try are accepted as any enrolled person (Alt+S)"))
        self.strict.setShortcut("Alt+S")
        pause = self.tr("Continue") if self._paused else self.tr("Pause")
        self._name(self._pause, pause, "Ctrl+P")
        panel = self.tr("Hide the panel") if self._panel.isChecked() else self.tr("Show the panel")
        self._name(self._panel, panel, "Ctrl+B")
        tight = self.width() < _TIGHT_BELOW
        self.enrol.setText(self.tr("Enrol") if tight else self.tr("Enrol this person"))
        self.enrol.setAccessibleName(self.tr("Enrol this person"))
        self.enrol.setToolTip(self.tr("Enrol the person in front of the camera (Ctrl+E)"))
        self.enrol.setShortcut("Ctrl+E")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the texts if the toolbar is narrow."""
        super().resizeEvent(event)
        for picker in (self.camera, self.strict):
            picker.setMinimumWidth(_ICON_ALONE if self.width() < _TIGHT_BELOW else picker.minimumSizeHint().width())
        self.retranslate()

    def restyle(self) -> None:
        """Set icons and colours of the theme."""
        self.camera.setIcon(icon("video-camera", "muted"))
        self.strict.setIcon(icon("shield-check", "muted"))
        self._pause.setIcon(icon("play" if self._paused else "pause"))
        self._panel.setIcon(icon("square-half"))
        self.enrol.setIcon(icon("user-plus", "on_accent"))
        self.update()

    def _source_name(self) -> str:
        if self._source == DEMO:
            return self.tr("Demo")
        for camera in self._cameras:
            if self._source in {str(camera.index), camera.name}:
                return camera.name
        if self._source.isdigit():
            return self.tr("Camera {number}").format(number=self._source)
        return redact_credentials(self._source) if "://" in self._source else Path(self._source).name

    def _fill_cameras(self) -> None:
        menu, group = self._fresh_menu(self.camera)
        for camera in self._cameras:
            chosen = self._source in {str(camera.index), camera.name}
            self._add(menu, group, camera.name, str(camera.index), chosen=chosen, then=self.source_chosen.emit)
        if not self._cameras:
            menu.addAction(self.tr("No camera is plugged in")).setEnabled(False)
        menu.addSeparator()
        self._add(menu, group, self.tr("Demo"), DEMO, chosen=self._source == DEMO, then=self.source_chosen.emit)
        menu.addAction(self.tr("File or address…")).triggered.connect(self.other_wanted)

    def _fill_strictness(self) -> None:
        menu, group = self._fresh_menu(self.strict)
        for one_in in sorted({*NAMED_ONE_IN, self._one_in}):
            words = value_texts.strictness(one_in, self._point)
            self._add(menu, group, words, one_in, chosen=one_in == self._one_in, then=self.strictness_chosen.emit)

    @staticmethod
    def _fresh_menu(picker: QPushButton) -> tuple[QMenu, QActionGroup]:
        menu = picker.menu()
        for group in menu.findChildren(QActionGroup):
            group.deleteLater()
        menu.clear()
        return menu, QActionGroup(menu)

    @staticmethod
    def _add(
        menu: QMenu, group: QActionGroup, words: str, value: object, *, chosen: bool, then: Callable[..., object]
    ) -> None:
        action = QAction(words.replace("&", "&&"), group, checkable=True, checked=chosen)
        action.triggered.connect(lambda: then(value))
        menu.addAction(action)

    @staticmethod
    def _picker(fill: Callable[[], None]) -> Picker:
        made = Picker()
        made.menu().aboutToShow.connect(fill)
        return made

    @staticmethod
    def _name(made: QPushButton, words: str, shortcut: str) -> None:
        made.setAccessibleName(words)
        made.setToolTip(f"{words} ({shortcut})")
        made.setShortcut(shortcut)

    def _toggle_panel(self, shown: bool) -> None:  # noqa: FBT001 - Qt's signal gives it so
        self.retranslate()
        self.panel_wanted.emit(shown)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.camera)
        row.addWidget(self.strict)
        for narrow in (self._pause, self._panel):
            narrow.setFixedWidth(44)
            narrow.setIconSize(QSize(20, 20))
        row.addWidget(self._pause)
        row.addStretch(1)
        row.addWidget(self.enrol)
        row.addWidget(self._panel)
