"""The person card and its actions."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QCalendarWidget, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.core import calendar as days
from app.core.errors import NoFace
from app.core.faces import Pose
from app.core.people import Consent, NegativeTemplate, Person
from app.services.enrolment.enrolment_service import EnrolmentReport, RefusedPicture
from app.ui import theme
from app.ui.people.line_list import LineList
from app.ui.people.people_page import PeoplePage
from app.ui.people.person_card import PersonCard
from app.ui.shell.main_window import MainWindow
from tests.ui.fakes import FakeApplication, person
from tests.ui.live.test_live_page import visible_text

STAMP = datetime(2026, 3, 4, 9, 12, tzinfo=UTC)
_BY_TAB = Qt.FocusPolicy.TabFocus


def small_picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (96, 96), (200, 10, 10)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def page(window: MainWindow, application: FakeApplication, qtbot: QtBot) -> PeoplePage:
    """Ada, with every kind of stored data, and Bob."""
    ada = replace(person("Ada", 3), badge="1042", note="side door", groups=("Lab",))
    application.people.known = [ada, replace(person("Bob", 2), badge="7", groups=("Office",))]
    application.people.consents = [Consent("The newer words.", "2", "en", STAMP), Consent("Old.", "1", "en", STAMP)]
    application.people.anchors = {ada.id: [NegativeTemplate("m1", ada.id, "mobilefacenet", 0.57, STAMP)]}
    application.people.jpeg = small_picture()
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.card.person is not None)
    return window.people


@pytest.fixture
def card(page: PeoplePage) -> PersonCard:
    return page.card


def said(made: LineList, row: int) -> str:
    return str(made.lines.data(made.lines.index(row), Qt.ItemDataRole.AccessibleTextRole))


def test_card_shows_all_stored_data(card: PersonCard) -> None:
    for part in ("Ada", "Active", "1042", "side door", "Lab", "2024"):
        assert part in visible_text(card)
    assert said(card.templates.list, 0).startswith("Straight · 90 %")
    for part in ("Left 18°", "mobilefacenet", "camera", "2024"):
        assert part in said(card.templates.list, 1)
    first = card.templates.list.lines.lines[0]
    assert first.picture is not None
    assert first.picture.width() == 96
    assert "Text 2" in said(card.consents.list, 0)
    assert "Similarity 0.57" in said(card.marks.list, 0)


@pytest.mark.parametrize(
    ("pose", "said"),
    [
        (Pose(0, 0, 0), "Frontal"),
        (Pose(-30, 5, 0), "Right 30°"),
        (Pose(0, 20, 0), "Up 20°"),
        (Pose(10, -20, 0), "Down 20°"),
    ],
)
def test_pose_texts_follow_the_head(card: PersonCard, pose: Pose, said: str) -> None:
    assert card.templates.pose(pose) == said


def test_template_is_retired_and_restored(card: PersonCard, application: FakeApplication, qtbot: QtBot) -> None:
    section = card.templates
    assert not section.retire.isVisible()
    section.list.choose_row(1)
    section.retire.click()
    qtbot.waitUntil(lambda: section.retire.text() == "Use it again")
    assert application.people.retired == {"id-Ada-1"}
    assert section.list.lines.lines[1].faded
    assert "2 in use" in visible_text(card).replace("(s)", "")
    section.retire.click()
    qtbot.waitUntil(lambda: application.people.retired == set())


def test_consent_text_is_shown_on_request(card: PersonCard) -> None:
    section = card.consents
    assert not section.words.isVisible()
    section.show_words.click()
    assert section.words.text() == "The newer words."
    section.list.choose_row(1)
    assert section.words.text() == "Old."
    section.show_words.click()
    assert not section.words.isVisible()


def test_mark_is_removed(card: PersonCard, application: FakeApplication, qtbot: QtBot) -> None:
    card.marks.list.choose_row(0)
    card.marks.remove.click()
    qtbot.waitUntil(lambda: not card.marks.isVisible())
    assert application.people.anchors == {"id-Ada": []}


def test_merge_shows_consequences_and_keeps_either(
    card: PersonCard, application: FakeApplication, qtbot: QtBot
) -> None:
    card.buttons.merge_wanted.emit()
    merging = card.merge_pane
    assert not merging.merge.isEnabled()
    qtbot.keyClicks(merging.search, "bob")
    merging.list.choose_row(0)
    assert "Ada gets" in visible_text(merging)
    assert "The badge 7 is dropped" in visible_text(merging)
    merging.swap.click()
    assert "Bob gets" in visible_text(merging)
    assert "The entry Ada is erased" in visible_text(merging)
    merging.merge.click()
    qtbot.waitUntil(lambda: [p.name for p in application.people.known] == ["Bob"])
    qtbot.waitUntil(lambda: card.name.text() == "Bob")


def test_merge_excludes_the_same_person(card: PersonCard, qtbot: QtBot) -> None:
    card.begin_merge()
    qtbot.keyClicks(card.merge_pane.search, "ada")
    assert not card.merge_pane.list.lines.lines
    assert not card.merge_pane.merge.isEnabled()
    assert card.close_form()


def test_templates_are_added_from_the_camera(window: MainWindow, page: PeoplePage) -> None:
    page.card.buttons.camera_wanted.emit()
    assert window.live.isVisible()
    assert window.live.enrolment.isVisible()


def test_templates_are_added_from_pictures(
    card: PersonCard, application: FakeApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, list[Path], Consent]] = []

    def add(who: Person, paths: list[Path], consent: Consent) -> EnrolmentReport:
        asked.append((who.name, paths, consent))
        application.enrolment.holds_pictures = True
        refused = (RefusedPicture(paths[1], NoFace(path=paths[1])),)
        return EnrolmentReport(application.people.known[0], 1, refused)

    files = [str(tmp_path / name) for name in ("a.jpg", "b.jpg")]
    monkeypatch.setattr(application.enrolment, "enrol_from_pictures", add)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (files, ""))
    card.buttons.pictures_wanted.emit()
    qtbot.waitUntil(lambda: "added" in card.status_message.text)
    assert asked == [("Ada", [Path(file) for file in files], application.people.consents[0])]
    assert not application.enrolment.holds_pictures
    assert "Not added: No face was found in" in card.status_message.text.replace("\u200b", "")


def test_rejected_pictures_are_reported(
    card: PersonCard, application: FakeApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    application.enrolment.save_problem = NoFace(path="a.jpg")
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["a.jpg"], ""))
    card.buttons.pictures_wanted.emit()
    qtbot.waitUntil(lambda: "No face was found" in card.message.text)
    assert card.status_message.text == ""
    assert not application.enrolment.holds_pictures


def test_cancelled_file_dialog_changes_nothing(
    card: PersonCard, application: FakeApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    card.buttons.pictures_wanted.emit()
    assert card.status_message.text == ""
    assert application.people.changes == 0


@pytest.mark.parametrize("begin", ["", "begin_edit", "begin_merge", "begin_erase"])
def test_accessible_names_are_complete(page: PeoplePage, begin: str) -> None:
    page.card.templates.list.choose_row(0)
    page.card.marks.list.choose_row(0)
    if begin:
        getattr(page.card, begin)()
    controls = [part for part in page.findChildren(QWidget) if part.isVisible() and part.focusPolicy() & _BY_TAB]
    assert len(controls) > 8
    unnamed = [part for part in controls if not (part.accessibleName() or getattr(part, "text", str)())]
    assert [part for part in unnamed if not isinstance(part.parentWidget(), QAbstractSpinBox | QCalendarWidget)] == []


def test_day_is_picked_from_the_calendar(card: PersonCard, application: FakeApplication, qtbot: QtBot) -> None:
    card.begin_edit()
    chosen = card.edit_pane.valid_until
    assert not chosen.field.isEnabled()
    qtbot.keyClick(chosen.box, Qt.Key.Key_Space)
    assert chosen.field.isEnabled()
    assert chosen.day == datetime.now().astimezone().date()
    calendar = chosen.field.calendarWidget()
    calendar.setSelectedDate(QDate(2031, 2, 28))
    calendar.clicked.emit(QDate(2031, 2, 28))
    qtbot.keyClick(chosen.field, Qt.Key.Key_Up)
    card.edit_pane.save.click()
    qtbot.waitUntil(lambda: application.people.known[0].valid_until is not None)
    until = application.people.known[0].valid_until
    assert until is not None
    assert (chosen.day, until) == (days.last_valid_day(until), days.end_of_day(chosen.day or date.min))


def test_calendar_uses_theme_colours(card: PersonCard, qapp: QApplication) -> None:
    card.begin_edit()
    calendar = card.edit_pane.delete_after.field.calendarWidget()
    for palette in (theme.LIGHT, theme.HIGH_CONTRAST, theme.DARK):
        theme.apply(qapp, palette)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            assert calendar.weekdayTextFormat(day).foreground().color().name() == palette.text
