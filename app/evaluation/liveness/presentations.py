"""Presentations: clips and pictures of bona fide faces and of attacks, and the frames observed in them."""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from app.camera.picture_file import SUFFIXES, read_picture
from app.camera.video_file import VideoFile
from app.core.clock import SystemClock
from app.core.errors import ImageError, InvalidRequest
from app.core.faces import AnalyzedFace, Frame
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.liveness import LivenessResult, Movement
from app.services.liveness.error_rates import BONA_FIDE
from app.vision.analysis import FaceAnalyzer
from app.vision.liveness.monitor import LivenessMonitor

ANSWERS_FILE = "answers.tsv"
CLIP_SUFFIXES = frozenset({".mp4", ".m4v", ".mov", ".avi", ".mkv", ".webm"})
"""File name endings of clips, in lower case."""

_PICTURE_FRAMES, _PICTURE_NS = 60, 33_333_333


@dataclass(frozen=True, slots=True)
class Presentation:
    """A bona fide face or an attack shown to the camera.

    Attributes:
        species: `BONA_FIDE`, or the species of attack.
        path: A clip or a picture.
    """

    species: str
    path: Path


@dataclass(frozen=True, slots=True)
class ChallengeAnswer:
    """Movements of a person in a clip, as an annotator wrote them down.

    Attributes:
        clip: File name.
        start_s: Time in seconds from which the face rests for half a second.
        movements: Movements that follow, in this order.
    """

    clip: str
    start_s: float
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class ObservedFrame:
    """One frame of a presentation.

    Attributes:
        at_ns: Time since the beginning.
        faces: All faces, the largest first.
        liveness: Liveness result of each face.
    """

    at_ns: int
    faces: tuple[AnalyzedFace, ...]
    liveness: tuple[LivenessResult, ...]


def find_presentations(folder: Path) -> list[Presentation]:
    """Return everything in the folders of a folder, sorted by species and name.

    Raises:
        InvalidRequest: There are no bona fide presentations, or no attacks.
    """
    paths = sorted(path for path in folder.glob("*/*") if path.suffix.lower() in CLIP_SUFFIXES | SUFFIXES)
    found = [Presentation(path.parent.name, path) for path in paths]
    if not {BONA_FIDE} < {presentation.species for presentation in found}:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "Live faces and attacks are not both in: {path}"),
            QT_TRANSLATE_NOOP(
                "errors", "Put clips or pictures into “live” and into a folder for each species of attack."
            ),
            path=folder,
        )
    return found


def read_answers(path: Path) -> list[ChallengeAnswer]:
    """Read the movements of the people in `live/`: lines of `clip⇥seconds⇥movement,movement…`; # starts a comment.

    Raises:
        InvalidRequest: The file cannot be read, or a line has another form.
    """
    try:
        lines = [line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")]
        rows = [line.split("\t") for line in lines]
        return [
            ChallengeAnswer(clip, float(start), tuple(Movement(name) for name in names.split(",")))
            for clip, start, names in rows
        ]
    except (OSError, ValueError) as error:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "The list of answers cannot be used: {path} ({reason})"),
            QT_TRANSLATE_NOOP("errors", "Each line needs a clip, seconds and movements, with tabs between them."),
            path=path,
            reason=error,
        ) from error


def clip_frames(path: Path) -> Generator[Frame]:
    """Yield the frames of a clip, with times from 0 by the clip's own clock.

    Raises:
        CameraError: The clip cannot be played.
    """
    with VideoFile(path, SystemClock(), paced=False) as source:
        fps = source.open().fps
        while (frame := source.read()) is not None:
            yield Frame(frame.id, frame.image, round((frame.id - 1) * 1e9 / fps))


def presentation_frames(path: Path) -> Generator[Frame]:
    """Yield the frames of a clip, or a picture repeated for two seconds.

    Raises:
        FacelatchError: The file cannot be read.
    """
    if path.suffix.lower() in CLIP_SUFFIXES:
        yield from clip_frames(path)
    else:
        image = read_picture(path)
        yield from (Frame(number, image, number * _PICTURE_NS) for number in range(1, _PICTURE_FRAMES + 1))


def observe_presentation(path: Path, analyzer: FaceAnalyzer, monitor: LivenessMonitor) -> list[ObservedFrame]:
    """Analyse every frame of a presentation as the live loop does.

    Args:
        path: A clip or a picture.
        analyzer: Vision for consecutive frames, which numbers faces; new for each presentation.
        monitor: Monitor of liveness cues; new for each presentation.

    Raises:
        FacelatchError: The file cannot be read.
        ImageError: The file holds no frame.
    """
    observed = []
    with closing(presentation_frames(path)) as frames:
        for frame in frames:
            faces = analyzer.analyze(frame)
            observed.append(ObservedFrame(frame.captured_ns, faces, monitor.observe(frame, faces)))
    if not observed:
        raise ImageError(QT_TRANSLATE_NOOP("errors", "There is no frame in: {path}"), path=path)
    return observed


def play_back_and_forth(observed: Sequence[ObservedFrame]) -> Iterator[ObservedFrame]:
    """Yield frames forwards and backwards without end, with rising times, as an attacker may replay a clip.

    Args:
        observed: At least two frames.
    """
    order = list(range(len(observed)))
    step = max(round((observed[-1].at_ns - observed[0].at_ns) / (len(observed) - 1)), 1)
    at = observed[0].at_ns
    while True:
        for index in order[:-1]:
            yield ObservedFrame(at, observed[index].faces, observed[index].liveness)
            at += step
        order.reverse()
