"""Layout of the live page in every state and theme: nothing clipped, nothing overlapping, everything reachable."""

from itertools import combinations

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLayout,
    QLineEdit,
    QListView,
    QStackedLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core.errors import Bug, CameraBusy, CameraDark, CameraDenied, ModelTampered, SettingsIgnored, StoreLocked
from app.core.faces import Box, QualityHint
from app.core.settings.sections import Language, Theme
from app.flows.verification import TrackState
from app.pipeline.capture_thread import CameraState
from app.pipeline.live import LiveStatus
from app.pipeline.results import EngineState, FaceResult
from app.ui.live.situation import Situation, situation
from app.ui.shell.main_window import MainWindow
from app.ui.shell.session import SessionState
from app.ui.widgets.buttons import Button, Picker
from app.ui.widgets.labels import ElidedLabel
from tests.fakes.pipeline import live_status, person, result, seen
from tests.ui.application import AppHarness
from tests.ui.conftest import OpenWindow, set_live_status, show_result

LONG = person("Wolfeschlegelsteinhausenbergerdorff the Elder of Somewhere")
BUG = Bug(problem="ZeroDivisionError('division by zero')", log="/home/grace/.local/state/facelatch/log/facelatch.log")
STATES: dict[str, tuple[LiveStatus, tuple[FaceResult, ...] | None]] = {
    "match": (live_status(), (seen(who=LONG),)),
    "unknown": (live_status(), (seen(TrackState.UNKNOWN, similarity=0.3, fmr=0.004),)),
    "ambiguous": (live_status(), (seen(TrackState.AMBIGUOUS),)),
    "hint": (live_status(), (seen(TrackState.NOT_JUDGED, hints=(QualityHint.TOO_DARK,)),)),
    "several": (live_status(), tuple(seen(track=i, box=Box(40 + 180 * i, 100, 100, 120)) for i in range(3))),
    "no face": (live_status(), ()),
    "opening": (live_status(CameraState.OPENING), None),
    "busy": (live_status(CameraState.WAITING, CameraBusy(camera="Logitech C920"), attempts=1), None),
    "denied": (live_status(CameraState.WAITING, CameraDenied(camera="Logitech C920"), attempts=30), None),
    "dark": (live_status(CameraState.DARK, CameraDark(camera="Logitech C920")), ()),
    "ended": (live_status(CameraState.ENDED), None),
    "fault": (live_status(CameraState.FAULT, BUG), None),
    "model": (live_status(engine=EngineState.FAULT, engine_error=ModelTampered(model="mobilefacenet")), None),
    "paused": (live_status(paused=True), None),
}
_OPEN_ENDED = (QLineEdit, QListView)


@pytest.mark.parametrize("size", [pytest.param((1280, 800), marks=pytest.mark.soak), (960, 600)])
@pytest.mark.parametrize("look", list(Theme))
@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
def test_no_state_is_clipped_or_overlaps(
    open_window: OpenWindow, language: Language, look: Theme, size: tuple[int, int]
) -> None:
    application = AppHarness(look, language)
    window = open_window(application)
    window.resize(*size)
    for name, (status, faces) in STATES.items():
        set_live_status(window, application, status)
        if faces is not None:
            show_result(window, application, result(*faces, decided=True))
        QApplication.processEvents()
        assert clipped_labels(window) == [], name
        assert overlapping_controls(window) == [], name


@pytest.mark.parametrize("scale", [1, 2])
def test_the_window_is_drawn_at_any_scale(window: MainWindow, application: AppHarness, scale: int) -> None:
    show_result(window, application, result(seen()))
    QApplication.processEvents()
    image = QImage(window.size() * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    window.render(image, QPoint())
    assert image.size() == QSize(1280, 800) * scale
    assert len({image.pixel(x, y) for x in range(0, image.width(), 37) for y in range(0, image.height(), 41)}) > 50


def test_invalid_settings_file_shows_a_notice(open_window: OpenWindow) -> None:
    application = AppHarness()
    application.settings_problem = SettingsIgnored(
        path="/home/grace/.config/facelatch/settings.toml",
        reasons="recognition.threads: Input should be less than or equal to 64",
        names=["recognition.threads"],
    )
    window = open_window(application)
    window.resize(960, 600)
    QApplication.processEvents()
    assert window.notice.isVisible()
    assert clipped_labels(window) == []
    assert overlapping_controls(window) == []


def test_failed_services_offer_only_a_retry(open_window: OpenWindow, qtbot: QtBot) -> None:
    application = AppHarness()
    application.problem = StoreLocked(path="/home/grace/facelatch.sqlite3")
    window = open_window(application)
    qtbot.waitUntil(lambda: "locked by another program" in _read(window.live.message))
    ways_out = [made.text() for made in window.live.message.findChildren(QAbstractButton) if made.isVisible()]
    assert ways_out == ["Try again"]
    assert "Engine: stopped" in _read(window.status_line)
    application.problem = None
    next(made for made in window.live.message.findChildren(QAbstractButton) if made.isVisible()).click()
    qtbot.waitUntil(lambda: window.session.services is not None)


@pytest.mark.parametrize("name", [name for name, (_, faces) in STATES.items() if faces is None])
def test_every_state_without_a_picture_offers_a_next_step(name: str) -> None:
    said = situation(SessionState(STATES[name][0], None, "0"))
    assert isinstance(said, Situation)
    assert said.title
    assert said.steps


def test_every_control_is_reachable_by_keyboard(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    set_live_status(window, application, live_status(CameraState.WAITING, CameraBusy(camera="Front door")))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    wanted = {control for control in _controls(window) if control.isEnabled()}
    reached = set()
    for _ in range(2 * len(wanted)):
        QApplication.processEvents()
        window.focusNextChild()
        reached.add(window.focusWidget())
    assert wanted <= reached
    assert all(control.accessibleName() or getattr(control, "text", str)() for control in _controls(window))


def test_no_page_touches_the_edges_of_the_window(window: MainWindow) -> None:
    for key, page in window.pages.items():
        window.show_page(key)
        QApplication.processEvents()
        cards = [part for part in page.findChildren(QWidget) if part.isVisible() and part.objectName() == "card"]
        places = [card.rect().translated(card.mapTo(page, QPoint())) for card in cards]
        assert all(place.top() >= 8 and place.right() <= page.width() - 8 for place in places), key


def test_focus_ring_appears_for_keyboard_focus(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    controls = [control for control in _controls(window) if isinstance(control, QAbstractButton)]
    assert not any(control.property("ring") for control in controls)
    controls[0].setFocus(Qt.FocusReason.MouseFocusReason)
    assert not controls[0].property("ring")
    controls[1].setFocus(Qt.FocusReason.TabFocusReason)
    assert controls[1].property("ring")
    controls[2].setFocus()  # as a page does that opens something, and shows what Enter would press
    assert controls[2].property("ring")


def _controls(window: QWidget) -> list[QWidget]:
    kinds = (QAbstractButton, *_OPEN_ENDED)
    parts = [part for part in window.findChildren(QWidget) if isinstance(part, kinds) and part.isVisible()]
    return [part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus]


def _read(part: QWidget) -> str:
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


def clipped_labels(window: QWidget) -> list[str]:
    """What cannot be read whole, although it must be."""
    labels = [label for label in window.findChildren(QLabel) if label.isVisible() and label.text()]
    found = [label.text() for label in labels if not _is_whole(label)]
    buttons = [made for made in window.findChildren(Button) if made.isVisible() and not isinstance(made, Picker)]
    found += [made.text() for made in buttons if made.text() and made.width() < made.sizeHint().width()]
    return found + [f"{part.metaObject().className()} is squeezed" for part in _squeezed(window)]


def _squeezed(window: QWidget) -> list[QWidget]:
    """What has less room than its content needs."""
    parts = [(part, part.layout()) for part in window.findChildren(QWidget) if part.isVisible()]
    return [part for part, layout in parts if layout and part.height() < _least_height(layout)]


def _least_height(layout: QLayout) -> int:
    """Of what is seen: a stack's own answer counts the pages that are not."""
    if isinstance(layout, QStackedLayout):
        seen = layout.currentWidget()
        return seen.minimumSizeHint().height() if seen is not None else 0
    return layout.minimumSize().height()


def _is_whole(label: QLabel) -> bool:
    if isinstance(label, ElidedLabel):
        return label.shown_text() == label.text() or label.toolTip() == label.text()
    if label.wordWrap():
        return label.heightForWidth(label.width()) <= label.height()
    return label.fontMetrics().horizontalAdvance(label.text()) <= label.width()


def overlapping_controls(window: QWidget) -> list[str]:
    """Siblings that lie over each other."""
    found = []
    for parent in [window, *window.findChildren(QWidget)]:
        if isinstance(parent, _OPEN_ENDED) or not parent.isVisible():
            continue
        children = [child for child in parent.children() if isinstance(child, QWidget) and child.isVisible()]
        for one, other in combinations([child for child in children if not child.isWindow()], 2):
            if one.geometry().intersects(other.geometry()):
                found.append(f"{one.metaObject().className()} and {other.metaObject().className()}")
    return found
