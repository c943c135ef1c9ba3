"""How much faster a model is than the shipped network, as exported and as rewritten: one thread, one run.

    python -m tests.benchmarks.student_speed models/mobilefacenet_int8.onnx

Counts the thread's own time, so that others on the machine disturb less, and prints the medians of alternating rounds.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from app.core.paths import models_dir
from app.lab.architecture import SHIPPED
from app.lab.export import export_network
from app.lab.network import FaceNetwork
from app.lab.weights import load_arrays, read_arrays
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import Session, open_session

_ROUNDS = 100
_RUNS = 3


def measure(model: bytes, shipped: bytes) -> dict[str, float]:
    """Milliseconds a face, by network."""
    network = FaceNetwork(SHIPPED)
    load_arrays(network, read_arrays(shipped))
    files = {"PReLU as exported": export_network(network, rewritten=False), "rewritten": shipped, "model": model}
    sessions = {name: open_session(content, name, Engine(CPU, 1)) for name, content in files.items()}
    spent: dict[str, list[float]] = {name: [] for name in sessions}
    for _ in range(_ROUNDS):
        for name, session in sessions.items():
            spent[name].append(_one(session))
    return {name: float(np.median(times)) for name, times in spent.items()}


def _one(session: Session) -> float:
    _, height, width, _ = session.input_shape
    face = np.full((1, height or 1, width or 1, 3), 100, np.uint8)
    start = time.thread_time_ns()
    for _ in range(_RUNS):
        session.run(face)
    return (time.thread_time_ns() - start) / _RUNS / 1e6


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    path = parser.parse_args().model
    times = measure(path.read_bytes(), (models_dir() / "mobilefacenet.onnx").read_bytes())
    for name, milliseconds in times.items():
        print(f"{name:20s} {milliseconds:6.2f} ms, the model is {milliseconds / times['model']:.2f} × as fast")  # noqa: T201


if __name__ == "__main__":
    main()
