"""Speaking instructions aloud."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QObject
from pytestqt.qtbot import QtBot

from app.ui.sound import ProgramVoice, Speaker, Utterance, find_phrase, system_speaker
from tests.fakes.speech import FakeVoice


@pytest.fixture
def english() -> Iterator[None]:
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English))
    yield
    QLocale.setDefault(before)


@pytest.mark.usefixtures("english")
def test_newest_instruction_wins() -> None:
    voice = FakeVoice()
    speaker = Speaker(voice)
    for text in ("Blink", "Smile", "Look up"):
        speaker.say(text)
    assert voice.spoken == [("Blink", "en")]
    assert voice.stopped
    voice.end()
    assert voice.spoken == [("Blink", "en"), ("Look up", "en")]
    voice.end()
    assert voice.on_end is None


def test_instruction_is_not_repeated_without_silence() -> None:
    voice = FakeVoice()
    speaker = Speaker(voice)
    speaker.say("Blink")
    voice.end()
    speaker.say("Blink")
    assert len(voice.spoken) == 1
    speaker.say("")
    speaker.say("Blink")
    assert len(voice.spoken) == 2


def test_interrupted_instruction_can_be_repeated() -> None:
    voice = FakeVoice()
    speaker = Speaker(voice)
    for text in ("Blink", "Smile", "Blink"):
        speaker.say(text)
    voice.end()
    assert [text for text, _ in voice.spoken] == ["Blink", "Blink"]


def test_instruction_requested_during_the_next_is_repeated() -> None:
    voice = FakeVoice()
    speaker = Speaker(voice)
    speaker.say("Blink")
    voice.end()
    speaker.say("Smile")
    speaker.say("Blink")
    voice.end()
    assert [text for text, _ in voice.spoken] == ["Blink", "Smile", "Blink"]


def test_waiting_instruction_does_not_interrupt() -> None:
    voice = FakeVoice()
    speaker = Speaker(voice)
    speaker.say("Welcome")
    speaker.say("Too dark", at_once=False)
    speaker.say("Hold still", at_once=False)
    assert voice.stopped == 0
    voice.end()
    assert [text for text, _ in voice.spoken] == ["Welcome", "Hold still"]


def test_empty_text_stops_speech() -> None:
    voice = FakeVoice()
    speaker = Speaker(voice)
    speaker.say("Blink")
    speaker.say("")
    assert voice.stopped == 1
    voice.end()
    assert len(voice.spoken) == 1


def test_speech_uses_the_language_of_the_window() -> None:
    before, voice = QLocale(), FakeVoice()
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    Speaker(voice).say("眨眼")
    QLocale.setDefault(before)
    assert voice.spoken == [("眨眼", "zh")]


def test_speaker_without_voice_is_silent() -> None:
    speaker = Speaker(None)
    speaker.say("Blink")
    assert not speaker.can_speak
    speaker.close()


@pytest.mark.parametrize(
    ("platform", "there", "command"),
    [
        ("linux", {"spd-say", "espeak-ng"}, "spd-say"),
        ("linux", {"espeak-ng"}, "espeak-ng"),
        ("darwin", {"say"}, "say"),
        ("win32", {"powershell"}, "powershell"),
        ("freebsd14", {"espeak-ng"}, "espeak-ng"),
    ],
)
def test_speech_program_of_each_platform(platform: str, there: set[str], command: str) -> None:
    phrase = find_phrase(platform, lambda name: name if name in there else None)
    assert phrase is not None
    said = phrase("--help; 'x' $(y)", "zh")
    assert said.command[0] == command
    if platform == "win32":
        assert not any("$(y)" in argument for argument in said.command)
        assert said.environment["FACELATCH_SPEECH_TEXT"] == "--help; 'x' $(y)"
    else:
        assert said.command[-2:] == ("--", "--help; 'x' $(y)")


def test_machine_without_speech_program(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    assert find_phrase("linux", lambda _: None) is None
    monkeypatch.setenv("PATH", "")
    speaker = system_speaker()
    assert not speaker.can_speak
    assert "no speech program was found" in caplog.text


PROGRAM = """
import json, os, sys, time
with open(sys.argv[1], "a") as note:
    note.write(json.dumps([time.monotonic(), *sys.argv[2:], os.environ.get("SAID", "")]) + "\\n")
time.sleep(float(sys.argv[3]))
with open(sys.argv[1], "a") as note:
    note.write(json.dumps([time.monotonic(), "end"]) + "\\n")
"""


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Callable[[str, str], Utterance]]:
    """A real program that takes so many seconds, and notes when it begins and ends."""
    script = tmp_path / "speak.py"
    script.write_text(PROGRAM)
    note = tmp_path / "note"

    def taking(seconds: str) -> Callable[[str, str], Utterance]:
        def phrase(text: str, language: str) -> Utterance:
            command = (sys.executable, "-S", str(script), str(note), text, seconds)
            return Utterance(command, environment={"SAID": language})

        return phrase

    return taking


@pytest.fixture
def parent() -> Iterator[QObject]:
    made = QObject()
    yield made
    made.deleteLater()


def noted(tmp_path: Path) -> list[list[str]]:
    note = tmp_path / "note"
    return [json.loads(line)[1:] for line in note.read_text().splitlines()] if note.exists() else []


def test_real_program_speaks_in_order(
    tmp_path: Path, program: Callable[[str], Callable[[str, str], Utterance]], qtbot: QtBot, parent: QObject
) -> None:
    speaker = Speaker(ProgramVoice(program("0.05"), parent), parent)
    speaker.say("Blink; rm -rf $HOME")
    qtbot.waitUntil(lambda: ["end"] in noted(tmp_path))
    speaker.say("Smile")
    qtbot.waitUntil(lambda: len(noted(tmp_path)) == 4)
    speaker.close()
    language = QLocale().name().partition("_")[0]
    said = [line for line in noted(tmp_path) if line != ["end"]]
    assert said == [["Blink; rm -rf $HOME", "0.05", language], ["Smile", "0.05", language]]


def test_program_is_stopped_for_the_next_text(
    tmp_path: Path, program: Callable[[str], Callable[[str, str], Utterance]], qtbot: QtBot, parent: QObject
) -> None:
    speaker = Speaker(ProgramVoice(program("60"), parent), parent)
    speaker.say("Blink")
    qtbot.waitUntil(lambda: len(noted(tmp_path)) == 1)
    speaker.say("Smile")
    qtbot.waitUntil(lambda: len(noted(tmp_path)) == 2)
    speaker.close()
    assert [line[0] for line in noted(tmp_path)] == ["Blink", "Smile"], "the first went on to its end"


def test_missing_program_is_tolerated(qtbot: QtBot, parent: QObject, caplog: pytest.LogCaptureFixture) -> None:
    speaker = Speaker(ProgramVoice(lambda _text, _language: Utterance(("/nowhere/speak",)), parent), parent)
    said: list[str] = []
    speaker.said.connect(said.append)
    speaker.say("Blink")
    qtbot.waitUntil(lambda: "cannot be started" in caplog.text)
    speaker.say("Smile")
    qtbot.waitUntil(lambda: said == ["Blink", "Smile"])
    speaker.close()


def test_failing_program_is_logged(qtbot: QtBot, parent: QObject, caplog: pytest.LogCaptureFixture) -> None:
    speaker = Speaker(ProgramVoice(lambda _text, _language: Utterance(("false",)), parent), parent)
    speaker.say("Blink")
    qtbot.waitUntil(lambda: "could not speak" in caplog.text)
    speaker.close()
