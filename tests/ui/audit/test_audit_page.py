"""The audit page, operated by keyboard where possible."""

import json
from datetime import date, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from threading import Event
from time import perf_counter
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.core.audit import AuditEntry, AuditEvent, AuditKind, AuditQuery
from app.core.errors import StoreLocked
from app.core.people import Person
from app.core.settings.sections import Language, Theme
from app.services.audit.audit_service import AuditLine
from app.store.people.repository import PeopleRepository
from app.ui.audit.audit_page import AuditPage
from app.ui.audit.audit_table import Column
from app.ui.audit.filter_bar import Period, period_start
from app.ui.shell.main_window import MainWindow
from app.ui.texts import audit_texts as audit_words
from app.ui.texts.audit_texts import EventGroup
from tests.ui.application import EPOCH, AppHarness, FixedClock, failing
from tests.ui.conftest import OpenWindow
from tests.ui.live.test_live_page import visible_text
from tests.ui.live.test_live_page_layout import clipped_labels, overlapping_controls

CONTROL = Qt.KeyboardModifier.ControlModifier


def write_events(application: AppHarness) -> None:
    """Write five events, one of them the enrolment of Ada."""
    ada = enrol_at(application, "Ada")
    application.write_event(AuditKind.FACE_ACCEPTED, ada.id, similarity=0.71, threshold=0.53)
    application.write_event(
        AuditKind.FACE_REJECTED, gate="quality", hint="too-dark", setting="min_brightness", value=31.2, limit=40.0
    )
    application.write_event(AuditKind.UNLOCKED, ada.id, "kiosk Door", at=EPOCH + timedelta(days=1))
    application.write_event(AuditKind.SETTINGS_CHANGED, section="camera", name="source", old="0", new="demo")


def enrol_at(application: AppHarness, name: str) -> Person:
    """Enrol a person by a command at the time of the other events."""
    people = PeopleRepository(application.storage.database, FixedClock(EPOCH), "command")
    return people.add(name, application.new_templates(5))


@pytest.fixture
def page(window: MainWindow, application: AppHarness, qtbot: QtBot) -> AuditPage:
    """Five events, the newest one selected."""
    write_events(application)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.show_page("audit")
    qtbot.waitUntil(lambda: window.audit.model.rowCount() == 5 and window.audit.count.text() == "5 listed")
    return window.audit


def has_rows(page: AuditPage, count: int) -> bool:
    return page.model.rowCount() == count


def shown(page: AuditPage, column: Column = Column.WHAT) -> list[str]:
    return [str(page.model.index(row, column).data()) for row in range(page.model.rowCount())]


def wait_for(page: AuditPage, qtbot: QtBot, *expected: str) -> None:
    qtbot.waitUntil(lambda: shown(page) == list(expected))


def test_events_are_listed_newest_first(page: AuditPage) -> None:
    assert shown(page) == ["Setting changed", "Unlocked", "Not recognised", "Recognised", "Enrolled"]
    assert shown(page, Column.WHO) == ["", "Ada", "", "Ada", "Ada"]
    assert shown(page, Column.WHY) == [
        "camera.source: 0 → demo",
        "",
        "Too dark: 31, needs 40.",
        "Similarity 0.71, needs 0.53",
        "Templates: 5",
    ]
    assert shown(page, Column.BY) == ["Window", "Kiosk Door", "Window", "Window", "Command"]


def test_empty_log_shows_the_placeholder(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("audit")
    qtbot.waitUntil(lambda: "No events yet" in visible_text(window.audit))
    assert not window.audit.card.isVisible()


def test_arrow_keys_move_through_events(page: AuditPage, qtbot: QtBot) -> None:
    page.table.setFocus()
    for _ in range(2):
        qtbot.keyClick(page.table, Qt.Key.Key_Down)
    text = visible_text(page.card)
    assert "Not recognised" in text
    assert "Too dark: 31, needs 40." in text
    assert "Turn on a light or face the window." in text
    assert "Too dark: 31, needs 40." in page.card.accessibleName()


def test_event_card_shows_all_details(page: AuditPage, application: AppHarness, qtbot: QtBot) -> None:
    details: dict[str, Any] = {
        "similarity": 0.42,
        "threshold": 0.53,
        "runner_up": 0.2,
        "fmr": 0.004,
        "nearest": "3f2a9c01" * 4,
        "operating_point": "1e-4",
        "first_frame": 7,
        "last_frame": 9,
        "frames": 3,
        "gate": "similarity",
        "value": 0.42,
        "limit": 0.53,
        "unheard_of": True,
    }
    application.write_event(AuditKind.FACE_REJECTED, **details)
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 6)
    page.table.selectRow(0)
    qtbot.waitUntil(lambda: "1 in 250" in visible_text(page.card))
    text = visible_text(page.card)
    for part in ("Not similar enough: 0.42, needs 0.53.", "1 in 250", "erased person 3f2a", "7 to 9, 3 of them"):
        assert part in text
    assert "For each person: 1 stranger in 10,000" in text
    assert "Unheard of | yes" in text
    assert "gate" not in text.casefold()


def test_erased_person_has_a_pseudonym(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    ada = application.enrol("Ada")
    application.people.erase(ada)
    window.show_page("audit")
    qtbot.waitUntil(lambda: window.audit.model.rowCount() == 2)
    assert shown(window.audit, Column.WHO) == [f"erased person {ada.id[:4]}"] * 2


def test_search_by_keyboard(page: AuditPage, window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_F, CONTROL)
    assert page.filters.search.hasFocus()
    qtbot.keyClicks(page.filters.search, "TOO dark")
    wait_for(page, qtbot, "Not recognised")
    assert page.count.text() == "1 listed"
    qtbot.keyClicks(page.filters.search, "zzz")
    qtbot.waitUntil(page.empty.isVisible)
    assert "No events match" in visible_text(page)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)
    assert page.filters.search.text() == ""


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (EventGroup.FACES, ["Not recognised", "Recognised"]),
        (EventGroup.PEOPLE, ["Enrolled"]),
        (EventGroup.KIOSK, ["Unlocked"]),
        (EventGroup.PROGRAM, ["Setting changed"]),
        (None, ["Setting changed", "Unlocked", "Not recognised", "Recognised", "Enrolled"]),
    ],
)
def test_kind_filter_uses_groups(page: AuditPage, qtbot: QtBot, group: EventGroup | None, expected: list[str]) -> None:
    page.filters.kinds.choose(group)
    wait_for(page, qtbot, *expected)


def test_menu_offers_the_choices(page: AuditPage, qtbot: QtBot) -> None:
    for picker, chosen, expected in (
        (page.filters.kinds, "Kiosk", ["Unlocked"]),
        (page.filters.actors, "Command", []),
    ):
        picker.menu().aboutToShow.emit()
        next(action for action in picker.menu().actions() if action.text() == chosen).trigger()
        wait_for(page, qtbot, *expected)
    assert page.filters.kinds.accessibleName() == "Kind: Kiosk"
    page.empty.step.click()
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)


def test_period_filter_by_days(page: AuditPage, qtbot: QtBot) -> None:
    page.filters.periods.choose(Period.DAYS)
    assert page.filters.days.isVisible()
    for optional in (page.filters.days.first, page.filters.days.last):
        optional.show_day((EPOCH.astimezone() + timedelta(days=1)).date())
    page.filters.days.changed.emit()
    wait_for(page, qtbot, "Unlocked")
    page.filters.periods.choose(Period.TODAY)
    qtbot.waitUntil(page.empty.isVisible)
    assert not page.filters.days.isVisible()


def test_period_starts_at_midnight() -> None:
    today = date(2026, 3, 4)
    assert period_start(Period.ALWAYS, today) is None
    for period, day in ((Period.TODAY, 4), (Period.WEEK, 26), (Period.MONTH, 3)):
        began = period_start(period, today)
        assert began is not None
        assert (began.astimezone().day, began.astimezone().hour) == (day, 0)


def test_range_may_be_open(page: AuditPage) -> None:
    page.filters.periods.choose(Period.DAYS)
    assert page.filters.wanted.query.since is not None
    assert page.filters.wanted.query.until is None


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_person_filter_from_text_or_event(
    page: AuditPage, application: AppHarness, window: MainWindow, qtbot: QtBot
) -> None:
    field = page.filters.person
    field.setFocus()
    qtbot.keyClicks(field, "Ada")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    wait_for(page, qtbot, "Unlocked", "Recognised", "Enrolled")
    assert field.text() == "Ada"
    field.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)
    page.table.selectRow(1)
    page.card.only.click()
    wait_for(page, qtbot, "Unlocked", "Recognised", "Enrolled")
    assert field.text() == "Ada"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_names_are_suggested(page: AuditPage, application: AppHarness, qtbot: QtBot) -> None:
    application.enrol("Bob")
    qtbot.keyClicks(page.filters.person, "b")
    qtbot.waitUntil(lambda: page.filters.person._names.stringList() == ["Bob"])


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
def test_unknown_name_does_not_filter(page: AuditPage, application: AppHarness, qtbot: QtBot) -> None:
    with failing(application.people, StoreLocked(path="people.sqlite3")):
        qtbot.keyClicks(page.filters.person, "Eve")
        qtbot.keyClick(page.filters.person, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: page.filters.person.property("wrong") == "true")
    assert page.filters.wanted.query.subject == ""
    qtbot.keyClicks(page.filters.person, "x")
    assert page.filters.person.property("wrong") == "false"


def test_new_events_keep_the_scroll_position(page: AuditPage, application: AppHarness, qtbot: QtBot) -> None:
    page.table.selectRow(2)
    chosen = page.table.chosen
    application.write_event(AuditKind.DENIED, actor="kiosk Door")
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 6)
    assert shown(page)[0] == "Denied"
    assert page.table.chosen is chosen
    assert page.count.text() == "6 listed"


def test_new_events_are_filtered(page: AuditPage, application: AppHarness, qtbot: QtBot) -> None:
    page.filters.kinds.choose(EventGroup.FACES)
    wait_for(page, qtbot, "Not recognised", "Recognised")
    application.write_event(AuditKind.DENIED)
    application.write_event(AuditKind.FACE_ACCEPTED, application.person("Ada").id)
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 3)
    assert shown(page) == ["Recognised", "Not recognised", "Recognised"]


def test_rename_updates_older_events(page: AuditPage, application: AppHarness, qtbot: QtBot) -> None:
    application.people.rename(application.person("Ada"), "Countess Ada")
    page.refresh()
    qtbot.waitUntil(lambda: "Countess Ada" in shown(page, Column.WHO))
    assert page.model.rowCount() == 6


def test_locked_database_offers_retry(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    with failing(application.audit, StoreLocked(path="people.sqlite3")):
        window.show_page("audit")
        qtbot.waitUntil(lambda: "locked by another program" in visible_text(window.audit))
    assert "The audit log cannot be read" in visible_text(window.audit)
    write_events(application)
    window.audit.retry_notice.retry.click()
    qtbot.waitUntil(lambda: window.audit.model.rowCount() == 5)
    assert not window.audit.retry_notice.isVisible()


def test_error_keeps_the_list_and_clears_itself(page: AuditPage, application: AppHarness, qtbot: QtBot) -> None:
    with failing(application.audit, StoreLocked(path="people.sqlite3")):
        page.refresh()
        qtbot.waitUntil(page.retry_notice.isVisible)
    assert page.model.rowCount() == 5
    page.refresh()
    qtbot.waitUntil(lambda: not page.retry_notice.isVisible())
    assert page.model.rowCount() == 5


def test_large_log_is_read_page_by_page(
    window: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate_events(application, monkeypatch, 100_000)
    window.show_page("audit")
    page = window.audit
    qtbot.waitUntil(lambda: page.count.text() == "100,000 listed")
    assert page.model.rowCount() == 200
    for known in (400, 600):
        page.table.verticalScrollBar().setValue(page.table.verticalScrollBar().maximum())
        qtbot.waitUntil(partial(has_rows, page, known))
    began = perf_counter()
    for place in range(0, 20_000, 200):
        page.table.verticalScrollBar().setValue(place)
        QApplication.processEvents()
    page.table.render(QPixmap(page.table.size()))
    assert (perf_counter() - began) / 100 < 0.05


def test_search_covers_all_events_and_can_be_stopped(
    window: MainWindow, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    audit = application.audit
    generate_events(application, monkeypatch, 2_000, first=AuditKind.PERSON_ERASED)
    window.show_page("audit")
    page = window.audit
    qtbot.waitUntil(lambda: page.model.rowCount() == 200)
    page.filters.search.setText("erased")
    wait_for(page, qtbot, "Erased")
    qtbot.waitUntil(lambda: page.count.text() == "1 listed")
    held, asked = Event(), 0
    slow = audit.lines

    def lines(query: AuditQuery, limit: int = 200) -> list[AuditLine]:
        nonlocal asked
        asked += 1
        held.wait(5)
        return slow(query, limit)

    monkeypatch.setattr(audit, "lines", lines)
    page.filters.search.setText("nothing of the kind")
    qtbot.waitUntil(lambda: not page.filters._delay.isActive())
    page.filters.search.setText("")
    qtbot.waitUntil(lambda: not page.filters._delay.isActive())
    held.set()
    qtbot.waitUntil(lambda: page.model.rowCount() == 200)
    assert asked < 6


def generate_events(
    application: AppHarness, monkeypatch: pytest.MonkeyPatch, count: int, first: AuditKind = AuditKind.UNLOCKED
) -> None:
    """Let the audit service return generated events: writing so many would take minutes."""
    kinds = {1: first}
    events = [
        AuditEvent(number, EPOCH, AuditEntry(kinds.get(number, AuditKind.UNLOCKED), "", "kiosk Door", {}))
        for number in range(count, 0, -1)
    ]

    def meant(query: AuditQuery) -> list[AuditEvent]:
        newest = len(events) if query.before is None else query.before - 1
        return [one for one in events[len(events) - newest :] if query.after is None or one.id > query.after]

    def lines(query: AuditQuery, limit: int = 200) -> list[AuditLine]:
        found = (one for one in meant(query) if not query.kinds or one.entry.kind in query.kinds)
        return [AuditLine(event, "") for event in islice(found, limit)]

    monkeypatch.setattr(application.audit, "lines", lines)
    monkeypatch.setattr(application.audit, "count", lambda query: len(meant(query)))
    monkeypatch.setattr(application.audit, "newest", lambda: count)


def choose_file(monkeypatch: pytest.MonkeyPatch, path: Path | str, kind: str = "CSV (*.csv)") -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), kind))


@pytest.mark.parametrize(("kind", "ending"), [("CSV (*.csv)", ".csv"), ("JSON (*.json)", ".json")])
def test_listed_events_are_exported_by_keyboard(
    page: AuditPage,
    window: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    ending: str,
) -> None:
    choose_file(monkeypatch, tmp_path / "trail", kind)
    page.filters.search.setText("ada")
    wait_for(page, qtbot, "Unlocked", "Recognised", "Enrolled")
    qtbot.keyClick(window, Qt.Key.Key_S, CONTROL)
    qtbot.waitUntil(lambda: "Events in the file: 3" in visible_text(page.exporting))
    written = (tmp_path / f"trail{ending}").read_text("utf-8-sig")
    assert "person-enrolled" in written
    assert "settings-changed" not in written
    if ending == ".json":
        assert len(json.loads(written)["events"]) == 3
    qtbot.waitUntil(page.exporting.leave.hasFocus)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not page.exporting.isVisible()
    assert page.filters.search.text() == "ada"


def test_failed_export_shows_an_error(
    page: AuditPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_file(monkeypatch, tmp_path / "nowhere" / "trail.csv")
    page.export.click()
    qtbot.waitUntil(lambda: "The file cannot be written" in visible_text(page.exporting))
    assert "No such file or directory" in visible_text(page.exporting)
    page.exporting.leave.click()
    assert not page.exporting.isVisible()


def test_stopped_export_leaves_no_file(
    page: AuditPage, application: AppHarness, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generate_events(application, monkeypatch, 5_000)
    choose_file(monkeypatch, tmp_path / "trail.csv")
    page.export.click()
    page.exporting.close_bar()
    qtbot.waitUntil(lambda: "Stopped" in visible_text(page.exporting))
    assert not page.exporting.is_writing
    assert list(tmp_path.glob("trail*")) == []


def test_cancelled_file_dialog_exports_nothing(page: AuditPage, monkeypatch: pytest.MonkeyPatch) -> None:
    choose_file(monkeypatch, "")
    page.export.click()
    assert not page.exporting.isVisible()


@pytest.mark.parametrize("kind", list(AuditKind))
def test_every_kind_has_name_icon_and_group(kind: AuditKind) -> None:
    assert audit_words.event_name(kind)
    assert all(audit_words.event_icon(kind))
    assert kind in audit_words.group_of(kind).kinds


@pytest.mark.parametrize("size", [pytest.param((1280, 800), marks=pytest.mark.soak), (960, 600)])
@pytest.mark.parametrize("look", [Theme.DARK, Theme.LIGHT, Theme.HIGH_CONTRAST])
def test_no_state_is_clipped_or_overlaps(
    open_window: OpenWindow, qtbot: QtBot, look: Theme, size: tuple[int, int], tmp_path: Path
) -> None:
    application = AppHarness(look, Language.ENGLISH)
    window = open_window(application)
    window.resize(*size)
    window.show_page("audit")
    page = window.audit
    qtbot.waitUntil(page.empty.isVisible)
    assert clipped_labels(page) == overlapping_controls(page) == []
    write_events(application)
    page.refresh()
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)
    page.table.selectRow(2)
    page.filters.periods.choose(Period.DAYS)
    qtbot.waitUntil(page.empty.isVisible)
    assert clipped_labels(page) == overlapping_controls(page) == []
    page.filters.clear()
    qtbot.waitUntil(lambda: page.model.rowCount() == 5)
    pages = page.filters.wanted.pages
    page.exporting.begin(tmp_path / "nowhere" / "trail.csv", lambda: pages(application.audit), application.audit.signer)
    qtbot.waitUntil(lambda: not page.exporting.is_writing)
    QApplication.processEvents()
    assert clipped_labels(page) == overlapping_controls(page) == []


def test_language_change_updates_the_page(page: AuditPage, window: MainWindow, qtbot: QtBot) -> None:
    page.retranslate()
    page.card.retranslate()
    assert shown(page)[0] == "Setting changed"
    assert page.filters.kinds.text() == "Everything"
