"""The people page."""

from datetime import UTC, date, datetime
from threading import Event

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPixmap
from pytestqt.qtbot import QtBot

from app.core import calendar
from app.core.errors import StoreLocked
from app.services.people.people_index import (
    PeopleIndex,
    PeopleOrder,
    Standing,
    TemplateCoverage,
    build_people_index,
    person_entry,
)
from app.ui.people.people_page import PeoplePage
from app.ui.people.people_table import Column
from app.ui.shell.main_window import MainWindow
from app.ui.texts.value_texts import breakable
from tests.fakes.pipeline import person
from tests.ui.application import AppHarness, failing
from tests.ui.live.test_live_page import visible_text


@pytest.fixture
def page(window: MainWindow, application: AppHarness, qtbot: QtBot) -> PeoplePage:
    """Three people, the first one selected."""
    for name in ("Ada", "Bob", "Cleo"):
        application.enrol(name, 2)
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 3 and window.people.card.person is not None)
    return window.people


def choose(page: PeoplePage, row: int, qtbot: QtBot) -> None:
    page.table.selectRow(row)
    wanted = page.model.entry_at(row).person.id
    qtbot.waitUntil(lambda: page.card.person is not None and page.card.person.id == wanted)


def names(page: PeoplePage) -> list[str]:
    return [page.model.entry_at(row).person.name for row in range(page.model.rowCount())]


def test_empty_list_offers_to_enrol(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("people")
    qtbot.waitUntil(lambda: "No people enrolled yet" in visible_text(window.people))
    assert not window.people.card.isVisible()
    window.people.empty.step.click()
    assert window.live.enrolment.isVisible()


def test_search_finds_names(page: PeoplePage, qtbot: QtBot) -> None:
    assert page.count.text() == "3 enrolled"
    qtbot.keyClicks(page.search, "bo")
    assert page.model.rowCount() == 1
    assert page.count.text() == "1 found"
    qtbot.keyClicks(page.search, "zzz")
    assert "No people match" in visible_text(page)
    page.empty.step.click()
    assert page.model.rowCount() == 3
    assert page.search.text() == ""


def test_search_covers_badge_group_and_note(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    application.people.change(application.person("Ada"), badge="1042", note="side door", groups=("Lab",))
    page.refresh()
    qtbot.waitUntil(lambda: page.model.entry_at(0).person.badge == "1042")
    for sought in ("1042", "DOOR", "lab", "ada side"):
        page.search.setText(sought)
        assert names(page) == ["Ada"], sought


def test_filters_by_group_status_and_templates(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    application.people.change(application.person("Bob"), active=False, groups=("Lab",))
    for template in application.people.details("Cleo").templates:
        application.people.retire(template)
    page.refresh()
    qtbot.waitUntil(lambda: page.model.entry_at(1).standing is Standing.INACTIVE)
    page.filters.standing.choose(Standing.INACTIVE)
    assert names(page) == ["Bob"]
    page.filters.standing.choose("")
    page.filters.coverage.choose(TemplateCoverage.NONE)
    assert names(page) == ["Cleo"]
    assert page.filters.reset()
    page.filters.group.choose("Lab")
    assert names(page) == ["Bob"]
    assert page.close_topmost()
    assert names(page) == ["Ada", "Bob", "Cleo"]


def test_removed_group_resets_the_filter(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    ada = application.people.change(application.person("Ada"), groups=("Lab",))
    page.refresh()
    qtbot.waitUntil(lambda: page.model.entry_at(0).person.groups == ("Lab",))
    page.filters.group.choose("Lab")
    assert names(page) == ["Ada"]
    application.people.change(ada, groups=())
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)


def test_sorting_keeps_the_selection(page: PeoplePage, qtbot: QtBot) -> None:
    choose(page, 0, qtbot)
    page.table.sortByColumn(Column.NAME, Qt.SortOrder.DescendingOrder)
    assert names(page) == ["Cleo", "Bob", "Ada"]
    assert page.table.chosen is not None
    assert page.table.chosen.name == "Ada"
    assert page.filters.sorting.accessibleName() == "Sort by: Name, descending"
    page.filters.sorting.choose((PeopleOrder.TEMPLATES, False))
    assert page.table.horizontalHeader().sortIndicatorSection() == Column.TEMPLATES


def test_edit_saves_all_fields(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    choose(page, 1, qtbot)
    page.card.buttons.edit.click()
    editing = page.card.edit_pane
    assert editing.name.text() == "Bob"
    editing.name.setText("Aaron")
    editing.badge.setText("1042")
    editing.groups.setText("Lab, Night shift，Lab")
    editing.note.setPlainText("side door")
    editing.active.setChecked(False)
    editing.delete_after.show_day(date(2030, 1, 31))
    qtbot.keyClick(editing.name, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.card.name.text() == "Aaron")
    changed = application.person("Aaron")
    assert (changed.badge, changed.note, changed.active) == ("1042", "side door", False)
    assert set(changed.groups) == {"Lab", "Night shift"}
    assert changed.delete_after == calendar.end_of_day(date(2030, 1, 31))
    assert changed.valid_from is changed.valid_until is None
    assert page.card.buttons.isVisible()


def test_taken_name_shows_an_error(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    page.card.begin_edit()
    editing = page.card.edit_pane
    editing.name.setText("Bob")
    editing.save.click()
    qtbot.waitUntil(lambda: "is enrolled already" in editing.message.text)
    assert editing.name.property("wrong")
    qtbot.keyClicks(editing.name, "by")
    assert editing.message.text == ""
    assert page.close_topmost()
    assert page.card.name.text() == "Ada"


def test_unchanged_fields_are_not_saved(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    exact = datetime(2030, 1, 31, 15, 30, tzinfo=UTC)
    application.people.change(application.person("Ada"), valid_until=exact, groups=("Lab", "Office"))
    page.refresh()
    qtbot.waitUntil(lambda: page.model.entry_at(0).person.valid_until == exact)
    before = application.people.people_index()
    page.card.begin_edit()
    qtbot.keyClick(page.card.edit_pane.name, Qt.Key.Key_Return)
    assert page.card.buttons.isVisible()
    assert application.people.is_current(before)


def test_erasing_needs_confirmation_and_selects_the_neighbour(
    page: PeoplePage, application: AppHarness, qtbot: QtBot
) -> None:
    choose(page, 1, qtbot)
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Delete)
    erasing = page.card.erase_pane
    qtbot.waitUntil(erasing.isVisible)
    assert erasing.erase.accessibleName() == "Erase Bob permanently"
    assert erasing.keep.hasFocus()
    assert len(application.names) == 3
    erasing.erase.click()
    qtbot.waitUntil(lambda: page.card.name.text() == "Cleo")
    assert application.names == ["Ada", "Cleo"]
    assert not page.message.isVisible()


def test_remaining_traces_are_reported(
    page: PeoplePage, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(application.people, "erase", lambda _: False)
    page.card.begin_erase()
    page.card.erase_pane.erase.click()
    qtbot.waitUntil(page.message.isVisible)
    assert "Another program is using the database" in page.message.text


def test_erasing_the_last_person_shows_the_placeholder(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    for name in ("Bob", "Cleo"):
        application.people.erase(application.person(name))
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 1)
    page.card.begin_erase()
    page.card.erase_pane.erase.click()
    qtbot.waitUntil(page.empty.isVisible)
    assert page.empty.step.hasFocus()
    page.card.begin_erase()
    assert not page.card.isVisible()


def test_failed_erasure_can_be_retried(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    page.card.begin_erase()
    with failing(application.people, StoreLocked(path="people.sqlite3")):
        page.card.erase_pane.erase.click()
        qtbot.waitUntil(lambda: "locked by another program" in page.card.erase_pane.message.text)
    page.card.erase_pane.erase.click()
    qtbot.waitUntil(lambda: len(application.names) == 2)


def test_person_erased_by_another_program_disappears(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    page.card.begin_erase()
    application.people.erase(application.person("Ada"))
    page.card.erase_pane.erase.click()
    qtbot.waitUntil(lambda: page.card.name.text() == "Bob")


def test_change_by_another_process_keeps_the_selection(page: PeoplePage, application: AppHarness, qtbot: QtBot) -> None:
    choose(page, 2, qtbot)
    page.card.begin_edit()
    application.enrol("Abe")
    qtbot.waitUntil(lambda: page.model.rowCount() == 4, timeout=5000)
    assert page.table.chosen is not None
    assert page.table.chosen.name == "Cleo"
    assert page.card.edit_pane.isVisible()


def test_locked_database_offers_retry(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    with failing(application.people, StoreLocked(path="people.sqlite3")):
        window.show_page("people")
        qtbot.waitUntil(lambda: "locked by another program" in visible_text(window.people))
    assert "The list of people cannot be read" in visible_text(window.people)
    application.enrol("Ada")
    window.people.retry_notice.retry.click()
    qtbot.waitUntil(lambda: window.people.model.rowCount() == 1)
    assert not window.people.retry_notice.isVisible()


def test_locked_database_does_not_queue_requests(
    page: PeoplePage, application: AppHarness, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    locked, asked = Event(), []

    def wait_for_the_lock() -> PeopleIndex:
        asked.append(1)
        locked.wait(5)
        return build_people_index(0, [], {}, datetime.now(UTC))

    monkeypatch.setattr(application.people, "people_index", wait_for_the_lock)
    for _ in range(20):
        page.refresh()
    locked.set()
    qtbot.waitUntil(lambda: len(asked) == 2)
    qtbot.wait(50)
    assert len(asked) == 2


def test_large_list_creates_no_object_per_row(page: PeoplePage, application: AppHarness) -> None:
    """Creates no object per row; `tests/benchmarks/people_page.py` measures the time."""
    entries = [person_entry(person(f"Person {number:05}"), 2, datetime.now(UTC)) for number in range(10_000)]
    before = len(page.findChildren(QObject))
    page.table.show_entries(entries, entries[9_000].person.id)
    page.table.render(QPixmap(page.table.size()))
    assert page.table.chosen == entries[9_000].person
    assert len(page.findChildren(QObject)) == before


def test_long_words_wrap() -> None:
    assert breakable("Grace Hopper") == "Grace Hopper"
    assert breakable("a" * 30).replace("\u200b", "") == "a" * 30
    assert max(map(len, breakable("a" * 30).split("\u200b"))) == 12
    assert breakable("/home/grace/people.sqlite3") == "/home/grace/people.sqlite3"


def test_shortcuts_work_with_any_focus(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    application.enrol("Ada")
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.card.person is not None)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    rail = window.rail.button_of("people")
    for key, modifier, is_done in (
        (Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier, window.people.search.hasFocus),
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, window.people.card.edit_pane.isVisible),
    ):
        rail.setFocus()
        qtbot.keyClick(window, key, modifier)
        qtbot.waitUntil(is_done)
