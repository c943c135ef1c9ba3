"""The steps of an enrolment."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from app.core.errors import AlreadyEnrolled, BadgeTaken, CameraLost, StoreFull, StoreLocked
from app.core.faces import AnalyzedFace, Embedding, HeadPose, Pose, QualityHint
from app.flows.enrolment import EnrolmentFlow, EnrolmentState
from app.flows.verification import TrackState
from app.pipeline.capture_thread import CameraState
from app.services.enrolment.enrolment_service import Applicant
from app.services.enrolment.lookalikes import LooksLike
from app.store.people.repository import NewTemplate
from app.ui.enrolment.enrolment_panel import EnrolmentPanel
from app.ui.enrolment.progress_ring import TICKS, ProgressRing
from app.ui.shell.main_window import MainWindow
from app.ui.texts import value_texts
from tests.fakes.pipeline import ALL_TARGETS, analyzed, embedding, live_status, person, result, seen
from tests.ui.application import AppHarness, failing
from tests.ui.conftest import set_live_status, show_result
from tests.ui.live.test_live_page import visible_text

POSES = [Pose(target.yaw, target.pitch, 0.0) for target in ALL_TARGETS]
EVERYTHING = 11
"""Number of frames that fill every direction and complete the self-test."""


@pytest.fixture
def panel(window: MainWindow) -> EnrolmentPanel:
    window.live.begin_enrolment()
    return window.live.enrolment


@pytest.fixture
def flow(panel: EnrolmentPanel, qtbot: QtBot) -> EnrolmentFlow:
    """The flow while samples are collected."""
    agree(panel, qtbot)
    return begin(panel, qtbot)


def agree(panel: EnrolmentPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(panel.consent.agree.isEnabled)
    panel.consent.agree.click()


def begin(panel: EnrolmentPanel, qtbot: QtBot, name: str = "Ada") -> EnrolmentFlow:
    qtbot.keyClicks(panel.name_step.field, name)
    qtbot.waitUntil(panel.name_step.start.isEnabled)
    qtbot.keyClick(panel.name_step.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: panel.flow is not None)
    assert panel.flow is not None
    return panel.flow


def stored(application: AppHarness) -> dict[str, int]:
    """Return the number of templates of all people."""
    return {person.name: person.templates for person in application.storage.people.all()}


def enrol_alike(application: AppHarness, similarity: float) -> float:
    """Enrol Grace Hopper at this similarity to the tested face, and return the false match rate there."""
    face, other = embedding().vector, embedding(1).vector
    beside = other - (other @ face) * face
    beside /= np.linalg.norm(beside)
    vector = similarity * face + math.sqrt(1 - similarity**2) * beside
    row = application.models.embedder_row
    template = NewTemplate(Embedding(vector.astype(np.float32), row.name), row.space, 0.9, "camera")
    application.storage.people.add("Grace Hopper", [template])
    return application.matcher.rule.curve.fmr_at(similarity)


def frame(window: MainWindow, application: AppHarness, flow: EnrolmentFlow, now_ns: int, *faces: AnalyzedFace) -> None:
    """Process one frame."""
    found = [seen(TrackState.UNKNOWN, hints=face.quality.hints) for face in faces]
    show_result(window, application, result(*found, enrolment=flow.observe(faces, now_ns)))


def take(window: MainWindow, application: AppHarness, flow: EnrolmentFlow, count: int = EVERYTHING) -> None:
    """Show every direction for two frames and the frontal pose once more."""
    for number in range(count):
        frame(window, application, flow, number, analyzed(pose=POSES[number // 2 % 5]))


def test_person_is_enrolled_and_recognised(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    assert "Look straight at the camera" not in visible_text(panel)
    take(window, application, flow, 3)
    assert "1 of 5 directions" in visible_text(panel)
    assert "Hold it there" in visible_text(panel)
    assert panel.capture_step.ring.filled
    take(window, application, flow)
    qtbot.waitUntil(lambda: "Ada is enrolled" in visible_text(panel))
    kept = application.people.details("Ada")
    assert [template.source for template in kept.templates] == ["Logitech C920"] * 5
    assert kept.consents[0].text == application.consent.text("en").text
    assert application.pipeline.flow is None
    assert panel.summary_step.samples_strip.count == 5
    assert "5 template" in visible_text(panel)
    show_result(window, application, result(seen(who=application.person("Ada"))))
    assert "Recognised as Ada in 0." in visible_text(panel)
    panel.summary_step.leave.click()
    assert not panel.isVisible()
    assert panel.summary_step.samples_strip.count == 0


def test_next_person_starts_with_consent(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    take(window, application, flow)
    qtbot.waitUntil(panel.summary_step.isVisible)
    panel.summary_step.more.click()
    assert panel.consent.isVisible()
    agree(panel, qtbot)
    assert panel.name_step.field.text() == ""


def test_without_consent_no_data_is_stored(application: AppHarness, panel: EnrolmentPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(panel.consent.agree.isEnabled)
    assert "You may say no" in panel.consent.text.toPlainText()
    assert f"Version {application.consent.text('en').version}" in visible_text(panel)
    panel.consent.decline.click()
    assert not panel.isVisible()
    assert application.names == []
    assert application.pipeline.flow is None


def test_storage_notes_beside_the_consent_text(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.session.settings = window.session.settings.with_changes(
        privacy={"keep_thumbnails": True, "delete_after_days": 30}
    )
    window.live.begin_enrolment()
    assert "Thumbnails of the face (112 × 112 pixels)" in visible_text(window.live.enrolment)
    assert "All data is erased on" in visible_text(window.live.enrolment)


def test_unreadable_consent_text_disables_agreement(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    application.consent.apply(application.settings.privacy.model_copy(update={"consent_file": "c.md"}))
    window.live.begin_enrolment()
    panel = window.live.enrolment
    qtbot.waitUntil(lambda: "cannot be used: c.md" in visible_text(panel))
    assert not panel.consent.agree.isEnabled()
    assert panel.consent.decline.isEnabled()


def test_badge_and_groups_are_stored(application: AppHarness, panel: EnrolmentPanel, qtbot: QtBot) -> None:
    agree(panel, qtbot)
    asked: list[Applicant] = []
    panel.name_step.accepted.connect(asked.append)
    panel.name_step.badge.setText(" 17 ")
    panel.name_step.groups.setText("Workshop， Night shift,,")
    begin(panel, qtbot)
    assert [(who.name, who.badge, who.groups) for who in asked] == [("Ada", "17", ("Workshop", "Night shift"))]


def test_templates_are_added_to_an_enrolled_person(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    window.live.begin_enrolment(application.enrol("Grace Hopper"))
    panel = window.live.enrolment
    agree(panel, qtbot)
    assert panel.flow is not None
    take(window, application, panel.flow)
    qtbot.waitUntil(lambda: stored(application) == {"Grace Hopper": 10})


def test_guidance_and_direction_are_shown(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    frame(window, application, flow, 0)
    assert "Come into the picture" in visible_text(panel)
    frame(window, application, flow, 1, analyzed(hints=(QualityHint.MOVE_CLOSER,)))
    assert "Move a little closer" in visible_text(panel)
    frame(window, application, flow, 2, analyzed(1), analyzed(2))
    assert "One person at a time" in visible_text(panel)
    take(window, application, flow, 2)
    frame(window, application, flow, 3, analyzed())
    assert "Turn your head slowly to your left" in visible_text(panel)
    frame(window, application, flow, 4, analyzed(pose=Pose(38.0, 0.0, 0.0)))
    assert "A little less" in visible_text(panel)


def test_guidance_reaches_screen_readers(
    window: MainWindow,
    application: AppHarness,
    panel: EnrolmentPanel,
    flow: EnrolmentFlow,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QAccessible, "updateAccessibility", lambda event: said.append(event.message()))
    frame(window, application, flow, 0)
    take(window, application, flow, 2)
    frame(window, application, flow, 3, analyzed())
    assert said == ["Hold it there.", "Turn your head slowly to your left."]
    assert (
        QAccessible.queryAccessibleInterface(panel.capture_step)
        .text(QAccessible.Text.Name)
        .startswith("Turn your head")
    )


def test_other_directions_can_be_skipped(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    assert not panel.capture_step.skip.isVisible()
    take(window, application, flow, 3)
    assert panel.capture_step.skip.isVisible()
    panel.capture_step.skip.click()
    frame(window, application, flow, 4, analyzed())
    qtbot.waitUntil(lambda: stored(application) == {"Ada": 1})


@pytest.mark.parametrize("way", ["button", "escape", "another page"])
@pytest.mark.parametrize("frames", [0, 3, EVERYTHING - 1])
def test_leaving_early_stores_nothing(
    window: MainWindow,
    application: AppHarness,
    panel: EnrolmentPanel,
    flow: EnrolmentFlow,
    way: str,
    frames: int,
) -> None:
    take(window, application, flow, frames)
    match way:
        case "button":
            panel.capture_step.leave.click()
        case "escape":
            window.live.close_topmost()
        case _:
            window.show_page("people")
    assert flow.status.state is EnrolmentState.CANCELLED
    assert flow.samples == ()
    assert application.pipeline.flow is None
    assert application.names == []
    assert panel.capture_step.samples_strip.count == 0
    assert not panel.isVisible()


def test_invalid_name_shows_an_error_while_typing(application: AppHarness, panel: EnrolmentPanel, qtbot: QtBot) -> None:
    agree(panel, qtbot)
    application.enrol("Ada")
    qtbot.keyClicks(panel.name_step.field, "Ada")
    qtbot.waitUntil(lambda: "is enrolled already" in visible_text(panel))
    assert not panel.name_step.start.isEnabled()
    panel.name_step.field.setText("A" * 101)
    assert "is enrolled already" not in visible_text(panel)
    qtbot.waitUntil(lambda: "too long: 101" in visible_text(panel))
    assert "Use 1 to 100 characters" in visible_text(panel)
    qtbot.keyClick(panel.name_step.field, Qt.Key.Key_Backspace)
    assert panel.name_step.start.isEnabled()
    assert application.pipeline.flow is None


def test_locked_database_keeps_the_button_enabled(application: AppHarness, panel: EnrolmentPanel, qtbot: QtBot) -> None:
    agree(panel, qtbot)
    with failing(application.enrolment, StoreLocked(path="people.sqlite3"), "check_name"):
        panel.name_step.field.setText("Ada")
        panel.name_step.start.click()
        qtbot.waitUntil(lambda: "locked by another program" in visible_text(panel))
    assert panel.name_step.start.isEnabled()
    panel.name_step.start.click()
    qtbot.waitUntil(lambda: panel.flow is not None)


def test_known_face_is_reported_without_blocking(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, qtbot: QtBot
) -> None:
    agree(panel, qtbot)
    show_result(window, application, result(seen()))
    assert "This looks like Grace Hopper, who is already enrolled" in visible_text(panel)
    show_result(window, application, result(seen(TrackState.UNKNOWN)))
    assert "This looks like" not in visible_text(panel)
    show_result(window, application, result(seen()))
    begin(panel, qtbot)


def test_duplicate_is_added_to_the_existing_person(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    enrol_alike(application, 0.88)
    take(window, application, flow)
    qtbot.waitUntil(panel.lookalike.isVisible)
    assert "Already enrolled as Grace Hopper" in visible_text(panel)
    assert "Similarity 0.88. Fewer than 1 in 1,000,000 strangers would reach this." in visible_text(panel)
    assert application.names == ["Grace Hopper"]
    assert panel.lookalike.samples_strip.count == 5
    panel.lookalike.add.click()
    qtbot.waitUntil(lambda: stored(application) == {"Grace Hopper": 6})


def test_lookalike_is_saved_with_a_stricter_promise(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    fmr = enrol_alike(application, 0.56)
    take(window, application, flow)
    qtbot.waitUntil(panel.lookalike.isVisible)
    assert "This person looks like Grace Hopper" in visible_text(panel)
    assert value_texts.fmr_meaning(fmr) in visible_text(panel)
    assert not panel.lookalike.add.isVisible()
    panel.lookalike.stricter.click()
    qtbot.waitUntil(lambda: stored(application) == {"Ada": 5, "Grace Hopper": 1})
    assert window.session.settings.recognition.one_in == 100_000


def test_indistinguishable_lookalike_can_be_saved_or_cancelled(
    window: MainWindow,
    application: AppHarness,
    panel: EnrolmentPanel,
    flow: EnrolmentFlow,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    likeness = LooksLike(person("Grace Hopper"), 0.7, 1e-7, 0)
    monkeypatch.setattr(application.enrolment, "save", lambda *_, **__: likeness)
    take(window, application, flow)
    qtbot.waitUntil(panel.lookalike.isVisible)
    assert not panel.lookalike.stricter.isVisible()
    assert panel.lookalike.save.isVisible()
    panel.lookalike.cancel.click()
    assert application.names == []
    assert not panel.isVisible()
    assert panel.lookalike.samples_strip.count == 0


def test_full_disk_keeps_the_samples_for_retry(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    with failing(application.enrolment, StoreFull(path="people.sqlite3"), "save"):
        take(window, application, flow)
        qtbot.waitUntil(lambda: "no room left" in visible_text(panel))
    assert panel.capture_step.samples_strip.count == 5
    panel.capture_step.retry.click()
    qtbot.waitUntil(lambda: stored(application) == {"Ada": 5})


@pytest.mark.parametrize("problem", [AlreadyEnrolled(name="Ada"), BadgeTaken(badge="7", name="Bob")])
def test_name_taken_during_capture_asks_for_another(
    window: MainWindow,
    application: AppHarness,
    panel: EnrolmentPanel,
    flow: EnrolmentFlow,
    qtbot: QtBot,
    problem: AlreadyEnrolled | BadgeTaken,
) -> None:
    with failing(application.enrolment, problem, "save"):
        take(window, application, flow)
        qtbot.waitUntil(panel.name_step.isVisible)
    assert problem.message in visible_text(panel)
    assert panel.name_step.start.text() == "Save"
    panel.name_step.field.setText("Ada Lovelace")
    panel.name_step.start.click()
    qtbot.waitUntil(lambda: stored(application) == {"Ada Lovelace": 5})
    qtbot.waitUntil(lambda: "Ada Lovelace is enrolled" in visible_text(panel))


def test_timeout_shows_the_reason_and_offers_retry(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    frame(window, application, flow, 0, analyzed(1), analyzed(2))
    frame(window, application, flow, 31_000_000_000)
    assert "That took too long" in visible_text(panel)
    assert "More than one person was visible" in visible_text(panel)
    assert "Nothing was saved" in visible_text(panel)
    panel.capture_step.retry.click()
    assert panel.flow is not None
    assert panel.flow is not flow
    assert panel.flow.status.state is EnrolmentState.COLLECTING


def test_late_result_of_a_previous_try_is_ignored(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    flow.observe([], 0)
    late = flow.observe([], 31_000_000_000)
    show_result(window, application, result(enrolment=late))
    panel.capture_step.retry.click()
    show_result(window, application, result(enrolment=late))
    assert panel.flow is not None
    assert "That took too long" not in visible_text(panel)


def test_lost_camera_stores_nothing(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    take(window, application, flow, 2)
    set_live_status(window, application, live_status(CameraState.WAITING, CameraLost(camera="Front door"), attempts=1))
    assert "Camera interrupted" in visible_text(panel)
    assert "Front door" in visible_text(panel)
    assert "Nothing was saved" in visible_text(panel)
    assert not panel.capture_step.retry.isVisible()
    assert flow.status.state is EnrolmentState.CANCELLED
    assert application.pipeline.flow is None
    set_live_status(window, application, live_status())
    assert "The camera is back" in visible_text(panel)
    panel.capture_step.retry.click()
    assert panel.flow is not None
    assert application.names == []


def test_second_begin_is_ignored(window: MainWindow, panel: EnrolmentPanel, flow: EnrolmentFlow) -> None:
    window.live.begin_enrolment()
    assert panel.flow is flow
    assert flow.status.state is EnrolmentState.COLLECTING


@pytest.mark.parametrize(("mirror", "at"), [(True, 3 * TICKS // 4), (False, TICKS // 4)])
def test_ring_follows_the_mirror_setting(
    application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, mirror: bool, at: int
) -> None:
    flow.observe([analyzed(pose=POSES[1])], 0)
    flow.observe([analyzed(pose=POSES[1])], 1)
    ring = ProgressRing()
    ring.show_progress(flow.status.ring, HeadPose.FRONT, mirror=mirror)
    assert at in ring.filled
    assert len(ring.filled) == TICKS // 4
    assert (at + TICKS // 2) % TICKS not in ring.filled


def test_ended_video_offers_to_save_its_directions(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    take(window, application, flow, 3)
    set_live_status(window, application, live_status(CameraState.ENDED))
    assert "The video has ended" in visible_text(panel)
    assert "1 of 5 directions" in visible_text(panel)
    assert panel.capture_step.samples_strip.count == 1
    assert panel.capture_step.save.hasFocus()
    assert application.names == []
    qtbot.keyClick(panel.capture_step.save, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: stored(application) == {"Ada": 1})
    qtbot.waitUntil(panel.summary_step.isVisible)
    assert "Look into the camera" not in visible_text(panel)


def test_video_can_be_played_again(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    take(window, application, flow, 3)
    set_live_status(window, application, live_status(CameraState.ENDED))
    panel.capture_step.retry.click()
    assert flow.status.state is EnrolmentState.CANCELLED
    assert panel.flow is not None
    assert application.pipeline.asked[-1] == "retry"
    set_live_status(window, application, live_status(CameraState.OPENING))
    assert panel.flow.status.state is EnrolmentState.COLLECTING
    assert "ended" not in visible_text(panel)


def test_video_without_a_frontal_pose_saves_nothing(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow
) -> None:
    take(window, application, flow, 1)
    set_live_status(window, application, live_status(CameraState.ENDED))
    assert "from the front for long enough" in visible_text(panel)
    assert not panel.capture_step.save.isVisible()
    assert panel.capture_step.retry.hasFocus()
    panel.capture_step.leave.click()
    assert application.names == []


def test_video_ending_in_the_self_test_uses_its_samples(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, flow: EnrolmentFlow, qtbot: QtBot
) -> None:
    take(window, application, flow, 3)
    panel.capture_step.skip.click()
    assert flow.status.state is EnrolmentState.TESTING
    set_live_status(window, application, live_status(CameraState.ENDED))
    qtbot.waitUntil(lambda: stored(application) == {"Ada": 1})


def test_ended_video_restarts_for_enrolment(
    window: MainWindow, application: AppHarness, panel: EnrolmentPanel, qtbot: QtBot
) -> None:
    agree(panel, qtbot)
    set_live_status(window, application, live_status(CameraState.ENDED))
    begin(panel, qtbot)
    assert application.pipeline.asked[-1] == "retry"
