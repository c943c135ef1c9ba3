"""Short sounds, by whatever this machine has to play them with."""

import shutil
import sys
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QApplication

from app.core.paths import resources_dir

_PLAYERS = (("pw-play",), ("paplay",), ("aplay", "-q"), ("afplay",))
"""Of PipeWire, PulseAudio, ALSA and macOS, in the order in which they are tried."""


class Sound(StrEnum):
    """What it says."""

    GRANTED = "granted"
    DENIED = "denied"
    ATTENTION = "attention"


def play(sound: Sound) -> None:
    """Play a sound, and do not wait for its end."""
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
