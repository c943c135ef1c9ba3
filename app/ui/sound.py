"""Speech and short sounds through programs of the operating system.

QtTextToSpeech is not part of PySide6-Essentials, and uses the same programs through plug-ins of its own.
"""

import logging
import os
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QLocale, QObject, QProcess, QProcessEnvironment, QTimer, Signal
from PySide6.QtWidgets import QApplication

from app.core.paths import resources_dir

log = logging.getLogger(__name__)

_END_MS = 1000
"""Time in milliseconds for a speech program to end after it was asked to; it is then killed."""


class Voice(Protocol):
    """Speaks one text at a time."""

    def start(self, text: str, language: str, on_end: Callable[[], None]) -> None:
        """Start speaking.

        Args:
            text: Not empty.
            language: A two-letter code of ISO 639-1: "en", "zh".
            on_end: Called when the speech has ended for any reason; never before this method returns.
        """
        ...

    def stop(self) -> None:
        """End the current speech soon; no effect without one."""
        ...

    def close(self) -> None:
        """End all speech permanently. `on_end` is not called any more."""
        ...


@dataclass(frozen=True, slots=True)
class Utterance:
    """Command line that speaks a text, and the one that stops it.

    Attributes:
        command: The program and its arguments; no shell is involved.
        silence: Command that stops the speech if ending the program does not; empty otherwise.
        environment: Additional environment variables.
    """

    command: tuple[str, ...]
    silence: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


Phrase = Callable[[str, str], Utterance]
"""Returns the utterance of a text in a language."""


def find_phrase(platform: str, which: Callable[[str], str | None]) -> Phrase | None:
    """Return how this machine speaks; None if it has no speech program.

    Args:
        platform: As in `sys.platform`.
        which: Finds a program, like `shutil.which`.
    """
    return next((phrase for name, phrase in _PROGRAMS.get(platform, _OF_LINUX) if which(name)), None)


def _speech_dispatcher(text: str, language: str) -> Utterance:
    command = ("spd-say", "--wait", "--language", language, "--", text)
    # The daemon speaks, and continues when the program that asked it has ended.
    return Utterance(command, silence=("spd-say", "--stop"))


def _espeak(text: str, language: str) -> Utterance:
    return Utterance(("espeak-ng", "-v", {"zh": "cmn"}.get(language, language), "--", text))


def _macos(text: str, language: str) -> Utterance:
    return Utterance(("say", "-v", {"zh": "Tingting"}.get(language, "Samantha"), "--", text))


_WINDOWS_SCRIPT = """
Add-Type -AssemblyName System.Speech
$voice = New-Object System.Speech.Synthesis.SpeechSynthesizer
$culture = [System.Globalization.CultureInfo]$env:FACELATCH_SPEECH_LANGUAGE
$voice.SelectVoiceByHints('NotSet', 'NotSet', 0, $culture)
$voice.Speak($env:FACELATCH_SPEECH_TEXT)
"""
"""The text is passed as an environment variable, so that it is never executed as part of the script."""


def _windows(text: str, language: str) -> Utterance:
    command = ("powershell", "-NoProfile", "-NonInteractive", "-Command", _WINDOWS_SCRIPT)
    culture = {"zh": "zh-CN", "en": "en-US"}.get(language, language)
    return Utterance(command, environment={"FACELATCH_SPEECH_TEXT": text, "FACELATCH_SPEECH_LANGUAGE": culture})


_OF_LINUX = (("spd-say", _speech_dispatcher), ("espeak-ng", _espeak))
_PROGRAMS = {"darwin": (("say", _macos),), "win32": (("powershell", _windows),)}


class ProgramVoice(QObject):
    """A voice that runs one process per text.

    Args:
        phrase: Returns the command line of a text.
        parent: Owner of this object.
    """

    def __init__(self, phrase: Phrase, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._phrase = phrase
        self._utterance = Utterance(())
        self._on_end: Callable[[], None] | None = None
        self._process = QProcess(self)
        self._process.setStandardOutputFile(os.devnull)
        self._process.setStandardErrorFile(os.devnull)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._failed)
        self._killing = QTimer(self, singleShot=True, interval=_END_MS)
        self._killing.timeout.connect(self._process.kill)

    def start(self, text: str, language: str, on_end: Callable[[], None]) -> None:
        """See `Voice.start`; must not be called during another speech."""
        self._utterance, self._on_end = self._phrase(text, language), on_end
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in self._utterance.environment.items():
            environment.insert(name, value)
        self._process.setProcessEnvironment(environment)
        program, *arguments = self._utterance.command
        self._process.start(program, arguments)

    def stop(self) -> None:
        """Terminate the program; kill it if it does not end in time."""
        if self._process.state() is QProcess.ProcessState.NotRunning or self._killing.isActive():
            return
        self._killing.start()
        if self._utterance.silence:
            program, *arguments = self._utterance.silence
            QProcess.startDetached(program, arguments)
        else:
            self._process.terminate()

    def close(self) -> None:
        """Kill the program."""
        self._on_end = None
        self.stop()
        self._killing.stop()
        self._process.kill()
        self._process.waitForFinished(_END_MS)

    def _finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        if code and not self._killing.isActive():
            log.warning("“%s” could not speak: it ended with %s", self._process.program(), code)
        self._end()

    def _failed(self, error: QProcess.ProcessError) -> None:
        """End the speech of a program that could not be started; it emits no `finished`."""
        if error is QProcess.ProcessError.FailedToStart:
            log.warning("“%s” cannot be started", self._process.program())
            # An error may be reported before `start` has returned.
            QTimer.singleShot(0, self, self._end)

    def _end(self) -> None:
        self._killing.stop()
        on_end, self._on_end = self._on_end, None
        if on_end is not None:
            on_end()


class Speaker(QObject):
    """Speaks the newest instruction once, one at a time. Lives in the window's thread.

    A new instruction interrupts the current one, which it replaces. Of those that arrive meanwhile, only the last is
    spoken.

    Signals:
        said: The text whose speech starts.

    Args:
        voice: Speaks; None if this machine has no speech program.
        parent: Owner of this object.
    """

    said = Signal(str)

    def __init__(self, voice: Voice | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._voice = voice
        self._wanted = ""
        self._saying = ""
        self._done = ""
        self._cut = False

    @property
    def can_speak(self) -> bool:
        """Whether this machine can speak."""
        return self._voice is not None

    def say(self, text: str, *, at_once: bool = True) -> None:
        """Speak a text, unless it is being spoken or was the last one spoken.

        Args:
            text: The text; empty to stop and to forget the last one.
            at_once: Whether to interrupt the current speech; otherwise wait for its end.
        """
        if text == self._wanted:
            return
        self._wanted = text
        if not text:
            self._done = ""
        if self._voice is None:
            return
        if not self._saying:
            self._begin()
        elif at_once:
            self._cut = True
            self._voice.stop()

    def close(self) -> None:
        """Stop speaking permanently; may be called twice."""
        voice, self._voice = self._voice, None
        if voice is not None:
            voice.close()

    def _begin(self) -> None:
        if self._voice is not None and self._wanted and self._wanted != self._done:
            self._saying, self._cut = self._wanted, False
            self.said.emit(self._saying)
            self._voice.start(self._saying, _language(), self._ended)

    def _ended(self) -> None:
        self._done, self._saying = "" if self._cut else self._saying, ""
        self._begin()


def system_speaker(parent: QObject | None = None) -> Speaker:
    """Return a speaker that uses this machine's speech program, in the language of the window."""
    phrase = find_phrase(sys.platform, shutil.which)
    if phrase is None:
        log.warning("no speech program was found; on Linux, install speech-dispatcher")
        return Speaker(None, parent)
    return Speaker(ProgramVoice(phrase, parent), parent)


def _language() -> str:
    """Return the language of the window as an ISO 639-1 code."""
    return QLocale().name().partition("_")[0]


_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
"""Players of PipeWire, PulseAudio, ALSA and macOS, in order of preference."""


class Sound(StrEnum):
    """Meaning of a sound."""

    GRANTED = "granted"
    DENIED = "denied"
    ATTENTION = "attention"


def play_sound(sound: Sound) -> None:
    """Play a sound without waiting for its end."""
    path = resources_dir() / "sounds" / f"{sound}.wav"
    if sys.platform == "win32":
        _play_on_windows(path)
    elif (player := _player()) is None or not QProcess.startDetached(player[0], [*player[1:], str(path)])[0]:
        QApplication.beep()


@lru_cache(maxsize=1)
def _player() -> tuple[str, ...] | None:
    return next((player for player in _PLAYERS if shutil.which(player[0])), None)


def _play_on_windows(path: Path) -> None:
    import winsound

    winsound.PlaySound(str(path), winsound.SND_FILENAME | winsound.SND_ASYNC)  # type: ignore[attr-defined,unused-ignore]
