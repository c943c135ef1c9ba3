"""Simulated attacks as clips, a folder a species, in the layout that `facelatch evaluate liveness` reads.

All attacks are simulated: no picture is printed and no screen is filmed (`docs/liveness.md`).
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

from app.camera.picture_file import SUFFIXES, read_picture
from app.core.errors import ImageError
from app.core.faces import Image
from app.core.i18n import QT_TRANSLATE_NOOP
from app.evaluation.liveness.presentations import clip_frames
from app.evaluation.liveness.simulated_camera import SheetPlacement, SimulatedScreen, photograph_sheet, replay_on_screen

WIDTH, HEIGHT, FPS = 640, 480, 15
_PHOTO_SECONDS, _REPLAY_SECONDS = 5, 10
_NOISE = 2.5
"""Standard deviation of the simulated sensor's noise, of 255."""

SheetMotion = Callable[[float], SheetPlacement]
"""Placement of a sheet by time in seconds."""

SCREENS = {
    "replay-coarse": SimulatedScreen(columns=300),
    "replay-fine": SimulatedScreen(columns=900, grid=0.2, sharpness=0.3, glare=0.15, beat=0.08),
    "replay-bare": SimulatedScreen(columns=600, bezel=0.0, glare=0.0, beat=0.0, grid=0.0, sharpness=0.0),
}
"""A screen with visible pixels, one without, and one that shows no artefact but the picture."""


def print_motions(random: np.random.Generator) -> dict[str, SheetMotion]:
    """Return the motions of a print in front of a camera, by species, randomly varied."""
    a, b, c = random.uniform(0.8, 1.2, 3)
    phase = random.uniform(0, 6)
    near = random.uniform(1.6, 2.1)
    wave = np.sin

    def still(t: float) -> SheetPlacement:
        return SheetPlacement(0.01 * wave(3 * t + phase), 0.01 * wave(2.3 * t), near, wave(2 * t), wave(1.7 * t))

    def moved(t: float) -> SheetPlacement:
        return SheetPlacement(
            0.25 * a * wave(2 * t + phase), 0.1 * wave(1.4 * t), near + 0.3 * b * wave(1.6 * t), roll=3
        )

    def rotated(t: float) -> SheetPlacement:
        return SheetPlacement(0.03 * wave(t), 0.0, near, 3 * wave(t), 0.0, 18 * a * wave(2 * t + phase))

    def tilted(t: float) -> SheetPlacement:
        return SheetPlacement(0.0, 0.0, near, 33 * a * wave(2.1 * t + phase), 16 * b * wave(1.5 * t), 3 * wave(t))

    def bent(t: float) -> SheetPlacement:
        return SheetPlacement(0.0, 0.0, near, 26 * a * wave(2.1 * t + phase), 6 * wave(1.3 * t), bend=1.1 + 0.6 * c)

    def flexed(t: float) -> SheetPlacement:
        return SheetPlacement(0.0, 0.0, near, 18 * a * wave(2.1 * t), bend=1.0 + c * wave(2.6 * t + phase))

    motions = (still, moved, rotated, tilted, bent, flexed)
    return {f"photo-{motion.__name__}": motion for motion in motions}


def sample_pictures(folder: Path, count: int) -> list[Path]:
    """Return pictures spread evenly over a folder and the first pictures of its folders.

    Args:
        folder: Folder of pictures, and of folders of pictures.
        count: Number of pictures, at most.
    """
    own = _pictures_in(folder)
    firsts = [min(found) for below in folder.iterdir() if below.is_dir() and (found := _pictures_in(below))]
    found = sorted(own + firsts)
    chosen = np.linspace(0, len(found) - 1, min(count, len(found))).astype(int)
    return [found[index] for index in chosen]


def _pictures_in(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES]


def make_attacks(
    clips: Sequence[Path], pictures: Sequence[Path], out: Path, progress: Callable[[Path], None] = lambda _: None
) -> None:
    """Write `live/` and a folder for each species of attack.

    Args:
        clips: People in front of a camera. Each is copied, replayed on each screen, and spliced with the next.
        pictures: Pictures of one face each; each is printed and moved in each way.
        out: Output folder; created if necessary.
        progress: Called with each clip when it is written.

    Raises:
        ImageError: A clip or picture cannot be read, or there is none.
    """
    if not clips or not pictures:
        raise ImageError(
            QT_TRANSLATE_NOOP("errors", "There are no clips or no pictures to make attacks from."),
            QT_TRANSLATE_NOOP("errors", "Name a folder with clips, and one with pictures of faces."),
        )
    (out / "live").mkdir(parents=True, exist_ok=True)
    for clip in clips:
        progress(Path(shutil.copyfile(clip, out / "live" / clip.name)))
    for number, picture in enumerate(pictures):
        for species, frames in _photos(picture, number):
            progress(write_clip(frames, out / species / f"{picture.stem}.avi"))
    for number, clip in enumerate(clips):
        for species, screen in SCREENS.items():
            progress(write_clip(_replay_frames(clip, screen, number), out / species / f"{clip.stem}.avi"))
        next_clip = clips[(number + 1) % len(clips)]
        if next_clip != clip:
            frames = _splice_frames(clip, next_clip)
            progress(write_clip(frames, out / "face-swap" / f"{clip.stem}-{next_clip.stem}.avi"))


def write_clip(frames: Iterable[Image], path: Path) -> Path:
    """Write frames of one size at 15 frames a second, each compressed by itself, which keeps fine detail.

    Args:
        frames: (height, width, 3) uint8, RGB.
        path: The file.

    Returns:
        The path.

    Raises:
        ImageError: The file cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    writer.set(cv2.VIDEOWRITER_PROP_QUALITY, 92)
    if not writer.isOpened():
        raise ImageError(QT_TRANSLATE_NOOP("errors", "The clip cannot be written: {path}"), path=path)
    try:
        for frame in frames:
            writer.write(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR))
    finally:
        writer.release()
    return path


def _photos(picture: Path, number: int) -> Iterator[tuple[str, Iterator[Image]]]:
    random = np.random.default_rng(number)
    sheet, room = read_picture(picture), _background(random)
    side = max(sheet.shape[:2])
    if side < WIDTH:
        sheet = np.asarray(cv2.resize(sheet, None, fx=WIDTH / side, fy=WIDTH / side, interpolation=cv2.INTER_CUBIC))
    for species, motion in print_motions(random).items():
        times = np.arange(_PHOTO_SECONDS * FPS) / FPS
        yield species, (_noisy(photograph_sheet(sheet, motion(float(t)), room), random) for t in times)


def _replay_frames(clip: Path, screen: SimulatedScreen, number: int) -> Iterator[Image]:
    random = np.random.default_rng(1000 + number)
    room, phase = _background(random), random.uniform(0, 6)
    for at, (seconds, picture) in enumerate(_frames_at_rate(clip)):
        if at >= _REPLAY_SECONDS * FPS:
            return
        motion = SheetPlacement(
            0.02 * np.sin(2 * seconds), 0.0, 1.35, 5 * np.sin(1.3 * seconds + phase), 3 * np.sin(seconds)
        )
        yield _noisy(replay_on_screen(picture, screen, motion, room, seconds), random)


def _splice_frames(clip: Path, next_clip: Path) -> Iterator[Image]:
    """Yield four seconds of one clip, then six of the next: a spliced video (face swap)."""
    for source, seconds in ((clip, 4), (next_clip, 6)):
        for _, picture in islice(_frames_at_rate(source), seconds * FPS):
            yield np.asarray(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))


def _frames_at_rate(clip: Path) -> Iterator[tuple[float, Image]]:
    due = 0.0
    for frame in clip_frames(clip):
        seconds = frame.captured_ns / 1e9
        if seconds >= due:
            yield seconds, frame.image
            due += 1 / FPS


def _background(random: np.random.Generator) -> Image:
    """Return a background of soft shapes of medium brightness."""
    blobs = random.integers(40, 200, (HEIGHT // 40, WIDTH // 40, 3)).astype(np.uint8)
    return np.asarray(cv2.GaussianBlur(cv2.resize(blobs, (WIDTH, HEIGHT)), (0, 0), 12), np.uint8)


def _noisy(picture: Image, random: np.random.Generator) -> Image:
    noise = random.normal(0, _NOISE, picture.shape)
    return np.asarray((picture + noise).clip(0, 255), np.uint8)
