"""Enrolling beside the picture, and the list of people."""

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.errors import AlreadyEnrolled, StoreFull, StoreLocked
from app.flows.enrolment import EnrolmentState
from app.ui.people.model import PeopleModel
from app.ui.shell import MainWindow
from tests.ui.conftest import show
from tests.ui.fakes import FakeApplication, analyzed, person, result, seen
from tests.ui.test_live import words

sys.path.insert(0, str(Path(__file__).parents[2] / "packaging"))


def begin(window: MainWindow, qtbot: QtBot, name: str = "Ada") -> None:
    window.live.begin_enrolment()
    qtbot.keyClicks(window.live.enrolment.naming.field, name)
    qtbot.waitUntil(window.live.enrolment.naming.start.isEnabled)
    qtbot.keyClick(window.live.enrolment.naming.field, Qt.Key.Key_Return)


def take_pictures(window: MainWindow, application: FakeApplication, count: int = 5) -> None:
    flow = application.pipeline.flow
    assert flow is not None
    for i in range(count):
        status = flow.observe([analyzed()], i)
        show(window, application, result(seen(), enrolment=status))


def test_a_person_is_enrolled(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    begin(window, qtbot)
    qtbot.waitUntil(lambda: application.pipeline.flow is not None)
    take_pictures(window, application, 3)
    assert "3 of 5 pictures" in words(window.live.enrolment)
    take_pictures(window, application, 5)
    qtbot.waitUntil(lambda: "Ada is enrolled" in words(window.live.enrolment))
    assert application.enrolment.saved == [("Ada", 5, "Logitech C920")]
    assert application.pipeline.flow is None


def test_leaving_half_way_leaves_nothing(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    begin(window, qtbot)
    qtbot.waitUntil(lambda: application.pipeline.flow is not None)
    flow = application.pipeline.flow
    assert flow is not None
    take_pictures(window, application, 2)
    window.live.enrolment.cancel()
    assert flow.status.state is EnrolmentState.CANCELLED
    assert application.pipeline.flow is None
    assert application.enrolment.saved == []
    assert not window.live.enrolment.isVisible()


def test_a_taken_name_is_said_while_typing(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    application.enrolment.name_problem = AlreadyEnrolled(name="Ada")
    window.live.begin_enrolment()
    qtbot.keyClicks(window.live.enrolment.naming.field, "Ada")
    qtbot.waitUntil(lambda: "is enrolled already" in words(window.live.enrolment))
    assert not window.live.enrolment.naming.start.isEnabled()
    assert application.pipeline.flow is None


def test_a_full_disk_keeps_the_pictures_for_another_try(
    window: MainWindow, application: FakeApplication, qtbot: QtBot
) -> None:
    application.enrolment.save_problem = StoreFull(path="people.sqlite3")
    begin(window, qtbot)
    qtbot.waitUntil(lambda: application.pipeline.flow is not None)
    take_pictures(window, application)
    qtbot.waitUntil(lambda: "no room left" in words(window.live.enrolment))
    application.enrolment.save_problem = None
    window.live.enrolment.taking.retry.click()
    qtbot.waitUntil(lambda: application.enrolment.saved != [])
    assert application.enrolment.saved[0][1] == 5


def test_too_long_says_so_and_offers_another_try(
    window: MainWindow, application: FakeApplication, qtbot: QtBot
) -> None:
    begin(window, qtbot)
    qtbot.waitUntil(lambda: application.pipeline.flow is not None)
    flow = application.pipeline.flow
    assert flow is not None
    flow.observe([], 0)
    show(window, application, result(enrolment=flow.observe([], 31_000_000_000)))
    assert "That took too long" in words(window.live.enrolment)
    assert window.live.enrolment.taking.retry.isVisible()


@pytest.fixture
def people(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> MainWindow:
    for name in ("Ada", "Bob", "Cleo"):
        application.people.add(person(name, 2))
    window.show_page(1)
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 3)
    qtbot.waitUntil(lambda: window.people.card.person is not None)
    return window


def test_nobody_yet_offers_to_enrol(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page(1)
    qtbot.waitUntil(lambda: "Nobody is enrolled yet" in words(window.people))
    window.people.empty.step.click()
    assert window.live.enrolment.isVisible()


def test_searching(people: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClicks(people.people.search, "bo")
    qtbot.waitUntil(lambda: people.people.model.rowCount() == 1)
    qtbot.keyClicks(people.people.search, "zzz")
    qtbot.waitUntil(people.people.empty.isVisible)


def test_renaming_and_a_name_that_is_taken(people: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    card = people.people.card
    card.begin_rename()
    card.field.setText("Ada Lovelace")
    card.keep_name.click()
    qtbot.waitUntil(lambda: "Ada Lovelace" in [p.name for p in application.people.known])
    card.begin_rename()
    application.people.problem = AlreadyEnrolled(name="Bob")
    card.field.setText("Bob")
    card.keep_name.click()
    qtbot.waitUntil(lambda: "is enrolled already" in words(card))
    application.people.problem = None


def test_deleting_takes_two_presses(people: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    card = people.people.card
    assert card.person is not None
    name = card.person.name
    card.begin_delete()
    assert len(application.people.known) == 3
    card.really_delete.click()
    qtbot.waitUntil(lambda: name not in [p.name for p in application.people.known])
    qtbot.waitUntil(lambda: people.people.model.rowCount() == 2)


def test_a_change_by_another_process_is_seen(people: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    application.people.add(person("Dora"))
    qtbot.waitUntil(lambda: people.people.model.rowCount() == 4, timeout=3000)


def test_a_locked_database_is_said(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> None:
    application.people.problem = StoreLocked(path="people.sqlite3")
    window.show_page(1)
    qtbot.waitUntil(lambda: "locked by another program" in words(window.people))
    application.people.problem = None


def test_ten_thousand_people_fit_the_list() -> None:
    model = PeopleModel()
    model.show_people([person(f"Person {i}") for i in range(10_000)])
    assert model.rowCount() == 10_000
    assert model.person_at(9_999).name == "Person 9999"
    assert model.data(model.index(5_000, 0)) == "Person 5000"


def test_every_text_is_translated() -> None:
    import translations

    assert translations.problems() == []
