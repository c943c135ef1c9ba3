"""The calibration page: measurement and operating point."""

import math
import re
import sys
from collections.abc import Callable
from subprocess import run
from threading import Event

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import StoreLocked
from app.core.match_decision import NAMED_ONE_IN
from app.core.people import Person
from app.core.settings.schema import find_setting
from app.core.settings.sections import Theme
from app.services.recognition.calibration import Calibration, Estimate, Method, RateSource
from app.ui import theme
from app.ui.calibration.advice_lists import ClosestList, WeakestList
from app.ui.calibration.calibration_page import CalibrationPage
from app.ui.calibration.strictness_card import one_in_of, step_of
from app.ui.shell.main_window import MainWindow
from app.ui.texts import people_texts
from tests.ui.application import AppHarness, failing
from tests.ui.live.test_live_page import visible_text as words_of


def show(window: MainWindow, application: AppHarness, people: int, qtbot: QtBot) -> CalibrationPage:
    if people:
        application.enrol_gallery(people)
    window.show_page("calibration")
    if people:
        qtbot.waitUntil(lambda: window.calibration.calibration is not None)
    return window.calibration


@pytest.fixture
def page(window: MainWindow, application: AppHarness, qtbot: QtBot) -> CalibrationPage:
    """Sixty people, two entries of which are the same person."""
    return show(window, application, 60, qtbot)


def saved(application: AppHarness) -> int | None:
    """Return the promise per visitor last saved to the settings."""
    one_in = application.stored_settings.get("recognition", {}).get("one_in")
    return None if one_in is None else int(one_in)


def button_of(part: WeakestList | ClosestList, text: str) -> QPushButton:
    return next(made for made in part.findChildren(QPushButton) if made.text() == text and made.isVisibleTo(part))


def test_opening_the_page_changes_no_setting(page: CalibrationPage, application: AppHarness, qtbot: QtBot) -> None:
    qtbot.wait(400)
    assert saved(application) is None
    assert page.strictness.shown == 1000
    assert application.matches_at(1000)


def test_error_rate_sentences(page: CalibrationPage) -> None:
    said = words_of(page)
    assert "Of a million strangers, about 7.7 would be taken for a given person" in said
    assert "7.7 to 31, by the model's reference" in said
    assert "Of a hundred attempts by enrolled people, about 5 would be refused" in said
    assert "Counted: 12 of 240" in said
    assert "Of 1,000 strangers who try once, one is accepted (60 enrolled)." in said
    assert "too small to count strangers: 570 people are needed" in said
    assert "People: 60, templates: 240" in said


def test_keyboard_moves_the_threshold(page: CalibrationPage, application: AppHarness, qtbot: QtBot) -> None:
    slider = page.strictness.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_PageDown)
    # applied immediately, but not yet saved
    assert application.matches_at(page.strictness.shown)
    assert saved(application) is None
    qtbot.waitUntil(lambda: saved(application) is not None)
    one_in = saved(application)
    assert one_in in {100, 10_000}
    assert application.matches_at(one_in)
    qtbot.waitUntil(lambda: bool(application.settings_changes))
    (written,) = application.settings_changes
    assert written == {
        "section": "recognition",
        "name": "one_in",
        "old": "1000",
        "new": str(one_in),
    }


def test_arrow_keys_move_the_threshold_in_the_plot(
    page: CalibrationPage, application: AppHarness, qtbot: QtBot
) -> None:
    canvas = page.similarities.canvas
    assert canvas is not None
    before = canvas.line.value()
    page.similarities.setFocus()
    qtbot.keyClick(page.similarities, Qt.Key.Key_Right)
    assert canvas.line.value() > before
    assert "strangers who try once" in page.similarities.accessibleDescription()
    qtbot.keyClick(page.similarities, Qt.Key.Key_Home)
    assert page.strictness.shown == 10
    qtbot.keyClick(page.similarities, Qt.Key.Key_End)
    assert page.strictness.shown == 1_000_000
    qtbot.waitUntil(lambda: saved(application) == 1_000_000)
    qtbot.waitUntil(lambda: len(application.settings_changes) == 1)


def test_mouse_drags_the_threshold(page: CalibrationPage, application: AppHarness, qtbot: QtBot) -> None:
    canvas = page.similarities.canvas
    assert canvas is not None
    view, box = canvas.widget.viewport(), canvas.plot.getViewBox()
    middle = box.viewRect().center().y()

    def place(similarity: float) -> QPoint:
        return QPoint(canvas.widget.mapFromScene(box.mapViewToScene(QPointF(similarity, middle))))

    start, end = place(canvas.line.value()), place(0.5)
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    for step in range(1, 6):
        drag(view, start + (end - start) * step / 5)
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=end)
    assert canvas.line.value() == pytest.approx(0.5, abs=0.02)
    qtbot.waitUntil(lambda: saved(application) is not None)
    assert page.calibration is not None
    assert saved(application) == pytest.approx(page.calibration.promise_at(canvas.line.value()).held, rel=0.1)


def drag(view: QWidget, to: QPoint) -> None:
    """Move the mouse with the left button pressed, which pytest-qt does not support."""
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(to), QPointF(view.mapToGlobal(to)), left, left, none)
    QApplication.sendEvent(view, event)


def test_threshold_stays_in_range(page: CalibrationPage) -> None:
    canvas = page.similarities.canvas
    assert canvas is not None
    assert page.calibration is not None
    canvas.line.setValue(0.99)
    assert canvas.line.value() == pytest.approx(page.calibration.promise(1_000_000).threshold, abs=1e-3)
    canvas.line.setValue(-0.5)
    assert canvas.line.value() == pytest.approx(page.calibration.promise(10).threshold, abs=1e-3)


@pytest.mark.parametrize("leave", [lambda window: window.show_page("live"), MainWindow.close])
def test_leaving_the_page_saves_the_strictness(
    window: MainWindow,
    page: CalibrationPage,
    application: AppHarness,
    qtbot: QtBot,
    leave: Callable[[MainWindow], object],
) -> None:
    qtbot.keyClick(page.strictness.slider, Qt.Key.Key_Right)
    leave(window)
    assert saved(application) == page.strictness.shown
    qtbot.waitUntil(lambda: len(application.settings_changes) == 1)


def test_strictness_changed_elsewhere_is_shown(window: MainWindow, page: CalibrationPage) -> None:
    window.live.toolbar.strictness_chosen.emit(100_000)
    assert page.strictness.shown == 100_000
    said = words_of(page)
    assert "Strictest: 1 stranger in 100,000" in said
    assert "Of 100,000 strangers who try once, one is accepted (60 enrolled)." in said


def test_a_promise_that_cannot_be_held_is_explained(window: MainWindow, page: CalibrationPage) -> None:
    window.live.toolbar.strictness_chosen.emit(1_000_000)
    said = words_of(page)
    assert "Of 110,000 strangers who try once, one is accepted (60 enrolled)." in said
    assert "This model holds no more with 60 people. For more, use badges or a second factor." in said


def test_an_old_operating_point_is_shown_by_what_it_promises(
    window: MainWindow, page: CalibrationPage, application: AppHarness
) -> None:
    assert window.session.change([(find_setting("recognition.one_in"), 0)]) is None
    said = words_of(page)
    assert "For each person: 1 stranger in 10,000" in said
    assert re.search(r"Of \d{2,3} strangers who try once, one is accepted \(60 enrolled\)", said)


def test_custom_strictness_is_shown_on_the_live_page(page: CalibrationPage, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(page.strictness.slider, Qt.Key.Key_Right)
    window.show_page("live")
    assert "Custom: 1 stranger in" in window.live.toolbar.strict.text()
    window.live.toolbar.strict.menu().aboutToShow.emit()
    (checked,) = [action for action in window.live.toolbar.strict.menu().actions() if action.isChecked()]
    assert checked.text() == window.live.toolbar.strict.text()


def test_trade_off_marks_the_threshold(page: CalibrationPage, qtbot: QtBot) -> None:
    page.tabs.buttons[1].click()
    assert page.trade_off.isVisible()
    canvas = page.trade_off.canvas
    assert canvas is not None
    marked = canvas.marked()
    assert marked is not None
    assert (marked.x(), marked.y()) == pytest.approx((-5.112, math.log10(12 / 240)), abs=1e-3)
    qtbot.keyClick(page.strictness.slider, Qt.Key.Key_Home)
    moved = canvas.marked()
    assert moved is not None
    assert moved.x() > marked.x() + 1.5


def test_weakest_person_can_be_opened(
    window: MainWindow, page: CalibrationPage, application: AppHarness, qtbot: QtBot
) -> None:
    assert page.calibration is not None
    weak = page.calibration.weakest(1e-4)[0].person
    page.tabs.buttons[2].click()
    first = page.weakest.findChildren(QPushButton)[0]
    assert weak.name in first.accessibleName()
    first.click()
    assert window.people.isVisible()
    qtbot.waitUntil(lambda: window.people.card.person is not None and window.people.card.person.id == weak.id)


def test_templates_can_be_added_to_a_weak_person(
    window: MainWindow, page: CalibrationPage, application: AppHarness, qtbot: QtBot
) -> None:
    window.live.toolbar.strictness_chosen.emit(10)
    page.tabs.buttons[2].click()
    button_of(page.weakest, "Add templates").click()
    assert window.live.enrolment.isVisible()


def test_pairs_show_advice(page: CalibrationPage, qtbot: QtBot) -> None:
    page.tabs.buttons[3].click()
    assert "Person 000 and Person 001" in words_of(page.closest)
    assert "Check whether this is one person enrolled twice." in words_of(page.closest)
    opened: list[Person] = []
    page.open_wanted.connect(opened.append)
    button_of(page.closest, "Open").click()
    assert opened[0].name == "Person 000"


def test_raising_strictness_separates_a_pair(page: CalibrationPage, application: AppHarness, qtbot: QtBot) -> None:
    qtbot.keyClick(page.strictness.slider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: saved(application) == 10)
    page.tabs.buttons[3].click()
    assert page.calibration is not None
    pair = page.calibration.closest(1e-2)[1]
    button_of(page.closest, "Raise strictness").click()
    qtbot.waitUntil(lambda: saved(application) != 10)
    assert page.calibration.promise(saved(application) or 10).threshold > pair.similarity


def test_empty_gallery_offers_to_enrol(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    page = show(window, application, 0, qtbot)
    qtbot.waitUntil(lambda: "No people enrolled yet" in words_of(page))
    page.waiting.step.click()
    assert window.live.enrolment.isVisible()


def test_single_person_is_shown(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    page = show(window, application, 1, qtbot)
    assert "counting refusals 10" in words_of(page)
    for tab in page.tabs.buttons:
        tab.click()
        QApplication.processEvents()
    assert "Pairs need at least two people." in words_of(page.closest)


def test_failure_offers_retry(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    with failing(application.calibration, StoreLocked(path="people.sqlite3"), "measure"):
        page = show(window, application, 0, qtbot)
        qtbot.waitUntil(lambda: "locked by another program" in words_of(page))
    assert "could not be measured" in words_of(page)
    application.enrol_gallery(5)
    page.retry_notice.retry.click()
    qtbot.waitUntil(lambda: page.calibration is not None)
    assert not page.retry_notice.isVisible()


def test_measurement_can_be_stopped_and_restarted(
    window: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = Event()
    hold_measurement(application, monkeypatch, goes_on)
    page = show(window, application, 0, qtbot)
    qtbot.waitUntil(lambda: page.waiting.progress.value() == 500)
    assert "Measuring your gallery" in words_of(page)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    goes_on.set()
    qtbot.waitUntil(lambda: "Not measured" in words_of(page))
    application.enrol_gallery(5)
    page.waiting.step.click()
    qtbot.waitUntil(lambda: page.calibration is not None)


def test_people_list_does_not_wait_for_the_measurement(
    window: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = Event()
    hold_measurement(application, monkeypatch, goes_on)
    page = show(window, application, 0, qtbot)
    qtbot.waitUntil(lambda: page.runner.running)
    application.enrol("Ada")
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 1)
    assert page.runner.running
    goes_on.set()


def test_closing_the_window_stops_a_measurement(
    window: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Event()
    measured = hold_measurement(application, monkeypatch, asked)
    page = show(window, application, 0, qtbot)
    qtbot.waitUntil(lambda: page.runner.running)
    window.session.closing.connect(asked.set)
    window.close()
    assert measured == []


def test_measures_again_only_after_a_change(
    window: MainWindow, page: CalibrationPage, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = hold_measurement(application, monkeypatch)
    for _ in range(2):
        window.show_page("live")
        window.show_page("calibration")
    qtbot.wait(100)
    assert measured == []
    application.enrol("Ada")
    window.show_page("live")
    window.show_page("calibration")
    qtbot.waitUntil(lambda: "People: 61" in words_of(page))
    page.measure_again.click()
    qtbot.waitUntil(lambda: len(measured) == 2)


def hold_measurement(
    application: AppHarness, monkeypatch: pytest.MonkeyPatch, goes_on: Event | None = None
) -> list[Calibration]:
    """Make each measurement wait for an event half-way; return the list that collects the results."""
    measured: list[Calibration] = []
    measure = application.calibration.measure

    def held(progress: Callable[[float], None], stopped: Callable[[], bool]) -> Calibration | None:
        progress(0.5)
        if goes_on is not None:
            goes_on.wait(5)
        found = None if stopped() else measure(progress, stopped)
        if found is not None:
            measured.append(found)
        return found

    monkeypatch.setattr(application.calibration, "measure", held)
    return measured


def test_plots_follow_the_theme(window: MainWindow, page: CalibrationPage) -> None:
    canvas = page.similarities.canvas
    assert canvas is not None
    for look in (Theme.LIGHT, Theme.DARK):
        assert window.session.change([(find_setting("appearance.theme"), look)]) is None
        assert canvas.line.pen.color() == theme.colour("accent")
        assert canvas.plot.getAxis("bottom").textPen().color() == theme.colour("muted")


def test_pyqtgraph_is_imported_on_first_use() -> None:
    code = "import sys, app.ui.shell.main_window; sys.exit('pyqtgraph' in sys.modules)"
    assert run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("step", [0, 1, 20, 37, 80, 100])
def test_slider_steps_map_to_promises(step: int) -> None:
    assert step_of(one_in_of(step)) == step


def test_named_promises_are_slider_steps() -> None:
    assert [one_in_of(step) for step in (0, 20, 40, 60, 80, 100)] == [10, *NAMED_ONE_IN, 1_000_000]


def estimate(rate: float | None, errors: int, source: RateSource = RateSource.GALLERY) -> Estimate:
    return Estimate(rate, 0.0, 0.0375, source, Method.WILSON, errors, 100)


def test_unobserved_errors_are_not_reported_as_zero() -> None:
    assert (
        people_texts.false_match_text(estimate(0, 0))
        == "Of a million strangers, at most 38,000 would be taken for a given person"
    )
    assert (
        people_texts.false_non_match_text(estimate(0, 0))
        == "Of a hundred attempts by enrolled people, at most 3.8 would be refused"
    )
    assert (
        people_texts.false_non_match_text(estimate(None, 0, RateSource.NOTHING))
        == "How often enrolled people are refused is unknown"
    )
    assert people_texts.false_non_match_range(estimate(None, 0, RateSource.NOTHING)) == ""
    assert (
        people_texts.false_non_match_text(estimate(0.0123, 3))
        == "Of a hundred attempts by enrolled people, about 1.2 would be refused"
    )
