"""Rounding a trained network to eight bits without teaching it anything, by ONNX Runtime's own quantiser.

It is here to be compared with a student that was taught while rounding (`distil`, `export_quantised`).
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
_ROUNDED = ["Conv", "Add"]
"""PReLU has no integer kernel, and the vector's length is not to be rounded."""


@dataclass(frozen=True, slots=True)
class QuantisationReport:
    """What rounding costs and brings; the names are those of the JSON output.

    Attributes:
        bytes: Of the rounded file.
        bytes_before: Of the file it was made of.
        milliseconds: A face on one thread, rounded.
        milliseconds_before: The same, in the same run, as it was.
        rounded: How the rounded file tells people apart; `agreement` is the mean cosine with the file as it was.
        before: How the file does as it was.
        min_cosine: The lowest cosine of a face's two embeddings.
    """

    bytes: int
    bytes_before: int
    milliseconds: float
    milliseconds_before: float
    rounded: Validation
    before: Validation
    least_cosine: float


def quantise_after_training(content: bytes, faces: FaceSet) -> bytes:
    """The shipped network as a QDQ file: weights rounded for each channel, maps for each tensor.

    Args:
        content: The shipped file. Its PReLUs are taken as they were trained: in the factored form the factors lie so
            far apart that rounding them destroys the network.
        faces: To find the maps' ranges with.
    """
    return quantise_statically(
        _with_prelu(content), _ROUNDED, INPUT, (face[None] for face in faces.source.take(faces.places))
    )


def _with_prelu(content: bytes) -> bytes:
    network = FaceNetwork(SHIPPED)
    load_arrays(network, read_arrays(content))
    return export_network(network, rewritten=False)


def compare_quantised(before: bytes, rounded: bytes, faces: FaceSet) -> QuantisationReport:
    """Measure both files on the same faces.

    Args:
        before: In single precision.
        rounded: Made of it.
        faces: Of people of whom no face was used for calibration.
    """
    known, found = (_embedded(content, faces) for content in (before, rounded))
    ms = measure_latency({"before": before, "rounded": rounded}, rounds=40)
    return QuantisationReport(
        len(rounded),
        len(before),
        ms["rounded"],
        ms["before"],
        validate(found, faces.labels, known),
        validate(known, faces.labels),
        float((known * found).sum(axis=1).min()),
    )


def _embedded(content: bytes, faces: FaceSet) -> Vector:
    session = open_session(content, "measured", Engine(CPU, 1))
    return np.concatenate([session.run(images) for images in _batches(faces)])


def _batches(faces: FaceSet) -> Iterator[Images]:
    for start in range(0, len(faces), _BATCH):
        places: Places = faces.places[start : start + _BATCH]
        yield faces.source.take(places)


def sample_evenly(faces: FaceSet, count: int) -> FaceSet:
    """So many of them, evenly over all."""
    chosen = np.unique(np.linspace(0, len(faces) - 1, min(count, len(faces))).astype(np.int64))
    return FaceSet(faces.source, faces.places[chosen], faces.labels[chosen], faces.identities)
