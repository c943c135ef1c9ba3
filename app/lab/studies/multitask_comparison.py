"""What one network for two tasks costs and is worth, beside a network for each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from app.core.faces import Vector
from app.evaluation.statistics.verification import threshold_at_fmr, wilson_interval
from app.lab.data.compositions import CompositeBatch
from app.lab.data.faces import FaceSet, Images
from app.lab.export.costs import measure_latency
from app.lab.networks.mobilefacenet import FaceNetwork, count_multiply_adds, count_multiply_adds_at
from app.lab.networks.two_heads import DETECTOR, TEACHABLE, TwoHeadNetwork
from app.lab.training.multitask import compose_every_face
from app.lab.training.validation import Validation, validate
from app.vision.alignment import TEMPLATE, TEMPLATE_SIDE, similarity_transform
from app.vision.engine.engines import CPU, Engine
from app.vision.engine.session import Session, open_session

FALSE_ALARMS = 0.01
"""Pictures without a face in which one is seen, at which detection is compared."""

_ROUNDS = 40
_SHIPPED, _DETECTOR, _TWO_HEADS = "shipped", "detector", "two heads"


@dataclass(frozen=True, slots=True)
class DetectionRates:
    """How a network finds faces.

    Attributes:
        detected: Share of the faces found where a face is seen in one of a hundred pictures without.
        detected_low: Lower end of its 95 % Wilson interval.
        detected_high: Upper end.
        points_away: Mean distance of the five points from where they are, over that between the eyes.
    """

    detected: float
    detected_low: float
    detected_high: float
    points_away: float


@dataclass(frozen=True, slots=True)
class PathResult:
    """One way from a picture to an embedding.

    Attributes:
        multiply_adds: In convolutions, for one picture.
        milliseconds: On one thread, without warping.
        finds: None where the face's place is given.
        faces: How its embeddings tell people apart; faces that were not found count like the others.
    """

    multiply_adds: int
    milliseconds: float
    finds: DetectionRates | None
    faces: Validation


@dataclass(frozen=True, slots=True)
class MultiTaskComparison:
    """The outcome; the names are those of the JSON output.

    Attributes:
        ways: By name.
        faces: Composed pictures with a face, and as many without.
        people: To whom they belong.
    """

    ways: dict[str, PathResult]
    faces: int
    people: int


@dataclass(frozen=True, slots=True)
class _NetworkOutputs:
    """What a network says of all pictures: (n,), (n,), (n, 5, 2), and (n, size) where it embeds."""

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
    told: Callable[[int], None] = lambda _: None,
) -> MultiTaskComparison:
    """Run all files on the same composed pictures.

    Args:
        shipped: The file that embeds aligned faces.
        detector: The file that finds.
        two_heads: The file that does both.
        faces: Of people whom nothing was learnt from.
        backgrounds: (m, side, side, 3) uint8, RGB.
        seed: Of the pictures.
        told: Called with the number of faces done.
    """
    files = {_SHIPPED: shipped, _DETECTOR: detector, _TWO_HEADS: two_heads}
    sessions = {name: open_session(content, name, Engine(CPU, 1)) for name, content in files.items()}
    seen: dict[str, list[_NetworkOutputs]] = {_DETECTOR: [], _TWO_HEADS: []}
    vectors: dict[str, list[Vector]] = {name: [] for name in ("given", "two networks", "twice")}
    points: list[NDArray[np.float32]] = []
    for places, full, empty in compose_every_face(faces, backgrounds, seed):
        pixels, nothing = _pixels(full), _pixels(empty)
        for name, parts in seen.items():
            parts.append(_look(sessions[name], pixels, nothing))
        vectors["given"].append(sessions[_SHIPPED].run(faces.source.take(faces.places[places])))
        vectors["two networks"].append(sessions[_SHIPPED].run(_aligned(pixels, seen[_DETECTOR][-1].points)))
        vectors["twice"].append(sessions[_TWO_HEADS].run(_aligned(pixels, seen[_TWO_HEADS][-1].points)))
        points.append(full.points.numpy())
        told(int(places[-1]) + 1)
    joined = {name: _joined(parts) for name, parts in seen.items()}
    embedded = {name: np.concatenate(parts) for name, parts in vectors.items()}
    once = joined[_TWO_HEADS].vectors
    assert once is not None
    embedded["once"] = once
    finds = {name: _finds(parts, np.concatenate(points)) for name, parts in joined.items()}
    ways = _ways(measure_latency(files, _ROUNDS), finds, embedded, faces.labels)
    return MultiTaskComparison(ways, len(faces), len(faces.identities))


def _ways(
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
    made = {
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
        for name, (parts, finder, by) in made.items()
    }


def _look(session: Session, pixels: Images, nothing: Images) -> _NetworkOutputs:
    *embedded, present, points = session.run_all(pixels)
    empty = session.run_all(nothing)[-2]
    vectors = embedded[0] if embedded else None
    return _NetworkOutputs(present[:, 0].astype(np.float64), empty[:, 0].astype(np.float64), points, vectors)


def _joined(parts: list[_NetworkOutputs]) -> _NetworkOutputs:
    vectors = [part.vectors for part in parts if part.vectors is not None]
    return _NetworkOutputs(
        np.concatenate([part.present for part in parts]),
        np.concatenate([part.empty for part in parts]),
        np.concatenate([part.points for part in parts]),
        np.concatenate(vectors) if vectors else None,
    )


def _finds(seen: _NetworkOutputs, points: NDArray[np.float32]) -> DetectionRates:
    found = int((seen.present >= threshold_at_fmr(seen.empty, FALSE_ALARMS)).sum())
    low, high = wilson_interval(found, len(points))
    eyes = np.linalg.norm(points[:, 0] - points[:, 1], axis=1)
    away = np.linalg.norm(seen.points - points, axis=2).mean(axis=1) / eyes
    return DetectionRates(found / len(points), low, high, float(away.mean()))


def _pixels(made: CompositeBatch) -> Images:
    pixels: Images = (made.pictures.permute(0, 2, 3, 1) * 255).round().byte().numpy()
    return np.ascontiguousarray(pixels)


def _aligned(pictures: Images, points: NDArray[np.float32]) -> Images:
    """Pictures turned so that these points come to lie on the template."""
    side = pictures.shape[1]
    template = TEMPLATE * (side / TEMPLATE_SIDE)
    matrices = (similarity_transform(own, template) for own in points)
    made = [cv2.warpAffine(p, matrix, (side, side)) for p, matrix in zip(pictures, matrices, strict=True)]
    return np.stack(made).astype(np.uint8)


def comparison_table(comparison: MultiTaskComparison) -> Iterator[tuple[str, ...]]:
    """A row of words for each way, behind one with titles."""
    yield "", "multiply-adds", "ms", "found", "points away", "TAR at 1e-3", "rank-1", "cosine with the shipped"
    for name, way in comparison.ways.items():
        found, away = "–", "–"
        if way.finds is not None:
            ends = f"{100 * way.finds.detected_low:.1f} – {100 * way.finds.detected_high:.1f}"
            found, away = f"{100 * way.finds.detected:.2f} % ({ends})", f"{100 * way.finds.points_away:.1f} %"
        faces = way.faces
        embedded = (f"{100 * faces.tar:.2f} %", f"{100 * faces.rank1:.2f} %", f"{faces.agreement or 0:.3f}")
        yield name, f"{way.multiply_adds / 1e6:.0f} M", f"{way.milliseconds:.2f}", found, away, *embedded
