"""The session in which the liveness check is tried, in the window."""

import json
from dataclasses import replace
from pathlib import Path
from time import monotonic_ns

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.liveness import CueName, CueResult, LivenessPolicy, LivenessVerdict, Movement, fuse_cues
from app.flows.liveness.challenge import ChallengeState, ChallengeStatus
from app.flows.verification import TrackState
from app.services.liveness.liveness_test import LivenessTestReport
from app.ui.liveness_test.panel import LivenessTestPanel
from app.ui.shell.main_window import MainWindow
from tests.fakes.liveness import PASSED_NETWORK
from tests.fakes.pipeline import result, seen
from tests.ui.application import AppHarness
from tests.ui.conftest import OpenWindow

ASKING = ChallengeStatus(ChallengeState.ASKING, 1, Movement.SMILE, 0, 3, 1, 1)


def look(window: MainWindow, challenge: ChallengeStatus | None, geometry: LivenessVerdict) -> None:
    """A frame in which a face shows this, taken and recognised now."""
    one = seen(TrackState.UNKNOWN)
    track = one.analyzed.face.track
    said = fuse_cues(track, LivenessPolicy.PASSIVE, [CueResult(CueName.GEOMETRY, geometry), PASSED_NETWORK])
    new = result(replace(one, liveness=said))
    bound = replace(challenge, track=track) if challenge else None
    panel = window.live.liveness_test
    panel.show_result(replace(new, frame=replace(new.frame, captured_ns=monotonic_ns()), challenge=bound))


@pytest.fixture
def panel(window: MainWindow) -> LivenessTestPanel:
    """A session that waits for the first thing, entered from the settings."""
    window.show_page("settings")
    button = window.settings.cards["liveness"].test
    assert button is not None
    button.click()
    assert window.live.isVisible()
    panel = window.live.liveness_test
    panel.start.click()
    return panel


def test_test_runs_from_the_settings_to_the_results(window: MainWindow, panel: LivenessTestPanel) -> None:
    assert panel.trying.line.text() == "Show your own face"
    panel.trying.begin.click()
    look(window, ASKING, LivenessVerdict.PASSED)
    assert panel.trying.line.text() == "Smile"
    assert panel.trying.again.hasFocus()
    look(window, replace(ASKING, state=ChallengeState.PASSED, prompt=None), LivenessVerdict.PASSED)
    assert panel.trying.line.text() == "Hold up a printed photo, flat"
    assert panel.trying.begin.hasFocus()
    assert "Strict: passed" in panel.trying.before.text()
    panel.trying.begin.click()
    look(window, replace(ASKING, state=ChallengeState.FAILED, prompt=None), LivenessVerdict.PASSED)
    spoken = panel.table.spoken()
    assert "Passive. Your face: 0 of 1 refused, 0–79 %. Printed photo: 1 of 1 passed, 21–100 %." in spoken
    assert "Strict. Your face: 0 of 1 refused, 0–79 %. Printed photo: 0 of 1 passed, 0–79 %." in spoken
    assert panel.table.accessibleDescription() == spoken


def test_escape_keeps_the_results_and_then_closes(
    window: MainWindow, panel: LivenessTestPanel, application: AppHarness, qtbot: QtBot
) -> None:
    panel.trying.begin.click()
    running = application.pipeline.asking
    assert running is not None
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    ended = application.pipeline.asking
    assert ended is None
    assert "No presentation was made" in panel.table.spoken()
    assert not panel.save.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert window.live.picture.isVisible()


def test_another_page_ends_the_test(window: MainWindow, panel: LivenessTestPanel, application: AppHarness) -> None:
    panel.trying.begin.click()
    window.show_page("people")
    assert application.pipeline.asking is None


def test_light_challenge_follows_a_warning(open_window: OpenWindow, application: AppHarness) -> None:
    application.settings = application.settings.with_changes(liveness={"light": True})
    window = open_window(application)
    panel = window.live.liveness_test
    window.live.begin_liveness_test()
    assert "sensitive to changing light" in panel.warning.text()
    assert panel.warning.isVisible()
    panel.start.click()
    panel.trying.begin.click()
    look(window, None, LivenessVerdict.PASSED)
    assert application.pipeline.shone is not None
    assert application.pipeline.asking is None
    assert panel.sheet is not None
    assert panel.sheet.isVisible()
    assert panel.sheet.size() == window.size()
    panel.trying.stop.click()
    assert panel.sheet is None


def test_no_warning_without_the_light_challenge(window: MainWindow, panel: LivenessTestPanel) -> None:
    assert panel.warning.isHidden()
    panel.trying.begin.click()
    look(window, ASKING, LivenessVerdict.PASSED)
    assert panel.sheet is not None
    assert panel.sheet.isHidden()


def test_figures_are_saved_without_pictures(
    window: MainWindow, panel: LivenessTestPanel, tmp_path: Path, qtbot: QtBot
) -> None:
    panel.trying.begin.click()
    look(window, replace(ASKING, state=ChallengeState.PASSED, prompt=None), LivenessVerdict.NOT_ENOUGH)
    panel.trying.stop.click()
    report = panel.report
    assert isinstance(report, LivenessTestReport)
    panel.save_to(report, tmp_path / "no" / "report.json")
    qtbot.waitUntil(panel.message.isVisible)
    path = tmp_path / "report.json"
    panel.save_to(report, path)
    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: not panel.message.isVisible())
    saved = json.loads(path.read_text("utf-8"))
    assert saved["stopped"] is True
    assert saved["policies"]["challenge"]["bpcer"]["errors"] == 0
    assert saved["policies"]["strict"]["bpcer"]["undecided"] == 1
    assert saved["policies"]["challenge"]["apcer_worst"] is None
