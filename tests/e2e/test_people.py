"""The life cycle of a person in the real window, by keyboard and mouse only."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.e2e import videos
from tests.e2e.people_driver import NAME
from tests.e2e.xvfb import x_server

ROOT = Path(__file__).parents[2]
STEPS = 24

pytestmark = [pytest.mark.eval, pytest.mark.slow]


def walk(film: Path, pictures: Path, size: str, *look: str) -> dict[str, Any]:
    """Run the driver and return what the window displayed."""
    pictures.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "tests.e2e.people_driver", str(film), "--pictures", str(pictures), *look]
    with x_server(size) as environment:
        run = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240, check=False
        )
    assert run.returncode == 0, run.stderr
    seen: dict[str, Any] = json.loads(run.stdout)
    return seen


def test_person_is_enrolled_found_marked_and_erased(eval_dir: Path, tmp_path: Path) -> None:
    film = videos.write(tmp_path / "clip.mp4", videos.clip(eval_dir / "video" / "liveportrait_d9.mp4", 5))
    seen = walk(film, tmp_path / "pictures", "1280x800x24", "--theme", "dark", "--language", "en")
    assert "templates saved" in seen["enrol: kept"]
    assert f"1 found | {NAME}" in seen["found"]
    assert seen["before the mark"] in {f"{NAME}: Recognised, not verified", f"{NAME}: Verified"}
    assert seen["after the mark"] == f"Not {NAME}: Not recognised"
    before, dragged, after = (int(seen[f"strictness {when}"]) for when in ("before", "dragged", "after"))
    assert dragged > before
    assert dragged > after
    assert seen["marks"] == ["Marked as not this person"]
    assert seen["people"] == []
    assert seen["left in the files"] == []
    taken = sorted((tmp_path / "pictures").glob("*.png"))
    assert len(taken) == STEPS
    assert all(cv2.imread(str(path)).std() > 5 for path in taken)  # type: ignore[union-attr]


@pytest.mark.soak
@pytest.mark.parametrize("size", ["1280x800x24", "960x600x24"])
@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "zh_CN"), ("high-contrast", "zh_CN")])
@pytest.mark.parametrize("clip", ["d3", "d9", "d14", "d18"])
def test_path_in_every_theme_and_language(
    eval_dir: Path, tmp_path: Path, clip: str, theme: str, language: str, size: str
) -> None:
    film = eval_dir / "video" / f"liveportrait_{clip}.mp4"
    seen = walk(film, tmp_path / "pictures", size, "--theme", theme, "--language", language)
    assert NAME in seen["found"]
    assert seen["people"] == []
