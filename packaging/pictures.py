"""Renders the pictures of the README and the guides: the real window on the demo's portraits.

python packaging/pictures.py
"""

import argparse
import logging
import os
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from app.core.settings.model import Settings  # noqa: E402
from app.services.live.demo import enrol_portraits  # noqa: E402
from app.ui.shell.main_window import MainWindow  # noqa: E402
from app.ui.shell.qt_application import make_qt_app  # noqa: E402
from app.ui.shell.window_app import open_window, save, wait  # noqa: E402
from app.wiring import Application  # noqa: E402
from app.wiring.screens import window_backend  # noqa: E402

DIRECTORY = ROOT / "docs" / "pictures"
PAGES = ("people", "calibration", "audit", "settings")
SETTINGS = {
    "camera": {"source": "demo"},
    "access": {"offer_passwords": False},
    "appearance": {"theme": "dark", "language": "en"},
}
SIZE = (1280, 800)
ANIMATED_WIDTH = 800
FRAMES, FRAME_S = 50, 0.2
START_S, SETTLED_S, PAGE_S = 1.0, 4.0, 2.0


def render(directory: Path, frames: int = FRAMES) -> list[Path]:
    """Render the pictures.

    Args:
        directory: Receives them; existing files are replaced.
        frames: Frames of the animation.

    Returns:
        The files written.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as own:
        for kind in ("DATA", "CONFIG", "KEYS", "LOG", "CACHE"):
            os.environ[f"FACELATCH_{kind}_DIR"] = own
        settings = Settings.model_validate(SETTINGS)
        with Application(
            Path(own) / "demo.sqlite3", settings, actor="window", by_role=True, temporary=True
        ) as application:
            enrol_portraits(application.enrolment)
            window = open_window(make_qt_app(), window_backend(application))
            window.resize(*SIZE)
            try:
                wait(START_S)
                written = [_animation(window, directory / "demo.webp", frames)]
                wait(SETTLED_S)
                return written + [_page(window, name, directory) for name in ("live", *PAGES)]
            finally:
                window.close()


def _animation(window: MainWindow, path: Path, frames: int) -> Path:
    height = ANIMATED_WIDTH * SIZE[1] // SIZE[0]
    pictures = []
    for _ in range(frames):
        wait(FRAME_S)
        save(window, path.with_suffix(".png"))
        with Image.open(path.with_suffix(".png")) as picture:
            pictures.append(picture.convert("RGB").resize((ANIMATED_WIDTH, height), Image.Resampling.LANCZOS))
    path.with_suffix(".png").unlink()
    duration = round(1000 * FRAME_S)
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=duration, loop=0, quality=70, method=4)
    return path


def _page(window: MainWindow, name: str, directory: Path) -> Path:
    window.show_page(name)
    wait(PAGE_S)
    save(window, directory / f"{name}.png")
    return directory / f"{name}.png"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--directory", type=Path, default=DIRECTORY, help="where to write them (default: %(default)s)")
    logging.basicConfig(level=logging.WARNING)
    for written in render(parser.parse_args().directory):
        print(f"{written}  {written.stat().st_size / 1e3:,.0f} kB")
