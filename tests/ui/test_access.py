"""Accessibility of every page: keyboard, contrast, names for screen readers."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.core.settings.sections import Theme
from app.ui import theme
from app.ui.shell.main_window import MainWindow
from app.ui.widgets.icons import Glyph
from tests.fakes.pipeline import result, seen
from tests.ui.application import AppHarness
from tests.ui.conftest import OpenWindow, show_result

CONTROLS = (QAbstractButton, QLineEdit, QAbstractItemView)
TEXT_ON = {"good": "raised", "caution": "raised", "bad": "raised", "accent": "raised", "muted": "raised"}
PAGES = ("live", "people", "calibration", "audit", "settings", "access", "store")


def test_every_page_is_covered(window: MainWindow) -> None:
    assert tuple(window.pages) == PAGES


@pytest.fixture
def seen_page(open_window: OpenWindow, qtbot: QtBot, request: pytest.FixtureRequest) -> MainWindow:
    """A window with people in it, on the page that the test is given."""
    application = AppHarness()
    application.enrol("Grace Hopper")
    application.enrol("Ada Lovelace")
    window = open_window(application)
    window.show_page(request.param)
    show_result(window, application, result(seen(), decided=True))
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.wait(200)
    return window


@pytest.mark.parametrize("seen_page", PAGES, indirect=True)
def test_tab_reaches_every_control_of_every_page(seen_page: MainWindow, qtbot: QtBot) -> None:
    wanted = {part for part in controls(seen_page) if part.isEnabled()}
    assert wanted
    seen_page.rail.button_of("live").setFocus()
    reached: set[QWidget] = set()
    for _ in range(2 * len(wanted) + 20):
        focus = QApplication.focusWidget()
        assert focus is not None
        reached.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert not [told(part) for part in wanted if part not in reached and not in_checked_group(part)]


@pytest.mark.parametrize("seen_page", PAGES, indirect=True)
def test_every_control_has_a_name(seen_page: MainWindow) -> None:
    nameless = [part for part in controls(seen_page) if not name_of(part)]
    assert not [told(part) for part in nameless]


@pytest.mark.parametrize("seen_page", PAGES, indirect=True)
def test_colour_never_carries_meaning_alone(seen_page: MainWindow) -> None:
    """A word in the colour of good, caution or bad is a word already; a sign in it has a word beside it."""
    for glyph in [part for part in seen_page.findChildren(Glyph) if part.isVisible()]:
        parent = glyph.parentWidget()
        assert parent is not None
        words = [label.text() for label in parent.findChildren(QLabel) if label.isVisible() and label.text()]
        assert words, told(parent)
    toned = [label for label in seen_page.findChildren(QLabel) if label.isVisible() and label.property("tone")]
    assert all(label.text().strip() for label in toned)


@pytest.mark.parametrize("look", list(Theme))
def test_every_tone_has_enough_contrast(themed_app: object, look: Theme) -> None:
    colours = theme.chosen(look)
    for role, ground in TEXT_ON.items():
        assert theme.contrast(getattr(colours, role), getattr(colours, ground)) >= 4.5, role
    least = 7 if look is Theme.HIGH_CONTRAST else 4.5
    assert theme.contrast(colours.text, colours.surface) >= least
    assert theme.contrast(colours.muted, colours.surface) >= least
    assert theme.contrast(colours.focus, colours.surface) >= 3


def controls(window: MainWindow) -> list[QWidget]:
    """What can be operated and is in view."""
    parts = [part for part in window.findChildren(QWidget) if isinstance(part, CONTROLS) and part.isVisible()]
    return [part for part in parts if part.focusPolicy() & Qt.FocusPolicy.TabFocus and not part.isWindow()]


def name_of(part: QWidget) -> str:
    """What a screen reader calls it."""
    return part.accessibleName() or (part.text() if isinstance(part, QAbstractButton) else "")


def in_checked_group(part: QWidget) -> bool:
    """One of several of which one is chosen: the arrows lead to it, as among all radio buttons."""
    group = part.group() if isinstance(part, QAbstractButton) else None
    return group is not None and group.exclusive() and group.checkedButton() is not part


def told(part: QWidget) -> str:
    return f"{type(part).__name__} {part.objectName()} {name_of(part)!r} in {type(part.parentWidget()).__name__}"
