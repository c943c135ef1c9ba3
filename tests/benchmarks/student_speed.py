"""Compares the speed of a model with the shipped network, as exported and as rewritten, on one thread in one run.

    python -m tests.benchmarks.student_speed models/mobilefacenet_int8.onnx

Measures the CPU time of the thread, which other processes disturb less, and prints medians of alternating rounds.
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
    """Return milliseconds a face by network.

    Args:
        model: The ONNX file to compare.
        shipped: The shipped ONNX file.
    """
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
