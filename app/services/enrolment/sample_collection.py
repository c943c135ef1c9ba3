"""Sample collection: run an enrolment flow on picture files or a video file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.core.errors import FaceNotUsable, ImageError, PictureAlike, PictureOfAnother
from app.core.faces import AnalyzedFace, Embedding, Frame
from app.core.match_decision import Match
from app.flows.enrolment import EnrolmentFlow, EnrolmentSample, EnrolmentStatus, Guidance
from app.services.recognition.pictures import PictureService
from app.vision.analysis import FaceAnalyzer

Identify = Callable[[Embedding], Match]


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """A picture that was not used.

    Attributes:
        path: The file.
        error: Why it was not used.
    """

    path: Path
    error: ImageError


@dataclass(frozen=True, slots=True)
class CollectedSamples:
    """Result of a sample collection from pictures.

    Attributes:
        samples: Selected samples, each with its file name as source.
        refused: Pictures that were not used.
    """

    samples: tuple[EnrolmentSample, ...]
    refused: tuple[RefusedPicture, ...]


def collect_from_pictures(
    flow: EnrolmentFlow,
    pictures: PictureService,
    identify: Identify,
    paths: Iterable[Path],
    progress: Callable[[Path], None] = lambda _: None,
) -> CollectedSamples:
    """Feed pictures to an enrolment flow, the most typical first.

    The flow takes its first picture as the person. Starting with the picture most similar to all others means that a
    stray picture of another person is the one refused, whatever its file name.

    Args:
        flow: A flow with a plan for pictures.
        pictures: Detects and embeds the faces.
        identify: Compares a probe with the gallery.
        paths: Picture files of one person.
        progress: Called with each path after its analysis.

    Returns:
        The selected samples and the refused pictures.
    """
    found: list[tuple[Path, AnalyzedFace]] = []
    refused = []
    for path in paths:
        try:
            found.append((path, pictures.usable_face(path)))
        except ImageError as error:
            refused.append(RefusedPicture(path, error))
        progress(path)
    ordered = _most_typical_first(found)
    for number, (path, face) in enumerate(ordered):
        status = flow.observe([face], number, _matches(face, identify))
        if status.guidance is Guidance.OTHER_PERSON:
            refused.append(RefusedPicture(path, PictureOfAnother(path=path)))
        elif status.guidance is Guidance.UNCOVER:
            refused.append(RefusedPicture(path, FaceNotUsable(reasons="face-covered", path=path)))
    flow.end()
    samples = tuple(replace(sample, source=ordered[sample.taken_ns][0].name) for sample in flow.samples)
    decided = {ordered[sample.taken_ns][0] for sample in samples} | {item.path for item in refused}
    if samples:
        refused += [RefusedPicture(path, PictureAlike(path=path)) for path, _ in ordered if path not in decided]
    return CollectedSamples(samples, tuple(sorted(refused, key=lambda item: item.path)))


def collect_from_video(
    flow: EnrolmentFlow,
    frames: Iterable[Frame],
    analyzer: FaceAnalyzer,
    identify: Identify,
    progress: Callable[[EnrolmentStatus], None] = lambda _: None,
) -> None:
    """Feed every frame of a video to an enrolment flow until the flow or the video ends.

    Args:
        flow: A flow with a plan for a person in front of a camera.
        frames: Frames in order.
        analyzer: Analyses consecutive frames.
        identify: Compares a probe with the gallery.
        progress: Called after each frame.
    """
    for frame in frames:
        faces = analyzer.analyze(frame)
        matches = [None if face.embedding is None else identify(face.embedding) for face in faces]
        progress(flow.observe(faces, frame.captured_ns, matches))
        if not flow.status.is_running:
            return
    progress(flow.end())


def _most_typical_first(found: Sequence[tuple[Path, AnalyzedFace]]) -> list[tuple[Path, AnalyzedFace]]:
    """Sort pictures by the sum of cosine similarities to all others, highest first."""
    vectors = np.array([face.embedding.vector for _, face in found if face.embedding is not None])
    if len(vectors) < len(found) or not len(found):
        return list(found)
    order = np.argsort(-(vectors @ vectors.T).sum(axis=1), kind="stable")
    return [found[place] for place in order]


def _matches(face: AnalyzedFace, identify: Identify) -> list[Match | None]:
    return [None if face.embedding is None else identify(face.embedding)]
