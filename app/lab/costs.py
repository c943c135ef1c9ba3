"""What networks cost: parameters, multiply-adds, and time on one thread."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.lab.architecture import Architecture
from app.lab.export import export_network
from app.lab.latency import milliseconds_of
from app.lab.network import FaceNetwork, count_multiply_adds, count_parameters


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one face.

    Attributes:
        parameters: How many numbers are trained.
        multiply_adds: Of convolutions only, as the papers count.
        ms: Of the exported file, on one thread.
    """

    parameters: int
    multiply_adds: int
    ms: float


def costs(architectures: Mapping[str, Architecture], rounds: int) -> dict[str, Cost]:
    """Of networks with random weights, which their time does not depend on.

    Args:
        architectures: By name.
        rounds: How often each is timed, in turn.
    """
    networks = {name: FaceNetwork(architecture).eval() for name, architecture in architectures.items()}
    times = milliseconds_of({name: export_network(network) for name, network in networks.items()}, rounds)
    return {
        name: Cost(count_parameters(network), count_multiply_adds(network), times[name])
        for name, network in networks.items()
    }
