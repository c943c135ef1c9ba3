"""The list of people."""

from threading import Event
from time import perf_counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core.errors import AlreadyEnrolled, StoreLocked
from app.ui.people.page import PeoplePage
from app.ui.people.words import breakable
from app.ui.shell import MainWindow
from tests.ui.fakes import FakeApplication, person
from tests.ui.test_live import words


@pytest.fixture
def page(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> PeoplePage:
    """Three people, the first of whom is chosen."""
    for name in ("Ada", "Bob", "Cleo"):
        application.people.add(person(name, 2))
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 3 and window.people.card.person is not None)
    return window.people


def choose(page: PeoplePage, row: int, qtbot: QtBot) -> None:
    page.table.selectRow(row)
    wanted = page.model.person_at(row).id
    qtbot.waitUntil(lambda: page.card.person is not None and page.card.person.id == wanted)


def test_nobody_yet_offers_to_enrol(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("people")
    qtbot.waitUntil(lambda: "Nobody is enrolled yet" in words(window.people))
    assert not window.people.card.isVisible()
    window.people.empty.step.click()
    assert window.live.enrolment.isVisible()


def test_searching(page: PeoplePage, qtbot: QtBot) -> None:
    assert page.count.text() == "3 enrolled"
    qtbot.keyClicks(page.search, "bo")
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    assert page.count.text() == "1 found"
    qtbot.keyClicks(page.search, "zzz")
    qtbot.waitUntil(page.empty.isVisible)
    assert "Nobody has a name with “bozzz” in it" in words(page)
    page.empty.step.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)


def test_shows_the_templates(page: PeoplePage) -> None:
    templates = page.card.templates.templates
    assert templates.rowCount() == 2
    said = str(templates.data(templates.index(0)))
    for part in ("camera", "Quality 90 %", "mobilefacenet", "2024"):
        assert part in said


def test_renaming(page: PeoplePage, qtbot: QtBot) -> None:
    choose(page, 1, qtbot)
    page.card.rename.click()
    assert page.card.field.text() == "Bob"
    page.card.field.setText("Aaron")
    qtbot.keyClick(page.card.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.card.name.text() == "Aaron")
    assert page.table.chosen is not None
    assert page.table.chosen.name == "Aaron"
    assert page.card.rename.isVisible()


def test_a_name_that_is_taken_is_said_beside_the_field(
    page: PeoplePage, application: FakeApplication, qtbot: QtBot
) -> None:
    page.card.begin_rename()
    application.people.problem = AlreadyEnrolled(name="Bob")
    page.card.field.setText("Bob")
    page.card.keep_name.click()
    qtbot.waitUntil(lambda: "is enrolled already" in page.card.message.text)
    application.people.problem = None
    qtbot.keyClicks(page.card.field, "by")
    assert page.card.message.text == ""
    assert page.close_topmost()
    assert page.card.name.text() == "Ada"


def test_the_same_name_changes_nothing(page: PeoplePage, application: FakeApplication, qtbot: QtBot) -> None:
    page.card.begin_rename()
    qtbot.keyClick(page.card.field, Qt.Key.Key_Return)
    assert page.card.rename.isVisible()
    assert application.people.changes == 3


def test_deleting_takes_two_presses_and_leaves_the_neighbour_chosen(
    page: PeoplePage, application: FakeApplication, qtbot: QtBot
) -> None:
    choose(page, 1, qtbot)
    page.card.delete.click()
    assert page.card.really_delete.text() == "Delete Bob for good"
    assert page.card.keep.hasFocus()
    assert len(application.people.known) == 3
    page.card.really_delete.click()
    qtbot.waitUntil(lambda: page.card.name.text() == "Cleo")
    assert [p.name for p in application.people.known] == ["Ada", "Cleo"]


def test_deleting_the_last_one_leads_to_the_empty_page(
    page: PeoplePage, application: FakeApplication, qtbot: QtBot
) -> None:
    application.people.known = application.people.known[:1]
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    page.card.begin_delete()
    page.card.really_delete.click()
    qtbot.waitUntil(page.empty.isVisible)
    assert page.empty.step.hasFocus()
    page.card.begin_delete()
    assert not page.card.isVisible()


def test_a_delete_that_fails_can_be_tried_again(page: PeoplePage, application: FakeApplication, qtbot: QtBot) -> None:
    page.card.begin_delete()
    application.people.problem = StoreLocked(path="people.sqlite3")
    page.card.really_delete.click()
    qtbot.waitUntil(lambda: "locked by another program" in page.card.message.text)
    application.people.problem = None
    page.card.really_delete.click()
    qtbot.waitUntil(lambda: len(application.people.known) == 2)


def test_a_change_by_another_process_is_seen_and_the_choice_kept(
    page: PeoplePage, application: FakeApplication, qtbot: QtBot
) -> None:
    choose(page, 2, qtbot)
    page.card.begin_rename()
    application.people.add(person("Abe"))
    qtbot.waitUntil(lambda: page.model.rowCount() == 4, timeout=5000)
    assert page.table.chosen is not None
    assert page.table.chosen.name == "Cleo"
    assert page.card.field.isVisible()


def test_a_locked_database_is_said_with_another_try(
    window: MainWindow, application: FakeApplication, qtbot: QtBot
) -> None:
    application.people.problem = StoreLocked(path="people.sqlite3")
    window.show_page("people")
    qtbot.waitUntil(lambda: "locked by another program" in words(window.people))
    assert "Who is enrolled cannot be read" in words(window.people)
    application.people.problem = None
    application.people.known = [person("Ada")]
    window.people.trouble.retry.click()
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 1)
    assert not window.people.trouble.isVisible()


def test_no_questions_pile_up_while_the_database_is_locked(
    page: PeoplePage, application: FakeApplication, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    locked, asked = Event(), []

    def wait_for_the_lock() -> int:
        asked.append(1)
        locked.wait(5)
        return application.people.changes

    monkeypatch.setattr(application.people, "revision", wait_for_the_lock)
    for _ in range(20):
        page.refresh()
    locked.set()
    qtbot.waitUntil(lambda: len(asked) == 2)
    qtbot.wait(50)
    assert len(asked) == 2


def test_ten_thousand_people(page: PeoplePage, application: FakeApplication) -> None:
    everybody = application.people.known = [person(f"Person {number:05}") for number in range(10_000)]
    began = perf_counter()
    page.table.show_people(everybody, everybody[9_000].id)
    page.table.render(QPixmap(page.table.size()))
    showing = perf_counter() - began
    began = perf_counter()
    for place in range(0, 100_000, 1_000):
        page.table.verticalScrollBar().setValue(place)
        QApplication.processEvents()
    scrolling = (perf_counter() - began) / 100
    assert page.table.chosen == everybody[9_000]
    assert showing < 0.5
    assert scrolling < 0.05


def test_long_words_can_be_broken() -> None:
    assert breakable("Grace Hopper") == "Grace Hopper"
    assert breakable("a" * 30).replace("\u200b", "") == "a" * 30
    assert max(map(len, breakable("a" * 30).split("\u200b"))) == 12
    assert breakable("/home/grace/people.sqlite3") == "/home/grace/people.sqlite3"
