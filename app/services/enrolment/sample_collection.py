"""Feeding an enrolment from pictures and films that are there already."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.core.errors import FaceNotUsable, ImageError, PictureAlike, PictureOfAnother
from app.core.faces import AnalyzedFace, Embedding, Frame
from app.core.match_decision import Match
from app.flows.enrolment import EnrolmentFlow, EnrolmentSample, EnrolmentStatus, Guidance
from app.pipeline.ports import Analyzer
from app.services.recognition.pictures import PictureService

Identify = Callable[[Embedding], Match]


@dataclass(frozen=True, slots=True)
class RefusedPicture:
    """A picture that was not taken, and why."""

    path: Path
    error: ImageError


@dataclass(frozen=True, slots=True)
class CollectedSamples:
    """What came of a folder.

    Attributes:
        samples: Kept, each with the name of its file.
        refused: The other pictures.
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
    """Show every picture to a flow, beginning with the one that is most like the others.

    So a picture of somebody else that lies in the folder is the one that is refused, wherever its name puts it.

    Args:
        flow: With a plan for pictures.
        pictures: Looks at them.
        identify: Compares with everybody enrolled.
        paths: Of one person.
        progress: Called with each path when it has been looked at.
    """
    found: list[tuple[Path, AnalyzedFace]] = []
    refused = []
    for path in paths:
        try:
            found.append((path, pictures.usable_face(path)))
        except ImageError as error:
            refused.append(RefusedPicture(path, error))
        progress(path)
    shown = _most_typical_first(found)
    for number, (path, face) in enumerate(shown):
        status = flow.observe([face], number, _matches(face, identify))
        if status.guidance is Guidance.SOMEONE_ELSE:
            refused.append(RefusedPicture(path, PictureOfAnother(path=path)))
        elif status.guidance is Guidance.UNCOVER:
            refused.append(RefusedPicture(path, FaceNotUsable(reasons="face-covered", path=path)))
    flow.end()
    samples = tuple(replace(sample, source=shown[sample.taken_ns][0].name) for sample in flow.samples)
    settled = {shown[sample.taken_ns][0] for sample in samples} | {item.path for item in refused}
    if samples:
        refused += [RefusedPicture(path, PictureAlike(path=path)) for path, _ in shown if path not in settled]
    return CollectedSamples(samples, tuple(sorted(refused, key=lambda item: item.path)))


def collect_from_video(
    flow: EnrolmentFlow,
    frames: Iterable[Frame],
    analyzer: Analyzer,
    identify: Identify,
    progress: Callable[[EnrolmentStatus], None] = lambda _: None,
) -> None:
    """Show a film to a flow, every frame, until it has what it wants or the film ends.

    Args:
        flow: With a plan for a person in front of a camera.
        frames: In their order.
        analyzer: Vision for frames that follow each other.
        identify: Compares with everybody enrolled.
        progress: Called after each frame.
    """
    for frame in frames:
        faces = analyzer.analyze(frame).faces
        matches = [None if face.embedding is None else identify(face.embedding) for face in faces]
        progress(flow.observe(faces, frame.captured_ns, matches))
        if not flow.status.is_running:
            return
    progress(flow.end())


def _most_typical_first(found: Sequence[tuple[Path, AnalyzedFace]]) -> list[tuple[Path, AnalyzedFace]]:
    """Sorted by likeness to all the others."""
    vectors = np.array([face.embedding.vector for _, face in found if face.embedding is not None])
    if len(vectors) < len(found) or not len(found):
        return list(found)
    order = np.argsort(-(vectors @ vectors.T).sum(axis=1), kind="stable")
    return [found[place] for place in order]


def _matches(face: AnalyzedFace, identify: Identify) -> list[Match | None]:
    return [None if face.embedding is None else identify(face.embedding)]
