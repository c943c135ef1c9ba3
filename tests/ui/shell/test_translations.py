"""The translations and the layout in each language."""

import logging
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.core.errors import AlreadyEnrolled, StoreLocked
from app.core.paths import resources_dir
from app.core.settings.sections import Language
from app.flows.verification import TrackState
from app.ui.live.situation import CameraAttemptTexts
from app.ui.shell.main_window import MainWindow
from app.ui.shell.qt_application import Translators
from app.ui.texts import value_texts
from app.ui.widgets.buttons import Picker
from app.ui.widgets.labels import ElidedLabel
from tests.fakes.pipeline import result, seen
from tests.ui.application import AppHarness
from tests.ui.conftest import OpenWindow, set_language, show_result
from tests.ui.live.test_live_page import visible_text

ROOT = Path(__file__).parents[3]
LOCKED = StoreLocked(path="/home/grace/.local/share/facelatch/people.sqlite3")


def test_every_text_is_translated() -> None:
    command = [sys.executable, str(ROOT / "packaging" / "translations.py"), "--check"]
    check = subprocess.run(command, capture_output=True, text=True, check=False)
    assert check.returncode == 0, check.stdout + check.stderr


def test_placeholders_and_shortcuts_are_preserved() -> None:
    for message in ElementTree.parse(resources_dir() / "translations" / "facelatch_zh_CN.ts").iter("message"):
        source, translation = message.findtext("source", ""), message.find("translation")
        assert translation is not None
        for text in [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]:
            assert sorted(kept(text)) == sorted(kept(source)), source


def kept(text: str) -> list[str]:
    """What a translation may not change."""
    return re.findall(r"\{\w+\}|%n|\((?:Ctrl|Alt)\+\w+\)|\((?:Esc|Enter|Del|F\d+)\)", text)


def test_language_switch_updates_every_text(window: MainWindow, application: AppHarness, qtbot: QtBot) -> None:
    application.enrol("Ada")
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.card.person is not None)
    set_language(window, Language.CHINESE)
    QApplication.processEvents()
    assert latin(visible_text(window), "Ada", "Logitech C920", "CPU") == set()
    set_language(window, Language.ENGLISH)
    QApplication.processEvents()
    assert "1 enrolled" in visible_text(window)


def latin(text: str, *known: str) -> set[str]:
    """The words in Latin letters but those known, which are the same in every language."""
    for word in known:
        text = text.replace(word, "")
    return set(re.findall("[A-Za-z]{3,}", text))


def test_plural_forms(qapp: QApplication) -> None:
    translators = Translators(qapp)
    translators.use(Language.ENGLISH)
    assert CameraAttemptTexts().tried(1) == "Tried once; retrying."
    assert CameraAttemptTexts().tried(12) == "Tried 12 times; retrying."
    translators.use(Language.CHINESE)
    assert CameraAttemptTexts().tried(12) == "已尝试 12 次，仍在继续尝试。"
    assert value_texts.number(10_000) == "10,000"
    translators.use(Language.ENGLISH)


@pytest.mark.parametrize("language", list(Language))
def test_every_language_has_its_files(qapp: QApplication, caplog: pytest.LogCaptureFixture, language: Language) -> None:
    with caplog.at_level(logging.WARNING):
        Translators(qapp).use(language)
        Translators(qapp).use(Language.ENGLISH)
    assert caplog.records == []


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
def test_nothing_is_clipped_in_the_smallest_window(open_window: OpenWindow, qtbot: QtBot, language: Language) -> None:
    application = AppHarness(language=language)
    application.enrol("Ada " + "W" * 96)
    window = open_window(application)
    window.resize(960, 600)
    panel = window.live.enrolment
    window.live.begin_enrolment()
    qtbot.waitUntil(panel.consent.agree.isEnabled)
    assert cut(panel) == []
    panel.consent.agree.click()
    show_result(window, application, result(seen()))
    panel.name_step.refuse(AlreadyEnrolled(name="Grace Hopper"))
    assert cut(panel) == []
    panel.name_step.field.setText("Ada")
    panel.name_step.start.click()
    qtbot.waitUntil(lambda: panel.flow is not None)
    assert panel.flow is not None
    show_result(window, application, result(seen(TrackState.UNKNOWN), enrolment=panel.flow.status))
    assert cut(panel) == []
    panel.capture_step.show_error(LOCKED)
    assert cut(panel) == []
    window.show_page("people")
    qtbot.waitUntil(lambda: window.people.card.person is not None)
    window.people.retry_notice.show_error(LOCKED)
    window.people.card.begin_erase()
    assert cut(window.people) == []


def cut(part: QWidget) -> list[str]:
    """The words that have less room than they need."""
    QApplication.processEvents()
    labels = [label for label in part.findChildren(QLabel) if label.isVisible() and not isinstance(label, ElidedLabel)]
    found = [label.text() for label in labels if not fits(label)]
    buttons = [button for button in part.findChildren(QAbstractButton) if button.isVisible() and button.text()]
    return found + [button.text() for button in buttons if not is_told(button)]


def is_told(button: QAbstractButton) -> bool:
    """Whether all words are seen; a picker may shorten the selected text, but it must remain recognisable."""
    if isinstance(button, Picker):
        shown, said = button.shown_text(), f"{button.accessibleName()} {button.toolTip()}"
        return shown == button.text() or (len(shown) > 3 and button.text() in said)
    return button.width() >= button.sizeHint().width()


def fits(label: QLabel) -> bool:
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        return label.height() >= needed and label.width() >= label.minimumSizeHint().width()
    return label.width() >= label.sizeHint().width()


def test_sentences_use_the_punctuation_of_the_language(qapp: QApplication) -> None:
    translators = Translators(qapp)
    translators.use(Language.CHINESE)
    assert value_texts.sentences("登记完成", "", "已保留 5 张照片。") == "登记完成。已保留 5 张照片。"
    translators.use(Language.ENGLISH)
    assert value_texts.sentences("Hold it there", "", "Only 3 s left.") == "Hold it there. Only 3 s left."
