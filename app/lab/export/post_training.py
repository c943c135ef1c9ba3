"""Post-training quantisation of the shipped network by ONNX Runtime's own quantiser.

Serves as the baseline for a student trained with quantisation (`distillation`, `quantised`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.core.faces import Vector
from app.lab.data.faces import FaceSet, Images, Places
from app.lab.export.costs import measure_latency
from app.lab.export.onnx_graph import INPUT
from app.lab.export.single_precision import export_network
from app.lab.export.weights import load_arrays, read_arrays
from app.lab.networks.architecture import SHIPPED
from app.lab.networks.mobilefacenet import FaceNetwork
from app.lab.training.validation import Validation, validate
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.quantisation import quantise_statically
from app.vision.engine.session import open_session

_BATCH = 32
_OPERATORS = ["Conv", "Add"]
"""Quantised operators: PReLU has no integer kernel, and the normalisation of the vector stays in single precision."""


@dataclass(frozen=True, slots=True)
class QuantisationReport:
    """Cost and benefit of quantisation; field names are the keys of the JSON output.

    Attributes:
        bytes: Size of the quantised file.
        bytes_before: Size of the original file.
        milliseconds: Time of a face on one thread, quantised.
        milliseconds_before: The same of the original, in the same run.
        rounded: Accuracy of the quantised file; `agreement` is the mean cosine with the original.
        before: Accuracy of the original.
        least_cosine: Lowest cosine of a face's two embeddings.
    """

    bytes: int
    bytes_before: int
    milliseconds: float
    milliseconds_before: float
    rounded: Validation
    before: Validation
    least_cosine: float


def quantise_after_training(content: bytes, faces: FaceSet) -> bytes:
    """Return the shipped network as a QDQ file: weights quantised for each channel, maps for each tensor.

    Args:
        content: The shipped file. Its PReLUs are restored to the trained form: in the factored form the factors differ
            so much that quantising them destroys the network.
        faces: Calibration set for the ranges of the maps.
    """
    return quantise_statically(
        _with_prelu(content), _OPERATORS, INPUT, (face[None] for face in faces.source.take(faces.places))
    )


def _with_prelu(content: bytes) -> bytes:
    network = FaceNetwork(SHIPPED)
    load_arrays(network, read_arrays(content))
    return export_network(network, rewritten=False)


def compare_quantised(before: bytes, rounded: bytes, faces: FaceSet) -> QuantisationReport:
    """Measure both files on the same faces.

    Args:
        before: File in single precision.
        rounded: Quantised file.
        faces: Faces of people who are not in the calibration set.
    """
    original_vectors, quantised_vectors = (_embed(content, faces) for content in (before, rounded))
    ms = measure_latency({"before": before, "rounded": rounded}, rounds=40)
    return QuantisationReport(
        len(rounded),
        len(before),
        ms["rounded"],
        ms["before"],
        validate(quantised_vectors, faces.labels, original_vectors),
        validate(original_vectors, faces.labels),
        float((original_vectors * quantised_vectors).sum(axis=1).min()),
    )


def _embed(content: bytes, faces: FaceSet) -> Vector:
    session = open_session(content, "measured", Engine(CPU, 1))
    return np.concatenate([session.run(images) for images in _batches(faces)])


def _batches(faces: FaceSet) -> Iterator[Images]:
    for start in range(0, len(faces), _BATCH):
        places: Places = faces.places[start : start + _BATCH]
        yield faces.source.take(places)


def sample_evenly(faces: FaceSet, count: int) -> FaceSet:
    """Return faces spread evenly over a set, in the same order.

    Args:
        faces: Set to select from.
        count: Faces to select, at least 0.

    Returns:
        That many faces at equal distances, from the first to the last; only the first for a `count` of 1, and all faces
        if there are fewer.
    """
    chosen = np.unique(np.linspace(0, len(faces) - 1, min(count, len(faces))).astype(np.int64))
    return FaceSet(faces.source, faces.places[chosen], faces.labels[chosen], faces.identities)
