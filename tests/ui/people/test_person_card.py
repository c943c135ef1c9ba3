"""The person card and its actions."""

from datetime import UTC, date, datetime, timedelta
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
from app.core.people import Consent, Person
from app.services.enrolment.enrolment_service import EnrolmentReport, RefusedPicture
from app.ui import theme
from app.ui.people.line_list import LineList
from app.ui.people.people_page import PeoplePage
from app.ui.people.person_card import PersonCard
from app.ui.shell.main_window import MainWindow
from tests.fakes.pipeline import embedding
from tests.ui.application import AppHarness, failing
from tests.ui.live.test_live_page import visible_text

STAMP = datetime(2026, 3, 4, 9, 12, tzinfo=UTC)
OLDER = Consent("Old.", "1", "en", STAMP)
NEWER = Consent("The newer words.", "2", "en", STAMP + timedelta(days=1))
_BY_TAB = Qt.FocusPolicy.TabFocus


def small_picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (96, 96), (200, 10, 10)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def page(window: MainWindow, application: AppHarness, qtbot: QtBot) -> PeoplePage:
    """Ada, with every kind of stored data, and Bob."""
    ada = application.enrol(
        "Ada", 3, thumbnail=small_picture(), consent=OLDER, badge="1042", note="side door", groups=("Lab",)
    )
    application.storage.people.add_templates(ada.id, [], consent=NEWER)
    application.people.add_negative_template(ada, embedding(9), application.matcher.model_sha256, 0.57)
    application.enrol("Bob", 2, badge="7", groups=("Office",))
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.card.person is not None)
    return window.people


@pytest.fixture
def card(page: PeoplePage) -> PersonCard:
    return page.card


def said(made: LineList, row: int) -> str:
    return str(made.lines.data(made.lines.index(row), Qt.ItemDataRole.AccessibleTextRole))


def test_card_shows_all_stored_data(card: PersonCard) -> None:
    for part in ("Ada", "Active", "1042", "side door", "Lab", str(datetime.now(UTC).year)):
        assert part in visible_text(card)
    listed = [said(card.templates.list, row) for row in range(3)]
    assert any(line.startswith("Frontal · 90 %") for line in listed)
    assert any(line.startswith("Left 18° · 90 %") for line in listed)
    assert all("mobilefacenet" in line and "camera" in line for line in listed)
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


def test_template_is_retired_and_restored(card: PersonCard, application: AppHarness, qtbot: QtBot) -> None:
    section = card.templates
    assert not section.retire.isVisible()
    section.list.choose_row(1)
    section.retire.click()
    qtbot.waitUntil(lambda: section.retire.text() == "Use it again")
    assert [template.retired_at is not None for template in application.people.details("Ada").templates] == [
        False,
        True,
        False,
    ]
    assert section.list.lines.lines[1].faded
    assert "2 in use" in visible_text(card).replace("(s)", "")
    section.retire.click()
    qtbot.waitUntil(lambda: application.person("Ada").templates == 3)


def test_consent_text_is_shown_on_request(card: PersonCard) -> None:
    section = card.consents
    assert not section.words.isVisible()
    section.show_words.click()
    assert section.words.text() == "The newer words."
    section.list.choose_row(1)
    assert section.words.text() == "Old."
    section.show_words.click()
    assert not section.words.isVisible()


def test_mark_is_removed(card: PersonCard, application: AppHarness, qtbot: QtBot) -> None:
    card.marks.list.choose_row(0)
    card.marks.remove.click()
    qtbot.waitUntil(lambda: not card.marks.isVisible())
    assert application.people.details("Ada").negative_templates == ()


def test_merge_shows_consequences_and_keeps_either(card: PersonCard, application: AppHarness, qtbot: QtBot) -> None:
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
    qtbot.waitUntil(lambda: application.names == ["Bob"])
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
    card: PersonCard, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, list[Path], Consent]] = []

    def add(who: Person, paths: list[Path], consent: Consent) -> EnrolmentReport:
        asked.append((who.name, paths, consent))
        refused = (RefusedPicture(paths[1], NoFace(path=paths[1])),)
        return EnrolmentReport(application.person("Ada"), 1, refused)

    files = [str(tmp_path / name) for name in ("a.jpg", "b.jpg")]
    released: list[bool] = []
    monkeypatch.setattr(application.enrolment, "enrol_from_pictures", add)
    monkeypatch.setattr(application.enrolment, "release_pictures", lambda: released.append(True))
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (files, ""))
    card.buttons.pictures_wanted.emit()
    qtbot.waitUntil(lambda: "added" in card.status_message.text)
    assert asked == [("Ada", [Path(file) for file in files], NEWER)]
    assert released
    assert "Not added: No face was found in" in card.status_message.text.replace("\u200b", "")


def test_rejected_pictures_are_reported(
    card: PersonCard, application: AppHarness, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: (["a.jpg"], ""))
    with failing(application.enrolment, NoFace(path="a.jpg"), "enrol_from_pictures"):
        card.buttons.pictures_wanted.emit()
        qtbot.waitUntil(lambda: "No face was found" in card.message.text)
    assert card.status_message.text == ""


def test_cancelled_file_dialog_changes_nothing(
    card: PersonCard, application: AppHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = application.people.people_index()
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([], ""))
    card.buttons.pictures_wanted.emit()
    assert card.status_message.text == ""
    assert application.people.is_current(before)


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


def test_day_is_picked_from_the_calendar(card: PersonCard, application: AppHarness, qtbot: QtBot) -> None:
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
    qtbot.waitUntil(lambda: application.person("Ada").valid_until is not None)
    until = application.person("Ada").valid_until
    assert until is not None
    assert (chosen.day, until) == (days.last_valid_day(until), days.end_of_day(chosen.day or date.min))


def test_calendar_uses_theme_colours(card: PersonCard, qapp: QApplication) -> None:
    card.begin_edit()
    calendar = card.edit_pane.delete_after.field.calendarWidget()
    for palette in (theme.LIGHT, theme.HIGH_CONTRAST, theme.DARK):
        theme.apply(qapp, palette)
        for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            assert calendar.weekdayTextFormat(day).foreground().color().name() == palette.text
