"""Measures every figure of `docs/speed.md`, in one run of less than ten minutes on an idle machine.

    python -m tests.benchmarks.speed [--peer-python PYTHON] [--lfw DIR] [--frames 300]

Prints one table row for each: requirement, measurement, command. LFW (`images/` and `pairs_view2_folds1-5.tsv` in DIR)
takes several minutes more.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture

from tests.e2e import videos
from tests.e2e.xvfb import x_server

ROOT = Path(__file__).parents[2]
PORTRAITS = ROOT / "resources" / "portraits"
_OURS = [sys.executable, "-m", "app"]
_TICKS = os.sysconf("SC_CLK_TCK")


def say(asked: str, found: str, how: str) -> None:
    sys.stdout.write(f"| {asked} | {found} | `{how}` |\n")
    sys.stdout.flush()


def facelatch(*arguments: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the JSON output of a command."""
    command = [*before, *_OURS, *arguments, "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(arguments)}: {done.stderr}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def frames(asked: str, count: int, *more: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    report = facelatch("bench", "--frames", str(count), *more, before=before)
    p50, p95 = report["frame_p50_ms"], report["frame_p95_ms"]
    found = f"p50 {p50:.1f} ms, p95 {p95:.1f} ms ({p95 / p50:.2f} ×), {report['cost']['cpu_cores']:.2f} cores"
    say(asked, found, " ".join([*before, "facelatch bench", *more]))
    return report


def faces_in_one_picture(folder: Path, count: int) -> Path:
    """Write a picture of 1280×720 with portraits of the same size, and return its path."""
    canvas = Picture.new("RGB", (1280, 720), (128, 128, 128))
    portraits = [Picture.open(PORTRAITS / name) for name in ("grace_hopper.jpg", "eileen_collins.jpg")]
    for place in range(count):
        portrait = portraits[place % 2].convert("RGB")
        portrait.thumbnail((400, 360))
        canvas.paste(portrait, (20 + (place % 3) * 420, (place // 3) * 360))
    path = folder / f"faces{count}.png"
    canvas.save(path)
    return path


def five_against_one(folder: Path, count: int) -> None:
    for more in ((), ("--settled",)):
        found = []
        for faces in (1, 5):
            source = str(faces_in_one_picture(folder, faces))
            with_faces = ("bench", "--frames", str(count), "--source", source, "--landmarks", "direct", *more)
            report = facelatch(*with_faces)
            found.append((report["frame_p50_ms"], report["faces"]))
        (one, few), (five, many) = found
        words = f"{five / one:.2f} × ({few:.1f} faces {one:.1f} ms, {many:.1f} faces {five:.1f} ms)"
        say("five faces ≤ 2.5 × one", words, f"bench --source faces5.png --landmarks direct {' '.join(more)}")


def embedding_alone(folder: Path, rounds: int = 80) -> Path:
    """Time the shipped network and the unrewritten one in turn, and return the path of the latter."""
    import app  # noqa: F401 - the vendors' switches
    from app.core.paths import models_dir
    from app.vision.engine.engines import Engine
    from app.vision.engine.session import open_session

    plain = folder / "unrewritten.onnx"
    subprocess.run([sys.executable, str(ROOT / "packaging/models/unrewritten.py"), str(plain)], check=True)
    pixels = np.random.default_rng(0).integers(0, 256, (1, 112, 112, 3), dtype=np.uint8)
    values = (np.ascontiguousarray(pixels.transpose(0, 3, 1, 2), np.float32) - 127.5) / 128
    for threads in (1, 2):
        ours = open_session((models_dir() / "mobilefacenet.onnx").read_bytes(), "ours", Engine(threads=threads))
        other = open_session(plain.read_bytes(), "unrewritten", Engine(threads=threads))
        times: tuple[list[float], list[float]] = [], []
        for _ in range(rounds):
            for session, pictures, spent in ((ours, pixels, times[0]), (other, values, times[1])):
                start = time.perf_counter()
                session.run(pictures)
                spent.append((time.perf_counter() - start) * 1000)
        new, old = (float(np.median(spent[10:])) for spent in times)
        words = f"{old / new:.2f} × ({new:.2f} against {old:.2f} ms), {threads} thread{'s' * (threads > 1)}"
        say("embedding ≥ 2 × faster than unrewritten", words, "python -m tests.benchmarks.speed")
    return plain


@contextmanager
def running(*arguments: str) -> Iterator[int]:
    """Run the program in a window on a separate X server; yields its process id."""
    with (
        x_server("1280x800x24") as environment,
        subprocess.Popen([*_OURS, *arguments], cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process,
    ):
        try:
            yield process.pid
        finally:
            process.terminate()


def share_of_a_core(pid: int, seconds: float) -> float:
    before, start = _cpu_s(pid), time.monotonic()
    time.sleep(seconds)
    return (_cpu_s(pid) - before) / (time.monotonic() - start)


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def resident_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("utf-8").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("VmRSS"))) / 1024


def window() -> None:
    with running("demo") as pid:
        time.sleep(25)
        memory, share = resident_mb(pid), share_of_a_core(pid, 10)
    say("the open app holds ≤ 450 MB", f"{memory:.0f} MiB, {share:.2f} cores at 30 pictures a second", "facelatch demo")


def idle_kiosk(folder: Path) -> None:
    film, policy = folder / "empty_scene.mp4", folder / "door.toml"
    videos.write(
        film, (videos.EMPTY_ROOM if number % 2 else videos.EMPTY_ROOM[::-1] for number in range(60 * videos.FPS))
    )
    policy.write_text(f'name = "door"\ncamera = {{ source = "{film}" }}\nscreen = {{ sound = false }}\n', "utf-8")
    with running("kiosk", "--config", str(policy), "--windowed") as pid:
        time.sleep(20)
        share = share_of_a_core(pid, 20)
        if not share:
            sys.exit("the kiosk does not run")
    words = f"{share * 100:.1f} % (a film is decoded too)"
    say("idle kiosk ≤ 5 % of a core", words, "facelatch kiosk --config door.toml --windowed")


def drawing(rounds: int = 200) -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from app.ui.live.picture_view import PictureView
    from tests.fakes.pipeline import picture, result, seen

    qt = QApplication.instance() or QApplication([])
    view, times = PictureView(), []
    view.resize(1280, 720)
    view.painted.connect(lambda draw_ns, _: times.append(draw_ns / 1e6))
    view.show()
    shown = result(seen(), image=picture(640, 480))
    for _ in range(rounds):
        view.show_result(shown)
        view.repaint()
        qt.processEvents()
    p50, p95 = np.percentile(times[20:], [50, 95])
    say("draw p95 ≤ 4 ms at 1280×720", f"p50 {p50:.1f} ms, p95 {p95:.1f} ms", "python -m tests.benchmarks.speed")


def accuracy(folder: Path) -> None:
    pairs = str(folder / "pairs_view2_folds1-5.tsv")
    found = {}
    for engine in ("reference", "tuned"):
        command = ("evaluate", "verification", "--images", str(folder / "images"), "--pairs", pairs, "--engine", engine)
        found[engine] = facelatch(*command)["accuracy_mean"] * 100
    apart = found["tuned"] - found["reference"]
    words = f"{found['tuned']:.2f} against {found['reference']:.2f} % ({apart:+.2f})"
    say("LFW within 0.05 points of the reference", words, "facelatch evaluate verification --engine tuned|reference")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer-python", type=Path, help="a Python that has face_recognition")
    parser.add_argument("--node", type=Path, help="a folder in which npm installed @vladmandic/human")
    parser.add_argument("--lfw", type=Path)
    parser.add_argument("--frames", type=int, default=300)
    options = parser.parse_args()
    count = options.frames
    with tempfile.TemporaryDirectory(prefix="facelatch-speed-") as directory:
        folder = Path(directory)
        os.environ["FACELATCH_RECOGNITION__MAX_FACES"] = "5"
        for name in ("DATA", "CONFIG", "LOG", "CACHE", "RUNTIME"):
            os.environ[f"FACELATCH_{name}_DIR"] = str(folder / name.lower())
        facelatch("models", "tune")
        frames("Tasks API: p50 ≤ 14 ms, p95 ≤ 1.5 × p50", count, "--landmarks", "mediapipe")
        frames("the same, track decided: ≤ 6 ms", count, "--landmarks", "mediapipe", "--settled")
        frames("direct: ≤ 9 ms", count, "--landmarks", "direct")
        frames("direct, track decided: ≤ 6 ms", count, "--landmarks", "direct", "--settled")
        alone = ("taskset", "-c", "0")
        frames("one core alone: ≤ 25 ms", count, "--landmarks", "mediapipe", before=alone)
        frames("one core alone, direct", count, "--landmarks", "direct", before=alone)
        plain = embedding_alone(folder)
        more = ["--compare", "--unrewritten", str(plain)]
        more += ["--python", str(options.peer_python)] if options.peer_python else []
        more += ["--node", str(options.node)] if options.node else []
        report = frames("other programs (below)", count, "--landmarks", "direct", "--settled", *more)
        for peer in report["peers"]:
            found = peer["missing"] or f"{peer['ratio']:.1f} × ours ({peer['frame_p50_ms']:.1f} ms)"
            say(f"{peer['name']}: dlib ≥ 12 ×", found, "facelatch bench --compare")
        five_against_one(folder, count // 3)
        start = facelatch("bench", "--frames", "20", "--start")["start"]
        words = f"cold {start['cold_s']:.2f} s, warm {start['warm_s']:.2f} s"
        say("cold ≤ 2.5 s, warm ≤ 1.5 s", words, "facelatch bench --start")
        window()
        idle_kiosk(folder)
        drawing()
    if options.lfw is not None:
        accuracy(options.lfw)


if __name__ == "__main__":
    main()
