"""Detect and embed faces in picture files."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from app.camera.picture_file import SUFFIXES, read_picture
from app.core.errors import FacelatchError, FaceNotUsable, NoFace, SeveralFaces
from app.core.faces import AnalyzedFace, Frame
from app.services.access.permissions import Access, Service, open_to_all
from app.vision.analysis import PROMINENT_SHARE, FaceAnalyzer


def picture_files(directory: Path) -> list[Path]:
    """Return the picture files directly in a directory, sorted by name."""
    return sorted(path for path in directory.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())


class PictureService(Service):
    """Analyses picture files. Owns its networks; used by one thread at a time, except for `renew`.

    Args:
        access: Decides what the current session may do.
        make_analyzer: Returns an analyser for single pictures. Called at the first picture.
    """

    def __init__(self, access: Access, make_analyzer: Callable[[], FaceAnalyzer]) -> None:
        super().__init__(access)
        self._make_analyzer = make_analyzer
        self._analyzer: FaceAnalyzer | None = None
        self._making: Future[FaceAnalyzer] | None = None
        self._stale = threading.Event()

    @open_to_all
    def prepare(self) -> None:
        """Begin to load the networks in a background thread."""
        if self._analyzer is None and self._making is None:
            maker = ThreadPoolExecutor(1, "pictures")
            self._making = maker.submit(self._make_analyzer)
            maker.shutdown(wait=False)

    @open_to_all
    def renew(self) -> None:
        """Load the networks again for the next picture, as after a change of settings. From any thread."""
        self._stale.set()

    @open_to_all
    def faces_in(self, path: Path) -> tuple[AnalyzedFace, ...]:
        """Return all faces in a picture, largest first; none is not an error.

        Raises:
            ImageError: The picture cannot be used.
        """
        return self._analyze(path)

    def _analyze(self, path: Path, least_share: float = 0.0) -> tuple[AnalyzedFace, ...]:
        if self._stale.is_set():
            self._stale.clear()
            self.close()
        self._take_prepared()
        if self._analyzer is None:
            self._analyzer = self._make_analyzer()
        return self._analyzer.analyze(Frame(1, read_picture(path), 0), least_share)

    @open_to_all
    def main_face(self, path: Path) -> AnalyzedFace:
        """Return the one prominent face of a picture, of any quality.

        Raises:
            ImageError: The picture cannot be used, or shows no face or several of similar size.
        """
        faces = self._analyze(path, PROMINENT_SHARE)
        if not faces:
            raise NoFace(path=path)
        prominent = [face for face in faces if face.face.box.width >= PROMINENT_SHARE * faces[0].face.box.width]
        if len(prominent) > 1:
            raise SeveralFaces(count=len(prominent), path=path)
        return faces[0]

    @open_to_all
    def usable_face(self, path: Path) -> AnalyzedFace:
        """Return the one prominent face of a picture, of sufficient quality for a template.

        Raises:
            ImageError: See `main_face`; or the quality is insufficient.
        """
        face = self.main_face(path)
        if not face.quality.is_judgeable:
            raise FaceNotUsable(reasons=", ".join(face.quality.hints), path=path)
        return face

    @open_to_all
    def close(self) -> None:
        """Free the networks."""
        with suppress(FacelatchError):  # networks that failed to load need no closing
            self._take_prepared()
        if self._analyzer is not None:
            self._analyzer.close()
            self._analyzer = None

    def _take_prepared(self) -> None:
        if self._making is not None:
            making, self._making = self._making, None
            self._analyzer = making.result()
