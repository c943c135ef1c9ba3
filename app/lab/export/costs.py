"""Cost of networks: parameters, multiply-adds, and time on one thread."""

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
    """Cost of one face.

    Attributes:
        parameters: Number of trained parameters.
        multiply_adds: Of convolutions only, as the papers count.
        ms: Milliseconds of the exported file on one thread.
    """

    parameters: int
    multiply_adds: int
    ms: float


def measure_costs(architectures: Mapping[str, Architecture], rounds: int) -> dict[str, NetworkCost]:
    """Return the costs of networks with random weights, on which their time does not depend.

    Args:
        architectures: Architectures by name.
        rounds: Timed rounds of each network, in turn.
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
    """Return milliseconds a picture on one CPU thread, by name.

    Measures the CPU time of the thread, which other processes disturb less, and returns medians of alternating rounds.

    Args:
        files: ONNX files that take pixels.
        rounds: Rounds; each network runs three times in each.
    """
    sessions = {name: open_session(content, name, Engine(CPU, 1)) for name, content in files.items()}
    times: dict[str, list[float]] = {name: [] for name in sessions}
    for _ in range(rounds):
        for name, session in sessions.items():
            times[name].append(_measure_cpu_ms(session))
    return {name: float(np.median(times)) for name, times in times.items()}


def _measure_cpu_ms(session: Session) -> float:
    _, height, width, _ = session.input_shape
    picture = np.full((1, height or 1, width or 1, 3), 100, np.uint8)
    start = time.thread_time_ns()
    for _ in range(_RUNS):
        session.run_all(picture)
    return (time.thread_time_ns() - start) / _RUNS / 1e6
