"""Synthesises the sounds of the kiosk, resources/sounds/*.wav."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 22_050
SOUNDS = {
    "granted": ((659.26, 0.09), (987.77, 0.22)),
    "denied": ((311.13, 0.14), (233.08, 0.26)),
    "attention": ((783.99, 0.10),),
}
"""Notes of each sound: frequency in hertz, duration in seconds."""


def tone(hertz: float, seconds: float) -> NDArray[np.float64]:
    """Return one note: a sine with its octave, faded in and out.

    Args:
        hertz: Frequency.
        seconds: Duration.

    Returns:
        (samples,) float64 at `RATE`, -1 to 1.
    """
    time = np.arange(round(RATE * seconds)) / RATE
    shape = np.minimum(time / 0.008, 1) * np.exp(-time / (seconds * 0.45)) * np.minimum((seconds - time) / 0.01, 1)
    return shape * (np.sin(2 * np.pi * hertz * time) + 0.25 * np.sin(4 * np.pi * hertz * time)) / 1.25


def write(path: Path, notes: tuple[tuple[float, float], ...]) -> None:
    """Write a sequence of notes as a 16-bit mono WAV file."""
    samples = np.concatenate([tone(*note) for note in notes])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((samples * 0.5 * 32767).astype("<i2").tobytes())


if __name__ == "__main__":
    folder = Path(__file__).resolve().parents[1] / "resources" / "sounds"
    folder.mkdir(exist_ok=True)
    for name, notes in SOUNDS.items():
        write(folder / f"{name}.wav", notes)
