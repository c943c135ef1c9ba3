"""Layout of every page in every theme and size: nothing clipped, nothing overlapping, everything reachable."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QGraphicsView,
    QLabel,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core.errors import BadgeTaken, CameraLost, StoreLocked
from app.core.people import Consent
from app.core.settings.schema import find_setting
from app.core.settings.sections import Language, Theme
from app.pipeline.capture_thread import CameraState
from app.services.enrolment.lookalikes import AlreadyEnrolledAs, LooksLike
from app.services.people.people_index import Standing
from app.ui.people.person_card import PersonCard
from app.ui.shell.main_window import MainWindow
from app.ui.widgets.buttons import Button, Picker
from app.ui.widgets.labels import ElidedLabel
from tests.fakes.pipeline import analyzed, embedding, live_status, person, result, seen
from tests.ui.application import AppHarness, failing
from tests.ui.conftest import OpenWindow, set_live_status, show_result
from tests.ui.enrolment.test_enrolment_panel import EVERYTHING, POSES

Scene = Callable[[MainWindow, AppHarness, QtBot], None]

LONG = "Jean-Baptiste Emmanuel Zorg the Third of a Very Long Family Name"
LOCKED = StoreLocked(path="/home/user/.local/share/facelatch/facelatch.sqlite3")
AGREED = Consent("I agree to be recognised at this door. " * 8, "2", "en", datetime(2026, 3, 4, 9, 12, tzinfo=UTC))
SMALLEST_TARGET = 32
SETTLING_MS = 50


def a_consent_to_give(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.live.begin_enrolment()
    qtbot.waitUntil(window.live.enrolment.consent.agree.isEnabled)


def a_consent_text_that_cannot_be_read(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    missing = "/home/user/.config/facelatch/our-own-consent-text.md"
    application.consent.apply(application.settings.privacy.model_copy(update={"consent_file": missing}))
    window.live.begin_enrolment()
    qtbot.waitUntil(window.live.enrolment.consent.message.isVisible)


def a_name_to_give(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.live.begin_enrolment()
    qtbot.waitUntil(window.live.enrolment.consent.agree.isEnabled)
    window.live.enrolment.consent.agree.click()
    show_result(window, application, result(seen()))


def taking_pictures(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    a_name_to_give(window, application, qtbot)
    qtbot.keyClicks(window.live.enrolment.name_step.field, "Ada")
    qtbot.waitUntil(window.live.enrolment.name_step.start.isEnabled)
    qtbot.keyClick(window.live.enrolment.name_step.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: application.pipeline.flow is not None)
    take(window, application, range(3))


def pictures_that_cannot_be_stored(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    taking_pictures(window, application, qtbot)
    with failing(application.enrolment, LOCKED, "save"):
        take(window, application, range(3, EVERYTHING))
        qtbot.waitUntil(window.live.enrolment.capture_step.retry.isVisible)


def pictures_interrupted(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    taking_pictures(window, application, qtbot)
    set_live_status(window, application, live_status(CameraState.WAITING, CameraLost(camera="Front door"), attempts=1))
    set_live_status(window, application, live_status())


def a_likeness_to_judge(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    taking_pictures(window, application, qtbot)
    setattr(application.enrolment, "save", lambda *_, **__: LooksLike(person(LONG), 0.56, 3.2e-5, 10_000))  # noqa: B010
    take(window, application, range(3, EVERYTHING))
    qtbot.waitUntil(window.live.enrolment.lookalike.isVisible)


def a_double_to_judge(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    taking_pictures(window, application, qtbot)
    setattr(application.enrolment, "save", lambda *_, **__: AlreadyEnrolledAs(person(LONG), 0.88, 1e-9))  # noqa: B010
    take(window, application, range(3, EVERYTHING))
    qtbot.waitUntil(window.live.enrolment.lookalike.isVisible)


def person_enrolled(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    taking_pictures(window, application, qtbot)
    take(window, application, range(3, EVERYTHING))
    qtbot.waitUntil(window.live.enrolment.summary_step.isVisible)
    show_result(window, application, result(seen(who=application.person("Ada"))))


def nobody_enrolled(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.show_page("people")
    qtbot.waitUntil(window.people.empty.isVisible)


def people(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    for name in {"Ada Lovelace", LONG, "王小明"}.difference(application.names):
        application.enrol(name, 12)
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.card.person is not None)


def person_details(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    ada = application.enrol("Ada Lovelace", 12, consent=AGREED)
    application.people.add_negative_template(ada, embedding(99), application.matcher.model_sha256, 0.57)
    people(window, application, qtbot)
    card = window.people.card
    card.templates.list.choose_row(1)
    card.consents.show_words.click()
    card.marks.list.choose_row(0)


def the_long_one(window: MainWindow, application: AppHarness, qtbot: QtBot) -> PersonCard:
    people(window, application, qtbot)
    window.people.table.selectRow(1)
    qtbot.waitUntil(lambda: window.people.card.person is not None and window.people.card.person.name == LONG)
    return window.people.card


def calibration(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    application.enrol_gallery(60)
    window.show_page("calibration")
    qtbot.waitUntil(lambda: window.calibration.calibration is not None)


def trade_off_of_a_small_gallery(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    application.enrol_gallery(4)
    window.show_page("calibration")
    qtbot.waitUntil(lambda: window.calibration.calibration is not None)
    window.calibration.tabs.buttons[1].click()


def closest_pairs(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    calibration(window, application, qtbot)
    window.calibration.tabs.buttons[3].click()


def a_calibration_that_failed(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    with failing(application.calibration, LOCKED, "measure"):
        window.show_page("calibration")
        qtbot.waitUntil(window.calibration.retry_notice.isVisible)


def person_to_edit(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    card = the_long_one(window, application, qtbot)
    card.begin_edit()
    card.show_failure(BadgeTaken(badge="1042", name="Ada Lovelace"))


def person_to_merge(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    card = the_long_one(window, application, qtbot)
    card.begin_merge()
    card.merge_pane.list.choose_row(0)


def person_to_erase(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    the_long_one(window, application, qtbot).begin_erase()


def no_person_found(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    people(window, application, qtbot)
    window.people.filters.standing.choose(Standing.EXPIRED)
    qtbot.waitUntil(window.people.empty.isVisible)


def settings(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.show_page("settings")


def a_setting_that_is_wrong(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.show_page("settings")
    row = window.settings.rows["recognition.threads"]
    row.field.parts()[0].setFocus()
    qtbot.keyClicks(row.field.parts()[0], "999")


def settings_to_be_reset(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.show_page("settings")
    window.session.change(
        [(find_setting("camera.source"), "rtsp://admin:secret@" + "a-long-name." * 9 + "example/live")]
    )
    window.settings.reset_all.click()


def no_setting_found(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.show_page("settings")
    window.settings.search.setText("Wolfeschlegelsteinhausenbergerdorff " * 2)


PEOPLE: tuple[Scene, ...] = (
    people,
    person_details,
    person_to_edit,
    person_to_merge,
    person_to_erase,
    no_person_found,
)
SCENES: tuple[Scene, ...] = (
    a_consent_to_give,
    a_consent_text_that_cannot_be_read,
    settings,
    a_setting_that_is_wrong,
    settings_to_be_reset,
    no_setting_found,
    a_name_to_give,
    taking_pictures,
    pictures_interrupted,
    pictures_that_cannot_be_stored,
    a_likeness_to_judge,
    a_double_to_judge,
    person_enrolled,
    nobody_enrolled,
    *PEOPLE,
    calibration,
    trade_off_of_a_small_gallery,
    closest_pairs,
    a_calibration_that_failed,
)


@pytest.mark.parametrize(
    ("size", "scale", "look", "language"),
    [
        ((1280, 800), 1, Theme.DARK, Language.ENGLISH),
        *(
            pytest.param(*look, marks=pytest.mark.soak)
            for look in (
                ((1280, 800), 2, Theme.HIGH_CONTRAST, Language.CHINESE),
                ((1280, 800), 2.5, Theme.LIGHT, Language.ENGLISH),
                # A screen of 1920 × 1200 on which everything is twice, and two and a half times, as large.
                ((960, 600), 2, Theme.LIGHT, Language.ENGLISH),
                ((960, 600), 2, Theme.DARK, Language.CHINESE),
                ((768, 480), 2.5, Theme.HIGH_CONTRAST, Language.ENGLISH),
            )
        ),
        ((768, 480), 2.5, Theme.DARK, Language.CHINESE),
    ],
)
@pytest.mark.parametrize("scene", SCENES)
def test_no_page_is_clipped(
    open_window: OpenWindow,
    qtbot: QtBot,
    tmp_path: Path,
    size: tuple[int, int],
    scale: float,
    look: Theme,
    language: Language,
    scene: Scene,
) -> None:
    application = AppHarness(look, language)
    window = open_window(application)
    window.resize(*size)
    scene(window, application, qtbot)
    qtbot.wait(SETTLING_MS)
    assert (window.width(), window.height()) == size
    picture = drawn(window, scale)
    problems = [*cut(window), *overlapping(window), *too_small(window)]
    if problems:  # writing a file takes longer than drawing the picture
        path = tmp_path / f"{scene.__name__}.png"
        assert picture.save(str(path))
        pytest.fail("\n".join([*problems, f"looked at in {path}"]))


@pytest.mark.parametrize(
    "scene",
    [
        a_consent_to_give,
        a_name_to_give,
        taking_pictures,
        a_double_to_judge,
        *PEOPLE,
        calibration,
        closest_pairs,
        settings,
        settings_to_be_reset,
    ],
)
def test_tab_reaches_every_control(window: MainWindow, application: AppHarness, qtbot: QtBot, scene: Scene) -> None:
    scene(window, application, qtbot)
    window.activateWindow()
    window.rail.findChildren(QAbstractButton)[0].setFocus()
    wanted = {part for part in seen_parts(window) if part.focusPolicy() & Qt.FocusPolicy.TabFocus and part.isEnabled()}
    reached = set()
    for _ in range(2 * len(wanted)):
        focus = QApplication.focusWidget()
        assert focus is not None
        reached.add(focus)
        qtbot.keyClick(focus, Qt.Key.Key_Tab)
    assert not [told(part) for part in wanted - reached]


def take(window: MainWindow, application: AppHarness, numbers: range, seed: int = 0) -> None:
    """Give the running enrolment a good picture for each number."""
    flow = application.pipeline.flow
    assert flow is not None
    for number in numbers:
        face = analyzed(pose=POSES[number // 2 % len(POSES)], seed=seed)
        show_result(window, application, result(seen(), enrolment=flow.observe([face], number)))


def drawn(window: MainWindow, scale: float) -> QImage:
    """The window as a screen with so many pixels a point shows it."""
    picture = QImage(window.size() * scale, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(scale)
    window.render(picture, QPoint())
    return picture


def seen_parts(window: QWidget) -> list[QWidget]:
    return [part for part in window.findChildren(QWidget) if part.isVisible() and not part.isWindow()]


def told(part: QWidget) -> str:
    text = part.text() if isinstance(part, QLabel | QAbstractButton | QLineEdit) else ""
    return f"{type(part).__name__} {part.objectName()} {text!r}"


def cut(window: MainWindow) -> Iterator[str]:
    """Labels and buttons with less room than their words need, and parts that reach out of their parents."""
    for part in seen_parts(window):
        if not fits(part):
            yield f"{told(part)} is cut: {part.width()} × {part.height()}"
        parent = part.parentWidget()
        if (
            parent is not None
            and not is_scrolled(part)
            and not in_scroll_area(part)
            and not parent.rect().contains(part.geometry())
        ):
            yield f"{told(part)} reaches out of its parent"


def fits(part: QWidget) -> bool:
    """Whether the words of a label or button have room; those that may be shortened say so by their type."""
    if isinstance(part, ElidedLabel | Picker):
        return True
    if isinstance(part, QLabel):
        needed = part.heightForWidth(part.width()) if part.wordWrap() else part.fontMetrics().height()
        return part.width() >= part.minimumSizeHint().width() and part.height() >= needed
    return not isinstance(part, Button) or not part.text() or part.width() >= part.sizeHint().width()


def in_scroll_area(part: QWidget) -> bool:
    parent = part.parentWidget()
    while parent is not None and not (isinstance(parent, QAbstractScrollArea) and parent.objectName() != "stage"):
        parent = parent.parentWidget()
    return parent is not None


def is_scrolled(part: QWidget) -> bool:
    """Whether it is what a scroll area moves about."""
    viewport = part.parentWidget()
    area = viewport.parentWidget() if viewport is not None else None
    return isinstance(area, QScrollArea) and area.widget() is part


def in_list(part: QWidget) -> bool:
    """Whether it is drawn by a list or table, which lay their parts out by themselves."""
    parent: QWidget | None = part
    while parent is not None and not isinstance(parent, QAbstractItemView | QGraphicsView):
        parent = parent.parentWidget()
    return parent is not None


def overlapping(window: MainWindow) -> Iterator[str]:
    """Siblings that share pixels."""
    for parent in [window, *seen_parts(window)]:
        if isinstance(parent, QAbstractScrollArea | QLineEdit) or in_list(parent):
            continue
        children = parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        shown = [part for part in children if part.isVisible() and not part.isWindow()]
        for one, other in combinations(shown, 2):
            if not (one.geometry() & other.geometry()).isEmpty():
                yield f"{told(one)} and {told(other)} overlap"


def too_small(window: MainWindow) -> Iterator[str]:
    """Controls that a finger or an unsteady hand would miss."""
    for part in seen_parts(window):
        ours = isinstance(part, QAbstractButton | QLineEdit) and not isinstance(part.parentWidget(), QLineEdit)
        if ours and not in_scroll_area(part) and min(part.width(), part.height()) < SMALLEST_TARGET:
            yield f"{told(part)} is small: {part.width()} × {part.height()}"
