"""Presentations: clips and pictures of living faces and of attacks, and what the program saw in them."""

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
"""The file names that are taken for clips, in lower case."""

_PICTURE_FRAMES, _PICTURE_NS = 60, 33_333_333
"""A picture is shown for two seconds."""


@dataclass(frozen=True, slots=True)
class Presentation:
    """Something held in front of the camera.

    Attributes:
        species: LIVE, or what kind of attack.
        path: A clip or a picture.
    """

    species: str
    path: Path


@dataclass(frozen=True, slots=True)
class ChallengeAnswer:
    """What a living person does in a clip, as somebody who watched it wrote down.

    Attributes:
        clip: Its file name.
        start_s: From here the face rests for half a second, in seconds.
        movements: Then it makes these, in this order.
    """

    clip: str
    start_s: float
    movements: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class ObservedFrame:
    """One frame of a presentation.

    Attributes:
        at_ns: Since its beginning.
        faces: All in it, the largest first.
        liveness: What the cues say of each.
    """

    at_ns: int
    faces: tuple[AnalyzedFace, ...]
    liveness: tuple[LivenessResult, ...]


def find_presentations(folder: Path) -> list[Presentation]:
    """Everything in the folders of a folder, by species and name.

    Raises:
        InvalidRequest: There are no living faces, or no attacks.
    """
    paths = sorted(path for path in folder.glob("*/*") if path.suffix.lower() in CLIP_SUFFIXES | SUFFIXES)
    found = [Presentation(path.parent.name, path) for path in paths]
    if not {BONA_FIDE} < {presentation.species for presentation in found}:
        raise InvalidRequest(
            QT_TRANSLATE_NOOP("errors", "Living faces and attacks are not both in: {path}"),
            QT_TRANSLATE_NOOP("errors", "Put clips or pictures into “live” and into a folder for each kind of attack."),
            path=folder,
        )
    return found


def read_answers(path: Path) -> list[ChallengeAnswer]:
    """What the people in `live/` do: lines of `clip⇥seconds⇥movement,movement…`; those that start with # are remarks.

    Raises:
        InvalidRequest: The file cannot be read, or a line not be understood.
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
    """A clip's frames, stamped by the clip's own time from 0.

    Raises:
        CameraError: It cannot be played.
    """
    with VideoFile(path, SystemClock(), paced=False) as source:
        fps = source.open().fps
        while (frame := source.read()) is not None:
            yield Frame(frame.id, frame.image, round((frame.id - 1) * 1e9 / fps))


def presentation_frames(path: Path) -> Generator[Frame]:
    """A clip's frames, or a picture again and again for two seconds.

    Raises:
        FacelatchError: It cannot be read.
    """
    if path.suffix.lower() in CLIP_SUFFIXES:
        yield from clip_frames(path)
    else:
        image = read_picture(path)
        yield from (Frame(number, image, number * _PICTURE_NS) for number in range(1, _PICTURE_FRAMES + 1))


def observe_presentation(path: Path, analyzer: FaceAnalyzer, monitor: LivenessMonitor) -> list[ObservedFrame]:
    """Look at a presentation as the live loop would, every frame of it.

    Args:
        path: A clip or a picture.
        analyzer: Vision for frames that follow each other; numbers faces. New for each presentation.
        monitor: The cues; new for each presentation.

    Raises:
        FacelatchError: It cannot be read.
        ImageError: It holds no frame.
    """
    seen = []
    with closing(presentation_frames(path)) as frames:
        for frame in frames:
            faces = analyzer.analyze(frame).faces
            seen.append(ObservedFrame(frame.captured_ns, faces, monitor.observe(frame, faces)))
    if not seen:
        raise ImageError(QT_TRANSLATE_NOOP("errors", "There is no frame in: {path}"), path=path)
    return seen


def play_back_and_forth(seen: Sequence[ObservedFrame]) -> Iterator[ObservedFrame]:
    """The same frames forwards, backwards, forwards … without end, as an attacker may play them, in rising time.

    Args:
        seen: At least two frames.
    """
    forth = list(range(len(seen)))
    step = max(round((seen[-1].at_ns - seen[0].at_ns) / (len(seen) - 1)), 1)
    at = seen[0].at_ns
    while True:
        for index in forth[:-1]:
            yield ObservedFrame(at, seen[index].faces, seen[index].liveness)
            at += step
        forth.reverse()
