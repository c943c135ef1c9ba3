"""Migration of stored pictures and guided re-enrolment."""

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.people import Person
from app.core.roles import Role
from app.core.settings.schema import find_setting
from app.services.people.template_migration import TemplateMigrator
from app.ui.shell.main_window import MainWindow
from tests.ui.application import PASSWORDS, AppHarness
from tests.ui.conftest import OpenWindow
from tests.ui.enrolment.test_enrolment_panel import EVERYTHING
from tests.ui.live.test_live_page_layout import clipped_labels, overlapping_controls
from tests.ui.shell.test_page_layout import take

NAMES = ["Ada Lovelace", "Grace Hopper", "Mary Jackson"]


def read(part: QWidget) -> str:
    """Return all visible text of a widget."""
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible()).replace("\u200b", "")


@pytest.fixture
def outdated(application: AppHarness, monkeypatch: pytest.MonkeyPatch) -> list[Person]:
    """Three people without a template, one of them with stored pictures."""
    monkeypatch.setattr(TemplateMigrator, "migrate", lambda _renewal, kept: application.new_templates(len(kept), 1000))
    enrol_with_picture(application, "Zoe")
    return [application.enrol(name, 0) for name in NAMES]


def enrol_with_picture(application: AppHarness, name: str) -> Person:
    """Enrol a person for another model, with a picture."""
    return application.enrol(name, 1, model="mobilefacenet_int8", thumbnail=b"a small JPEG")


@pytest.fixture
def bar_window(outdated: list[Person], window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window that shows the re-enrolment bar."""
    qtbot.waitUntil(lambda: "3 people" in read(window.reenrolment_bar))
    return window


def enrol(window: MainWindow, application: AppHarness, qtbot: QtBot, seed: int) -> None:
    """Give consent, collect samples and store the current person."""
    panel = window.live.enrolment
    qtbot.waitUntil(lambda: panel.consent.isVisible() and panel.consent.agree.isEnabled())
    panel.consent.agree.click()
    qtbot.waitUntil(lambda: application.pipeline.flow is not None)
    take(window, application, range(EVERYTHING), seed)
    qtbot.waitUntil(panel.summary_step.isVisible)


def test_stored_pictures_are_migrated_and_the_others_counted(bar_window: MainWindow, qtbot: QtBot) -> None:
    assert "1 migrated from stored pictures" in read(bar_window.reenrolment_bar)
    bar_window.reenrolment_bar.show_people.click()
    assert bar_window.people.isVisible()
    qtbot.waitUntil(lambda: bar_window.people.model.rowCount() == 3)
    assert not bar_window.reenrolment_bar.later.isVisible()
    bar_window.show_page("live")
    bar_window.reenrolment_bar.later.click()
    assert not bar_window.reenrolment_bar.isVisible()
    bar_window.show_page("people")
    assert bar_window.reenrolment_bar.isVisible()


def test_complete_migration_is_reported_once(
    application: AppHarness, open_window: OpenWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TemplateMigrator, "migrate", lambda _renewal, kept: application.new_templates(len(kept)))
    enrol_with_picture(application, "Zoe")
    window = open_window(application)
    qtbot.waitUntil(lambda: "all people have templates for it" in read(window.reenrolment_bar))
    assert not window.reenrolment_bar.begin.isVisible()
    window.reenrolment_bar.later.click()
    assert not window.reenrolment_bar.isVisible()


def test_people_are_enrolled_one_by_one(
    bar_window: MainWindow, application: AppHarness, outdated: list[Person], qtbot: QtBot
) -> None:
    bar_window.show_page("people")
    bar_window.reenrolment_bar.begin.click()
    assert bar_window.live.isVisible()
    assert f"Re-enrolling {NAMES[0]}" in read(bar_window.live.reenrolment_guide)
    assert "0 of 3 done" in read(bar_window.live.reenrolment_guide)
    assert not bar_window.reenrolment_bar.isVisible()
    enrol(bar_window, application, qtbot, 10)
    finished = bar_window.live.enrolment.summary_step
    qtbot.waitUntil(lambda: "1 of 3 done" in read(bar_window.live.reenrolment_guide))
    assert finished.more.text() == f"Next: {NAMES[1]}"
    finished.more.click()
    assert NAMES[1] in read(bar_window.live.reenrolment_guide)
    enrol(bar_window, application, qtbot, 20)
    qtbot.waitUntil(lambda: "2 of 3 done" in read(bar_window.live.reenrolment_guide))
    finished.more.click()
    enrol(bar_window, application, qtbot, 30)
    qtbot.waitUntil(lambda: not bar_window.live.reenrolment.queue.people)
    assert finished.more.text() == "Enrol another person"
    finished.leave.click()
    assert not bar_window.live.reenrolment_guide.isVisible()
    assert "all people have templates for it" in read(bar_window.reenrolment_bar)


def test_skipped_person_moves_to_the_end(bar_window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    bar_window.reenrolment_bar.begin.click()
    bar_window.live.reenrolment_guide.skip.click()
    assert NAMES[1] in read(bar_window.live.reenrolment_guide)
    qtbot.waitUntil(lambda: queued(application) == [*NAMES[1:], NAMES[0]])
    bar_window.live.reenrolment_guide.skip.click()
    bar_window.live.reenrolment_guide.skip.click()
    assert not bar_window.live.reenrolment_guide.isVisible()
    assert bar_window.reenrolment_bar.isVisible()
    qtbot.waitUntil(lambda: queued(application) == NAMES)


def queued(application: AppHarness) -> list[str]:
    return [person.name for person in application.reenrolment.queue().people]


def test_stopping_keeps_the_queue(
    bar_window: MainWindow, application: AppHarness, outdated: list[Person], qtbot: QtBot
) -> None:
    bar_window.reenrolment_bar.begin.click()
    qtbot.waitUntil(bar_window.live.enrolment.consent.isVisible)
    bar_window.live.reenrolment_guide.later.click()
    assert not bar_window.live.reenrolment_guide.isVisible()
    assert bar_window.reenrolment_bar.begin.text() == "Start"
    bar_window.reenrolment_bar.begin.click()
    assert NAMES[0] in read(bar_window.live.reenrolment_guide)
    application.storage.people.add_templates(outdated[0].id, application.new_templates(2))
    bar_window.live.reenrolment.refresh()
    qtbot.waitUntil(lambda: "1 of 3 done" in read(bar_window.live.reenrolment_guide))
    assert bar_window.live.close_topmost()
    assert bar_window.reenrolment_bar.begin.text() == "Continue"
    assert not bar_window.live.reenrolment_guide.isVisible()


def test_model_change_is_estimated_before_the_restart(
    window: MainWindow, application: AppHarness, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: window.live.reenrolment.queue.model == "mobilefacenet")
    for number in range(12):
        application.enrol(f"Person {number}", 1, thumbnail=b"a small JPEG" if number < 9 else None)
    assert window.session.change([(find_setting("recognition.model"), "mobilefacenet_int8")]) is None
    qtbot.waitUntil(lambda: "12 people" in read(window.reenrolment_bar))
    assert "9 of them" in read(window.reenrolment_bar)
    assert not window.reenrolment_bar.begin.isVisible()
    assert window.session.change([(find_setting("recognition.model"), "mobilefacenet")]) is None
    qtbot.waitUntil(lambda: not window.reenrolment_bar.isVisible())


def test_without_sign_in_nothing_starts(
    application: AppHarness, outdated: list[Person], open_window: OpenWindow, qtbot: QtBot
) -> None:
    application.protect()
    window = open_window(application)
    qtbot.waitUntil(window.lock.isVisible)
    qtbot.wait(100)
    row = application.models.embedder_row
    assert application.storage.templates.counts(row.name, row.space) == {}
    application.roles.sign_in(Role.OPERATOR, PASSWORDS[Role.OPERATOR])
    window.access_to.refresh()
    qtbot.waitUntil(lambda: "3 people" in read(window.reenrolment_bar))


@pytest.mark.parametrize("size", [pytest.param((1280, 800), marks=pytest.mark.soak), (960, 600)])
def test_no_step_is_clipped(bar_window: MainWindow, qtbot: QtBot, size: tuple[int, int]) -> None:
    bar_window.resize(*size)
    for page in ("live", "people"):
        bar_window.show_page(page)
        qtbot.wait(50)
        assert clipped_labels(bar_window) == []
        assert overlapping_controls(bar_window) == []
    bar_window.reenrolment_bar.begin.click()
    qtbot.waitUntil(bar_window.live.enrolment.consent.agree.isEnabled)
    qtbot.waitUntil(lambda: not clipped_labels(bar_window))
    assert overlapping_controls(bar_window) == []
