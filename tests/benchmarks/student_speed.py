"""How much faster a model is than the shipped network, as exported and as rewritten: one thread, one run.

    python -m tests.benchmarks.student_speed models/mobilefacenet_int8.onnx

Counts the thread's own time, so that others on the machine disturb less, and prints the medians of alternating rounds.
"""

import argparse
from pathlib import Path

from app.core.paths import models_dir
from app.lab.export.costs import measure_latency
from app.lab.export.single_precision import export_network
from app.lab.export.weights import load_arrays, read_arrays
from app.lab.networks.architecture import SHIPPED
from app.lab.networks.mobilefacenet import FaceNetwork


def measure(model: bytes, shipped: bytes) -> dict[str, float]:
    """Milliseconds a face, by network."""
    network = FaceNetwork(SHIPPED)
    load_arrays(network, read_arrays(shipped))
    as_exported = export_network(network, rewritten=False)
    return measure_latency({"PReLU as exported": as_exported, "rewritten": shipped, "model": model})


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
