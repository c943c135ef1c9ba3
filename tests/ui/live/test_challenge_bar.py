"""The challenge bar of the live page."""

from dataclasses import replace
from time import monotonic_ns

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.liveness import CueName, CueResult, LivenessPolicy, LivenessVerdict, Movement, fuse_cues
from app.flows.liveness.challenge import ChallengeState, ChallengeStatus
from app.flows.verification import TrackState
from app.ui.live.challenge_bar import ChallengeBar
from app.ui.shell.main_window import MainWindow
from tests.fakes.pipeline import result, seen
from tests.ui.application import AppHarness
from tests.ui.conftest import OpenWindow

ASKING = ChallengeStatus(ChallengeState.ASKING, 1, Movement.LOOK_UP, 0, 3, 1, 1)


def look(window: MainWindow, challenge: ChallengeStatus | None = None) -> ChallengeBar:
    """Show a frame with a face whose liveness is undecided."""
    one = seen(TrackState.UNKNOWN)
    policy = window.session.settings.liveness.policy
    said = fuse_cues(one.analyzed.face.track, policy, [CueResult(CueName.GEOMETRY, LivenessVerdict.NOT_ENOUGH)])
    new = result(replace(one, liveness=said))
    window.live._show_result(replace(new, frame=replace(new.frame, captured_ns=monotonic_ns()), challenge=challenge))
    return window.live.challenge


def opened(open_window: OpenWindow, application: AppHarness, *, light: bool = False) -> MainWindow:
    changes = {"policy": LivenessPolicy.STRICT, "light": light}
    application.settings = application.settings.with_changes(liveness=changes)
    return open_window(application)


def test_bar_is_hidden_without_a_challenge_policy(window: MainWindow) -> None:
    assert look(window).isHidden()


@pytest.mark.parametrize(
    ("end", "words"),
    [(ChallengeState.PASSED, "Challenge passed"), (ChallengeState.FAILED, "use a PIN or ask for help")],
)
def test_challenge_prompts_and_reports_the_outcome(
    open_window: OpenWindow, application: AppHarness, end: ChallengeState, words: str
) -> None:
    window = opened(open_window, application)
    bar = look(window)
    assert bar.isVisible()
    liveness_line = window.live.verdict.liveness_line
    assert liveness_line.word.text() == "Challenge required"
    assert "Depth of the head: not enough seen" in liveness_line.accessibleDescription()
    bar.act.click()
    assert application.pipeline.asking is not None
    assert look(window, ASKING).line.text() == "Look up"
    look(window, replace(ASKING, state=end, prompt=None))
    assert words in bar.line.text()
    assert bar.act.text() == "Begin"


def test_escape_or_another_page_stops_the_challenge(
    open_window: OpenWindow, application: AppHarness, qtbot: QtBot
) -> None:
    window = opened(open_window, application)
    for leave in (lambda: qtbot.keyClick(window, Qt.Key.Key_Escape), lambda: window.show_page("people")):
        look(window).act.click()
        running = application.pipeline.asking
        assert running is not None
        leave()
        ended = application.pipeline.asking
        assert ended is None


def test_light_challenge_is_announced_and_runs_first(open_window: OpenWindow, application: AppHarness) -> None:
    window = opened(open_window, application, light=True)
    bar = look(window)
    assert "changing pale colours" in bar.line.text()
    bar.act.click()
    look(window)
    assert application.pipeline.shone is not None
    assert application.pipeline.asking is None
    assert bar.sheet is not None
    assert bar.sheet.isVisible()
    bar.act.click()
    assert bar.sheet is None
