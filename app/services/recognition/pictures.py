"""Faces in still pictures."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from app.camera.picture_file import SUFFIXES, read_picture
from app.core.errors import FacelatchError, FaceNotUsable, NoFace, SeveralFaces
from app.core.faces import AnalyzedFace, Frame
from app.vision.analysis import FaceAnalyzer

_PROMINENT = 0.5
"""A face less than this share of the widest one's width stands in the background."""


def picture_files(directory: Path) -> list[Path]:
    """The pictures directly in a directory, by name."""
    return sorted(path for path in directory.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())


class PictureService:
    """Looks at pictures. Owns its networks; not for use from several threads at once.

    Args:
        make_analyzer: Gives vision for single pictures; called at the first picture.
    """

    def __init__(self, make_analyzer: Callable[[], FaceAnalyzer]) -> None:
        self._make_analyzer = make_analyzer
        self._analyzer: FaceAnalyzer | None = None
        self._making: Future[FaceAnalyzer] | None = None
        self._stale = threading.Event()

    def prepare(self) -> None:
        """Begin making vision, in a thread of its own, while something else has to be done before the first picture."""
        if self._analyzer is None and self._making is None:
            maker = ThreadPoolExecutor(1, "pictures")
            self._making = maker.submit(self._make_analyzer)
            maker.shutdown(wait=False)

    def renew(self) -> None:
        """Have vision made anew for the next picture, as when its settings have changed. From any thread."""
        self._stale.set()

    def faces_in(self, path: Path) -> tuple[AnalyzedFace, ...]:
        """Every face, the largest first; none is not an error here.

        Raises:
            ImageError: The picture cannot be used.
        """
        if self._stale.is_set():
            self._stale.clear()
            self.close()
        self._take_prepared()
        if self._analyzer is None:
            self._analyzer = self._make_analyzer()
        return self._analyzer.analyze(Frame(1, read_picture(path), 0)).faces

    def main_face(self, path: Path) -> AnalyzedFace:
        """The face of the one person a picture is about, whatever its quality.

        Raises:
            ImageError: The picture cannot be used, or shows nobody, or several people equally large.
        """
        faces = self.faces_in(path)
        if not faces:
            raise NoFace(path=path)
        prominent = [face for face in faces if face.face.box.width >= _PROMINENT * faces[0].face.box.width]
        if len(prominent) > 1:
            raise SeveralFaces(count=len(prominent), path=path)
        return faces[0]

    def usable_face(self, path: Path) -> AnalyzedFace:
        """The same, good enough to enrol from.

        Raises:
            ImageError: As `main_face`, or the face is too poor.
        """
        face = self.main_face(path)
        if not face.quality.is_judgeable:
            raise FaceNotUsable(reasons=", ".join(face.quality.hints), path=path)
        return face

    def close(self) -> None:
        """Let go of the networks."""
        with suppress(FacelatchError):  # what could not be made needs no closing
            self._take_prepared()
        if self._analyzer is not None:
            self._analyzer.close()
            self._analyzer = None

    def _take_prepared(self) -> None:
        if self._making is not None:
            making, self._making = self._making, None
            self._analyzer = making.result()
