"""What networks cost: parameters, multiply-adds, and time on one thread."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.lab.export.single_precision import export_network
from app.lab.networks.architecture import Architecture
from app.lab.networks.mobilefacenet import FaceNetwork, count_multiply_adds, count_parameters
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import Session, open_session


@dataclass(frozen=True, slots=True)
class NetworkCost:
    """Of one face.

    Attributes:
        parameters: How many numbers are trained.
        multiply_adds: Of convolutions only, as the papers count.
        ms: Of the exported file, on one thread.
    """

    parameters: int
    multiply_adds: int
    ms: float


def measure_costs(architectures: Mapping[str, Architecture], rounds: int) -> dict[str, NetworkCost]:
    """Of networks with random weights, which their time does not depend on.

    Args:
        architectures: By name.
        rounds: How often each is timed, in turn.
    """
    networks = {name: FaceNetwork(architecture).eval() for name, architecture in architectures.items()}
    times = measure_latency({name: export_network(network) for name, network in networks.items()}, rounds)
    return {
        name: NetworkCost(count_parameters(network), count_multiply_adds(network), times[name])
        for name, network in networks.items()
    }


_ROUNDS = 100
_RUNS = 3


def measure_latency(files: Mapping[str, bytes], rounds: int = _ROUNDS) -> dict[str, float]:
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
