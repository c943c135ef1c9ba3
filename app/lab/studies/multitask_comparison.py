"""Comparison of one network for detection and embedding with a separate network for each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector
from app.evaluation.statistics.verification import threshold_at_fmr
from app.lab.data.compositions import CompositeBatch
from app.lab.data.faces import FaceSet, Images
from app.lab.export.costs import measure_latency
from app.lab.networks.mobilefacenet import FaceNetwork, count_multiply_adds, count_multiply_adds_at
from app.lab.networks.two_heads import DETECTOR, TEACHABLE, TwoHeadNetwork
from app.lab.training.multitask import compose_every_face
from app.lab.training.validation import Validation, validate
from app.matching.rates import wilson_interval
from app.vision.alignment import TEMPLATE, TEMPLATE_SIDE, similarity_transform
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import Session, open_session

FALSE_ALARMS = 0.01
"""Share of pictures without a face with a false detection, at which detection rates are compared."""

_ROUNDS = 40
_SHIPPED, _DETECTOR, _TWO_HEADS = "shipped", "detector", "two heads"


@dataclass(frozen=True, slots=True)
class DetectionRates:
    """Detection accuracy of a network.

    Attributes:
        detected: Share of faces detected, at one false detection in a hundred pictures without a face.
        detected_low: Lower end of its 95 % Wilson interval.
        detected_high: Upper end.
        points_away: Mean error of the five landmarks over the distance between the eyes.
    """

    detected: float
    detected_low: float
    detected_high: float
    points_away: float


@dataclass(frozen=True, slots=True)
class PathResult:
    """Cost and accuracy of one path from a picture to an embedding; field names are the keys of the JSON output.

    Attributes:
        multiply_adds: Multiply-adds in convolutions, for one picture.
        milliseconds: On one thread, without warping.
        finds: Detection accuracy; None where the face's place is given.
        faces: Accuracy of its embeddings; faces that were not detected count like the others.
    """

    multiply_adds: int
    milliseconds: float
    finds: DetectionRates | None
    faces: Validation


@dataclass(frozen=True, slots=True)
class MultiTaskComparison:
    """Result of the comparison; field names are the keys of the JSON output.

    Attributes:
        ways: Results by path.
        faces: Composite pictures with a face, and as many without.
        people: Number of people in them.
    """

    ways: dict[str, PathResult]
    faces: int
    people: int


@dataclass(frozen=True, slots=True)
class _NetworkOutputs:
    """Outputs for all pictures: (n,), (n,), (n, 5, 2), and (n, size) with an embedding head."""

    present: NDArray[np.float64]
    empty: NDArray[np.float64]
    points: NDArray[np.float32]
    vectors: Vector | None


def compare_networks(
    shipped: bytes,
    detector: bytes,
    two_heads: bytes,
    faces: FaceSet,
    backgrounds: Images,
    seed: int = 0,
    on_face: Callable[[int], None] = lambda _: None,
) -> MultiTaskComparison:
    """Run all files on the same composite pictures.

    Args:
        shipped: File that embeds aligned faces.
        detector: File that detects.
        two_heads: File that does both.
        faces: Faces of people who are not in the training set.
        backgrounds: (m, side, side, 3) uint8, RGB.
        seed: Seed of the pictures.
        on_face: Called with the number of faces done.
    """
    files = {_SHIPPED: shipped, _DETECTOR: detector, _TWO_HEADS: two_heads}
    sessions = {name: open_session(content, name, Engine(CPU, 1)) for name, content in files.items()}
    outputs: dict[str, list[_NetworkOutputs]] = {_DETECTOR: [], _TWO_HEADS: []}
    vectors: dict[str, list[Vector]] = {name: [] for name in ("given", "two networks", "twice")}
    points: list[NDArray[np.float32]] = []
    for places, full, empty in compose_every_face(faces, backgrounds, seed):
        pixels, empty_pixels = _pixels(full), _pixels(empty)
        for name, parts in outputs.items():
            parts.append(_run_network(sessions[name], pixels, empty_pixels))
        vectors["given"].append(sessions[_SHIPPED].run(faces.source.take(faces.places[places])))
        vectors["two networks"].append(sessions[_SHIPPED].run(_aligned(pixels, outputs[_DETECTOR][-1].points)))
        vectors["twice"].append(sessions[_TWO_HEADS].run(_aligned(pixels, outputs[_TWO_HEADS][-1].points)))
        points.append(full.points.numpy())
        on_face(int(places[-1]) + 1)
    joined = {name: _join_outputs(parts) for name, parts in outputs.items()}
    embedded = {name: np.concatenate(parts) for name, parts in vectors.items()}
    once = joined[_TWO_HEADS].vectors
    assert once is not None
    embedded["once"] = once
    finds = {name: _detection_rates(parts, np.concatenate(points)) for name, parts in joined.items()}
    ways = _path_results(measure_latency(files, _ROUNDS), finds, embedded, faces.labels)
    return MultiTaskComparison(ways, len(faces), len(faces.identities))


def _path_results(
    ms: Mapping[str, float],
    finds: Mapping[str, DetectionRates],
    vectors: Mapping[str, Vector],
    labels: NDArray[np.int64],
) -> dict[str, PathResult]:
    own = {
        _SHIPPED: count_multiply_adds(FaceNetwork(TEACHABLE)),
        _DETECTOR: count_multiply_adds(FaceNetwork(DETECTOR)),
        _TWO_HEADS: count_multiply_adds_at(TwoHeadNetwork(TEACHABLE), TEACHABLE.input_size),
    }
    paths = {
        "face given, shipped network": ((_SHIPPED,), None, "given"),
        "two networks": ((_DETECTOR, _SHIPPED), _DETECTOR, "two networks"),
        "two heads, one look": ((_TWO_HEADS,), _TWO_HEADS, "once"),
        "two heads, aligned, second look": ((_TWO_HEADS, _TWO_HEADS), _TWO_HEADS, "twice"),
    }
    return {
        name: PathResult(
            sum(own[part] for part in parts),
            sum(ms[part] for part in parts),
            None if finder is None else finds[finder],
            validate(vectors[by], labels, vectors["given"]),
        )
        for name, (parts, finder, by) in paths.items()
    }


def _run_network(session: Session, pixels: Images, empty_pixels: Images) -> _NetworkOutputs:
    *embedded, present, points = session.run_all(pixels)
    empty = session.run_all(empty_pixels)[-2]
    vectors = embedded[0] if embedded else None
    return _NetworkOutputs(present[:, 0].astype(np.float64), empty[:, 0].astype(np.float64), points, vectors)


def _join_outputs(parts: list[_NetworkOutputs]) -> _NetworkOutputs:
    vectors = [part.vectors for part in parts if part.vectors is not None]
    return _NetworkOutputs(
        np.concatenate([part.present for part in parts]),
        np.concatenate([part.empty for part in parts]),
        np.concatenate([part.points for part in parts]),
        np.concatenate(vectors) if vectors else None,
    )


def _detection_rates(outputs: _NetworkOutputs, points: NDArray[np.float32]) -> DetectionRates:
    found = int((outputs.present >= threshold_at_fmr(outputs.empty, FALSE_ALARMS)).sum())
    low, high = wilson_interval(found, len(points))
    eyes = np.linalg.norm(points[:, 0] - points[:, 1], axis=1)
    away = np.linalg.norm(outputs.points - points, axis=2).mean(axis=1) / eyes
    return DetectionRates(found / len(points), low, high, float(away.mean()))


def _pixels(paths: CompositeBatch) -> Images:
    pixels: Images = (paths.pictures.permute(0, 2, 3, 1) * 255).round().byte().numpy()
    return np.ascontiguousarray(pixels)


def _aligned(pictures: Images, points: NDArray[np.float32]) -> Images:
    """Return pictures warped so that these landmarks lie on the template."""
    side = pictures.shape[1]
    template = TEMPLATE * (side / TEMPLATE_SIDE)
    matrices = (similarity_transform(own, template) for own in points)
    paths = [cv2.warpAffine(p, matrix, (side, side)) for p, matrix in zip(pictures, matrices, strict=True)]
    return np.stack(paths).astype(np.uint8)


def comparison_table(comparison: MultiTaskComparison) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a table: titles first, then one row a path."""
    yield "", "multiply-adds", "ms", "found", "points away", "TAR at 1e-3", "rank-1", "cosine with the shipped"
    for name, way in comparison.ways.items():
        found, away = "–", "–"
        if way.finds is not None:
            ends = f"{100 * way.finds.detected_low:.1f} – {100 * way.finds.detected_high:.1f}"
            found, away = f"{100 * way.finds.detected:.2f} % ({ends})", f"{100 * way.finds.points_away:.1f} %"
        faces = way.faces
        embedded = (f"{100 * faces.tar:.2f} %", f"{100 * faces.rank1:.2f} %", f"{faces.agreement or 0:.3f}")
        yield name, f"{way.multiply_adds / 1e6:.0f} M", f"{way.milliseconds:.2f}", found, away, *embedded
