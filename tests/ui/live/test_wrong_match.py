"""Marking a wrong match, and rejection reasons on the verdict card."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.core.decision import decide
from app.core.errors import StoreFull, UnknownPerson
from app.core.faces import Embedding, QualityHint
from app.core.match_decision import NegativeMatch, Verdict
from app.core.people import NegativeTemplate, Person
from app.flows.verification import TrackState, TrackStatus
from app.ui.live.verdict_card import VerdictCard
from app.ui.shell.main_window import MainWindow
from tests.fakes.pipeline import embedding, match, person, result, seen
from tests.ui.application import AppHarness, failing
from tests.ui.conftest import show_result
from tests.ui.live.test_live_page import visible_text


@pytest.fixture
def grace(application: AppHarness) -> Person:
    return application.enrol("Grace Hopper", first_seed=0)


@pytest.fixture
def card(window: MainWindow, application: AppHarness, grace: Person, qtbot: QtBot) -> VerdictCard:
    """Grace has just been recognised."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    show_result(window, application, result(seen(who=grace)))
    return window.live.verdict


def press(card: VerdictCard, qtbot: QtBot, key: Qt.Key) -> None:
    qtbot.keyClick(card.window().focusWidget(), key)


def mark(window: MainWindow, card: VerdictCard, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(card.marking.isVisible)
    press(card, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: "Marked as not Grace Hopper" in visible_text(card))


def test_match_is_marked_and_unmarked_by_keyboard(
    window: MainWindow, application: AppHarness, card: VerdictCard, qtbot: QtBot
) -> None:
    mark(window, card, qtbot)
    (marked,) = application.people.details("Grace Hopper").negative_templates
    assert marked.model == application.matcher.model
    assert marked.similarity == pytest.approx(0.71)
    assert application.matcher.identify(embedding()).negative_match is not None
    assert card.marking.undo.hasFocus()
    press(card, qtbot, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not application.people.details("Grace Hopper").negative_templates)
    qtbot.waitUntil(lambda: not card.marking.isVisible())


def test_confirmation_can_be_cancelled(
    window: MainWindow, application: AppHarness, card: VerdictCard, qtbot: QtBot
) -> None:
    card.wrong.click()
    assert "Not Grace Hopper?" in visible_text(card)
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert not card.marking.isVisible()
    assert card.wrong.hasFocus()
    card.wrong.click()
    card.marking.leave.click()
    assert not card.marking.isVisible()
    assert not application.people.details("Grace Hopper").negative_templates


def test_last_judged_frame_is_marked(
    window: MainWindow,
    application: AppHarness,
    card: VerdictCard,
    grace: Person,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    marked: list[tuple[Embedding, float]] = []
    add_negative_template = application.people.add_negative_template

    def remember(who: Person, face: Embedding, model_sha256: str, similarity: float) -> NegativeTemplate:
        marked.append((face, similarity))
        return add_negative_template(who, face, model_sha256, similarity)

    monkeypatch.setattr(application.people, "add_negative_template", remember)
    shown = seen(who=grace, similarity=0.66)
    show_result(window, application, result(shown))
    blinked = replace(shown, match=None, analyzed=replace(shown.analyzed, embedding=None))
    show_result(window, application, result(blinked))
    card.wrong.click()
    show_result(window, application, result(seen(TrackState.UNKNOWN, similarity=0.1)))
    card.marking.sure.click()
    qtbot.waitUntil(lambda: bool(marked))
    ((face, similarity),) = marked
    assert face is shown.analyzed.embedding
    assert similarity == 0.66


def test_only_a_match_can_be_marked(window: MainWindow, application: AppHarness, card: VerdictCard) -> None:
    assert card.wrong.isVisible()
    for state in (TrackState.UNKNOWN, TrackState.AMBIGUOUS, TrackState.GALLERY_EMPTY, TrackState.CHECKING):
        show_result(window, application, result(seen(state)))
        assert not card.wrong.isVisible(), state
    show_result(window, application, result(seen()))
    assert card.wrong.isVisible()
    show_result(window, application, result())
    assert not card.wrong.isVisible()


def test_frame_of_another_person_is_not_marked(window: MainWindow, application: AppHarness, card: VerdictCard) -> None:
    settled = seen(who=person("Ada"))
    show_result(window, application, result())
    show_result(window, application, result(replace(settled, match=match(who=person("Bob")))))
    assert not card.wrong.isVisible()


@pytest.mark.parametrize("problem", [StoreFull(path="people.sqlite3"), UnknownPerson(name="Grace Hopper")])
def test_failed_mark_can_be_retried(
    application: AppHarness, card: VerdictCard, qtbot: QtBot, problem: StoreFull
) -> None:
    card.wrong.click()
    with failing(application.people, problem, "add_negative_template"):
        card.marking.sure.click()
        qtbot.waitUntil(lambda: problem.message.split()[-1] in visible_text(card))
    card.marking.sure.click()
    qtbot.waitUntil(card.marking.undo.isVisible)
    with failing(application.people, problem, "remove_negative_template"):
        card.marking.undo.click()
        qtbot.waitUntil(lambda: problem.message.split()[-1] in visible_text(card))
    assert card.marking.undo.isVisible()


def test_undo_closes_by_itself(application: AppHarness, card: VerdictCard, qtbot: QtBot) -> None:
    card.marking._timer.setInterval(10)
    card.wrong.click()
    card.marking.sure.click()
    qtbot.waitUntil(lambda: not card.marking.isVisible())
    assert len(application.people.details("Grace Hopper").negative_templates) == 1


def test_excluded_person_is_named(window: MainWindow, application: AppHarness, card: VerdictCard) -> None:
    compared = replace(
        match(Verdict.NO_MATCH, person("Ada")), similarity=0.4, negative_match=NegativeMatch(person(), 0.71, 0.97)
    )
    status = TrackStatus(1, TrackState.UNKNOWN, None, decide(compared))
    show_result(window, application, result(replace(seen(TrackState.UNKNOWN), match=compared, status=status)))
    text = visible_text(card)
    assert "Not Grace Hopper" in text
    assert "Marked as not Grace Hopper." in text
    assert "remove the mark" in text
    assert "Ada" not in text


@pytest.mark.parametrize("hint", list(QualityHint))
def test_every_quality_issue_has_a_sentence_and_a_tip(
    window: MainWindow, application: AppHarness, card: VerdictCard, hint: QualityHint
) -> None:
    show_result(window, application, result(seen(TrackState.NOT_JUDGED, hints=(hint,))))
    text = visible_text(card)
    assert "{" not in text
    assert any(character.isdigit() for character in text)
    said = card.accessibleName()
    assert said.startswith("One moment: ")
    assert card.accessibleDescription() in text
