"""How long networks take, beside each other in one run."""

import time
from collections.abc import Mapping

import numpy as np

from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import Session, open_session

_ROUNDS = 100
_RUNS = 3


def milliseconds_of(files: Mapping[str, bytes], rounds: int = _ROUNDS) -> dict[str, float]:
    """Milliseconds a picture on one thread of the CPU, by name.

    Counts the thread's own time, so that others on the machine disturb less, and gives the medians of alternating
    rounds.

    Args:
        files: ONNX files that take pixels.
        rounds: In each, every network runs three times.
    """
    sessions = {name: open_session(content, name, Engine(CPU, 1)) for name, content in files.items()}
    spent: dict[str, list[float]] = {name: [] for name in sessions}
    for _ in range(rounds):
        for name, session in sessions.items():
            spent[name].append(_one(session))
    return {name: float(np.median(times)) for name, times in spent.items()}


def _one(session: Session) -> float:
    _, height, width, _ = session.input_shape
    picture = np.full((1, height or 1, width or 1, 3), 100, np.uint8)
    start = time.thread_time_ns()
    for _ in range(_RUNS):
        session.run_all(picture)
    return (time.thread_time_ns() - start) / _RUNS / 1e6
