"""Recall of the quantized scan, for templates that fill their space and for templates that do not."""

import numpy as np
import pytest

from app.evaluation.benchmarks.synthetic import SyntheticFaces
from app.matching.quantized_scan import QuantizedScan
from tests.unit.matching.galleries import unit

PROBES = 100


def share_found(vectors: np.ndarray, probes: np.ndarray, scan: QuantizedScan) -> float:
    """The share of probes whose two most similar templates are among the 64 candidates."""
    nearest = np.argsort(-(probes @ vectors.T), axis=1)[:, :2]
    named = [set(scan.nearest(probe, 64).tolist()) for probe in probes]
    return float(np.mean([set(two.tolist()) <= names for two, names in zip(nearest, named, strict=True)]))


def test_faces_are_scanned_along_the_directions_they_fill() -> None:
    faces = SyntheticFaces.with_lfw_statistics(192)
    people = faces.centres(4000)
    vectors = np.concatenate([some for _, some in faces.pictures(people, 2)])
    turned = np.linalg.qr(np.random.default_rng(1).normal(size=(192, 192)))[0].astype(np.float32)
    scan = QuantizedScan((vectors @ turned).astype(np.float16))
    probes = np.concatenate([faces.sample(people[:PROBES], 9), faces.sample(faces.centres(PROBES, seed=8), 9)])
    assert scan.size == pytest.approx(61, abs=1)
    assert share_found(vectors @ turned, probes @ turned, scan) >= 0.99


def test_vectors_that_fill_their_space_are_scanned_whole() -> None:
    random = np.random.default_rng(2)
    vectors = unit(random.normal(size=(5000, 64)))
    scan = QuantizedScan(vectors)
    assert scan.size == 64
    assert share_found(vectors, unit(vectors[:PROBES] + 0.1 * random.normal(size=(PROBES, 64))), scan) >= 0.99
