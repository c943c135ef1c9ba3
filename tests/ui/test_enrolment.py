"""Enrolling beside the picture."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.errors import AlreadyEnrolled, CameraLost, InvalidName, StoreFull, StoreLocked
from app.core.types import AnalyzedFace, Hint
from app.flows.enrolment import EnrolmentFlow, EnrolmentState
from app.flows.verification import TrackState
from app.pipeline.capture import CameraState
from app.ui.enrolment.panel import EnrolmentPanel
from app.ui.shell import MainWindow
from tests.ui.conftest import say, show
from tests.ui.fakes import FakeApplication, analyzed, live_status, result, seen
from tests.ui.test_live import words


@pytest.fixture
def panel(window: MainWindow) -> EnrolmentPanel:
    window.live.begin_enrolment()
    return window.live.enrolment


@pytest.fixture
def flow(panel: EnrolmentPanel, qtbot: QtBot) -> EnrolmentFlow:
    """The pictures are being taken."""
    return begin(panel, qtbot)


def begin(panel: EnrolmentPanel, qtbot: QtBot, name: str = "Ada") -> EnrolmentFlow:
    qtbot.keyClicks(panel.naming.field, name)
    qtbot.waitUntil(panel.naming.start.isEnabled)
    qtbot.keyClick(panel.naming.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.flow is not None)
    assert panel.flow is not None
    return panel.flow


def frame(
    window: MainWindow, application: FakeApplication, flow: EnrolmentFlow, now_ns: int, *faces: AnalyzedFace
) -> None:
    """The recognition looks at a frame."""
    found = [seen(TrackState.UNKNOWN, hints=face.quality.hints) for face in faces]
    show(window, application, result(*found, enrolment=flow.observe(faces, now_ns)))


def take(window: MainWindow, application: FakeApplication, flow: EnrolmentFlow, count: int = 5) -> None:
    for now_ns in range(count):
        frame(window, application, flow, now_ns, analyzed())


def test_a_person_is_enrolled_and_recognised(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    take(window, application, flow, 3)
    assert "3 of 5 pictures" in words(panel)
    assert panel.taking.ring.share == pytest.approx(3 / 5)
    assert panel.taking.kept.count == 3
    take(window, application, flow)
    qtbot.waitUntil(lambda: "Ada is enrolled" in words(panel))
    assert application.enrolment.saved == [("Ada", 5, "Logitech C920")]
    assert application.pipeline.flow is None
    show(window, application, result(seen(who=application.people.known[0])))
    assert "Recognised in the picture" in words(panel)
    panel.taking.leave.click()
    assert not panel.isVisible()
    assert panel.taking.kept.count == 0


def test_says_what_to_mend(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    frame(window, application, flow, 0)
    assert "Come into the picture" in words(panel)
    frame(window, application, flow, 1, analyzed(hints=(Hint.MOVE_CLOSER,)))
    assert "Move a little closer" in words(panel)
    frame(window, application, flow, 2, analyzed(1), analyzed(2))
    assert "One person at a time" in words(panel)


@pytest.mark.parametrize("way", ["button", "escape", "another page", "hidden panel"])
def test_leaving_half_way_leaves_nothing(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, flow: EnrolmentFlow, way: str
) -> None:
    take(window, application, flow, 2)
    match way:
        case "button":
            panel.taking.leave.click()
        case "escape":
            window.live.close_topmost()
        case "another page":
            window.show_page("people")
        case _:
            window.live.toolbar.panel_wanted.emit(False)
    assert flow.status.state is EnrolmentState.CANCELLED
    assert flow.samples == ()
    assert application.pipeline.flow is None
    assert application.enrolment.saved == []
    assert panel.taking.kept.count == 0
    assert not panel.isVisible()


def test_a_name_that_cannot_be_used_is_said_while_typing(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, qtbot: QtBot
) -> None:
    application.enrolment.name_problem = AlreadyEnrolled(name="Ada")
    qtbot.keyClicks(panel.naming.field, "Ada")
    qtbot.waitUntil(lambda: "is enrolled already" in words(panel))
    assert not panel.naming.start.isEnabled()
    application.enrolment.name_problem = InvalidName(
        "The name is too long: {length} characters.", length=101, limit=100
    )
    qtbot.keyClicks(panel.naming.field, "!")
    assert "is enrolled already" not in words(panel)
    qtbot.waitUntil(lambda: "too long: 101" in words(panel))
    assert "Use 1 to 100 characters" in words(panel)
    application.enrolment.name_problem = None
    qtbot.keyClick(panel.naming.field, Qt.Key.Key_Backspace)
    assert panel.naming.start.isEnabled()
    assert application.pipeline.flow is None


def test_a_locked_database_does_not_end_in_a_dead_button(
    application: FakeApplication, panel: EnrolmentPanel, qtbot: QtBot
) -> None:
    application.enrolment.name_problem = StoreLocked(path="people.sqlite3")
    panel.naming.field.setText("Ada")
    panel.naming.start.click()
    qtbot.waitUntil(lambda: "locked by another program" in words(panel))
    assert panel.naming.start.isEnabled()
    application.enrolment.name_problem = None
    panel.naming.start.click()
    qtbot.waitUntil(lambda: panel.flow is not None)


def test_someone_known_is_said_and_may_go_on(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, qtbot: QtBot
) -> None:
    show(window, application, result(seen()))
    assert "This looks like Grace Hopper, who is enrolled already" in words(panel)
    show(window, application, result(seen(TrackState.UNKNOWN)))
    assert "This looks like" not in words(panel)
    show(window, application, result(seen()))
    begin(panel, qtbot)


def test_a_full_disk_keeps_the_pictures_for_another_try(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    application.enrolment.save_problem = StoreFull(path="people.sqlite3")
    take(window, application, flow)
    qtbot.waitUntil(lambda: "no room left" in words(panel))
    assert panel.taking.kept.count == 5
    application.enrolment.save_problem = None
    panel.taking.retry.click()
    qtbot.waitUntil(lambda: application.enrolment.saved == [("Ada", 5, "Logitech C920")])


def test_a_name_taken_meanwhile_asks_for_another_and_keeps_the_pictures(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    application.enrolment.save_problem = AlreadyEnrolled(name="Ada")
    take(window, application, flow)
    qtbot.waitUntil(panel.naming.isVisible)
    assert "is enrolled already" in words(panel)
    assert panel.naming.start.text() == "Save"
    application.enrolment.save_problem = None
    panel.naming.field.setText("Ada Lovelace")
    panel.naming.start.click()
    qtbot.waitUntil(lambda: application.enrolment.saved == [("Ada Lovelace", 5, "Logitech C920")])
    qtbot.waitUntil(lambda: "Ada Lovelace is enrolled" in words(panel))


def test_too_long_says_why_and_offers_another_try(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    frame(window, application, flow, 0, analyzed(1), analyzed(2))
    frame(window, application, flow, 31_000_000_000)
    assert "That took too long" in words(panel)
    assert "More than one person was in the picture" in words(panel)
    assert "Nothing was stored" in words(panel)
    panel.taking.retry.click()
    assert panel.flow is not None
    assert panel.flow is not flow
    assert panel.flow.status.state is EnrolmentState.COLLECTING


def test_a_result_of_the_try_before_does_not_end_this_one(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    flow.observe([], 0)
    late = flow.observe([], 31_000_000_000)
    show(window, application, result(enrolment=late))
    panel.taking.retry.click()
    show(window, application, result(enrolment=late))
    assert panel.flow is not None
    assert "That took too long" not in words(panel)


def test_a_camera_lost_half_way_stores_nothing(
    window: MainWindow, application: FakeApplication, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    take(window, application, flow, 2)
    say(window, application, live_status(CameraState.WAITING, CameraLost(camera="Front door"), attempts=1))
    assert "The pictures were interrupted" in words(panel)
    assert "Front door" in words(panel)
    assert "Nothing was stored" in words(panel)
    assert not panel.taking.retry.isVisible()
    assert flow.status.state is EnrolmentState.CANCELLED
    assert application.pipeline.flow is None
    say(window, application, live_status())
    assert "The camera is back" in words(panel)
    panel.taking.retry.click()
    assert panel.flow is not None
    assert application.enrolment.saved == []


def test_beginning_again_does_not_disturb_what_goes_on(
    window: MainWindow, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    window.live.begin_enrolment()
    assert panel.flow is flow
    assert flow.status.state is EnrolmentState.COLLECTING
