"""A real kiosk on a real X server, with videos of real faces."""

import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.lockout import AttemptChannel, LockoutScope
from app.core.paths import data_dir, runtime_dir
from app.services.access.lockouts import LockoutCounter
from app.wiring import Application
from tests.e2e import videos
from tests.e2e.xvfb import x_server

ROOT = Path(__file__).parents[2]
CLIP = "liveportrait_d9.mp4"
POLICY = """
name = "door"
site = "Main entrance"
camera = {{ source = "{film}" }}
liveness = {{ policy = "{liveness}" }}
unlock = {{ relock_s = {relock_s}, rearm_s = 1, even_if_action_fails = {even_so} }}
times = {{ denied_s = 1 }}
screen = {{ sound = false, idle_fps = 10 }}
{more}
"""

pytestmark = [pytest.mark.eval, pytest.mark.slow]


@pytest.fixture
def display() -> Iterator[dict[str, str]]:
    with x_server("1280x800x24") as environment:
        yield environment


@pytest.fixture
def short() -> Iterator[Path]:
    """A directory with a path short enough for a socket."""
    with TemporaryDirectory(prefix="fl-") as directory:
        yield Path(directory)


@pytest.fixture(scope="module")
def enrolled(eval_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Directory of a database with Ada enrolled, and of its keys; shared by all tests."""
    folder = tmp_path_factory.mktemp("enrolled")
    film = videos.write(folder / "enrol.mp4", videos.clip(eval_dir / "video" / CLIP, 4))
    names = ("DATA", "KEYS", "CONFIG", "LOG", "CACHE", "RUNTIME")
    places = {f"FACELATCH_{name}_DIR": str(folder / name.lower()) for name in names}
    run = facelatch("enroll", "Ada", "--video", str(film), "--quick", "--consent", env=os.environ | places)
    assert run.returncode == 0, run.stderr
    return folder


@pytest.fixture
def ada(eval_dir: Path, enrolled: Path) -> Path:
    """Another part of the clip of which Ada was enrolled."""
    for name in ("data", "keys"):
        shutil.copytree(enrolled / name, data_dir().parent / name, dirs_exist_ok=True)
    return eval_dir / "video" / CLIP


def facelatch(*arguments: str, **more: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False, **more)


def policy(folder: Path, film: Path, **changes: Any) -> Path:
    path = folder / "kiosk.toml"
    plain = {"liveness": "off", "relock_s": 1, "even_so": "false", "more": ""}
    path.write_text(POLICY.format(film=film, **plain | changes))
    return path


def watch(display: dict[str, str], folder: Path, film: Path, **more: Any) -> list[dict[str, Any]]:
    """Run the kiosk on a video, and return the states in order."""
    shots = folder / "shots"
    shots.mkdir()
    command = [sys.executable, "-m", "tests.e2e.kiosk_driver", str(policy(folder, film, **more)), str(shots)]
    run = subprocess.run(command, cwd=ROOT, env=on(display), capture_output=True, text=True, timeout=180, check=False)
    assert run.returncode == 0, run.stderr
    said = json.loads(run.stdout)
    assert said["code"] == 0
    seen: list[dict[str, Any]] = said["seen"]
    return seen


def audited(*kinds: AuditKind) -> list[dict[str, Any]]:
    with Application() as application:
        return [dict(line.event.entry.details) for line in application.audit.lines(AuditQuery(kinds=kinds))]


def fail_before(kiosk: str, times: int) -> None:
    """Count earlier failed attempts at a kiosk."""
    with Application() as application:
        lockouts = LockoutCounter(application.storage.lockouts, application.clock)
        for _ in range(times):
            lockouts.failed(LockoutScope(AttemptChannel.FACE, kiosk=kiosk))


def test_enrolled_person_is_granted_on_each_visit(
    display: dict[str, str], ada: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty, times, stays = 2.2, 3, 2.0
    parts = [(videos.seconds(videos.EMPTY_ROOM, empty), videos.clip(ada, stays, 4 + number)) for number in range(times)]
    film = videos.write(tmp_path / "right.mp4", *(part for pair in parts for part in pair))
    seen = watch(display, tmp_path, film)
    granted = [note for note in seen if note["state"] == "granted"]
    assert [note["person"] for note in granted] == ["Ada"] * times
    waits = []
    for number, note in enumerate(granted):
        came = round((empty * (number + 1) + stays * number) * videos.FPS) + 1
        in_view_s = note["captured_s"] - (note["frame"] - came) / videos.FPS
        waits.append(note["since_s"] - in_view_s)
    with capsys.disabled():
        figures = ", ".join(f"{wait:.2f}" for wait in sorted(waits))
        sys.stdout.write(f"\nface in view to granted: median {statistics.median(waits):.2f} s ({figures})\n")
    assert statistics.median(waits) <= 1.0
    assert len(audited(AuditKind.UNLOCKED)) == times


def test_strangers_are_denied(display: dict[str, str], ada: Path, eval_dir: Path, tmp_path: Path) -> None:
    names = ("AJ_Cook", "Aaron_Patterson", "Aaron_Sorkin")
    pictures = [next((eval_dir / "lfw" / "images" / name).glob("*.jpg")) for name in names]
    parts = [videos.seconds(videos.picture(path), 3) for path in pictures]
    gap = list(videos.seconds(videos.EMPTY_ROOM, 1.5))
    film = videos.write(tmp_path / "strangers.mp4", *(part for pair in parts for part in (gap, pair)))
    seen = watch(display, tmp_path, film)
    assert "granted" not in {note["state"] for note in seen}
    assert {note["refusal"] for note in seen if note["state"] == "denied"} == {"not-recognised"}
    assert audited(AuditKind.UNLOCKED) == []


def test_swap_of_faces_is_denied(display: dict[str, str], ada: Path, eval_dir: Path, tmp_path: Path) -> None:
    other = videos.clip(eval_dir / "video" / "liveportrait_d14.mp4", 5)
    own = videos.clip(ada, 5, 4)
    # A tenth of a second each: too short for a run, even on a busy machine.
    swapped = [own[number] if number % 15 < 3 else other[number] for number in range(len(own))]
    film = videos.write(tmp_path / "swap.mp4", videos.seconds(videos.EMPTY_ROOM, 1), swapped)
    seen = watch(display, tmp_path, film)
    states = [note["state"] for note in seen]
    assert "verifying" in states
    assert "granted" not in states


def test_photo_of_the_enrolled_person_is_denied(display: dict[str, str], ada: Path, tmp_path: Path) -> None:
    still = videos.clip(ada, 1, 5)[0]
    film = videos.write(tmp_path / "photo.mp4", videos.seconds(videos.EMPTY_ROOM, 1), videos.seconds(still, 5))
    seen = watch(display, tmp_path, film, liveness="passive")
    states = [note["state"] for note in seen]
    assert "challenge" in states
    assert "granted" not in states


@pytest.mark.parametrize("even_so", ["false", "true"])
def test_failing_action_is_shown_and_logged(display: dict[str, str], ada: Path, tmp_path: Path, even_so: str) -> None:
    film = videos.write(tmp_path / "action.mp4", videos.seconds(videos.EMPTY_ROOM, 1), videos.clip(ada, 3, 4))
    action = '[[actions]]\nkind = "command"\nname = "door"\ncommand = ["false"]'
    seen = watch(display, tmp_path, film, more=action, even_so=even_so, relock_s=2)
    (failed,) = audited(AuditKind.ACTION_FAILED)[-1:]
    assert failed["action"] == "door"
    (unlocked,) = audited(AuditKind.UNLOCKED)[-1:]
    assert failed["event"] == unlocked["event"]
    told = [(note["state"], note["line"]) for note in seen if "“false” failed: exit code 1" in note["advice"]]
    if even_so == "true":
        assert told[0] == ("granted", "Welcome, Ada")
        assert audited(AuditKind.DENIED) == []
    else:
        assert told[0] == ("denied", "The door did not open")
        assert audited(AuditKind.DENIED)[-1]["reason"] == "action-failed"


def test_lockout_after_fifty_failures_survives_a_kill(
    display: dict[str, str], ada: Path, eval_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, short: Path
) -> None:
    monkeypatch.setenv("FACELATCH_RUNTIME_DIR", str(short))
    stranger = next((eval_dir / "lfw" / "images" / "AJ_Cook").glob("*.jpg"))
    film = videos.write(tmp_path / "stranger.mp4", videos.seconds(videos.picture(stranger), 40))
    config = policy(tmp_path, film)
    fail_before("door", 49)
    with kiosk(config, display) as first:
        until_state("locked-out")
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    denied = len(audited(AuditKind.DENIED))
    assert denied == 1
    (locked,) = audited(AuditKind.LOCKED_OUT)
    assert locked["until_reset"] is True
    with kiosk(config, display) as second:
        until_state("locked-out")
        second.send_signal(signal.SIGTERM)
        assert second.wait(10) == 0
    assert len(audited(AuditKind.DENIED)) == denied, "a face was judged while locked out"
    assert len(audited(AuditKind.LOCKED_OUT)) == 2


def test_invalid_policy_keeps_the_kiosk_locked(display: dict[str, str], tmp_path: Path) -> None:
    config = tmp_path / "kiosk.toml"
    config.write_text('name = "door"\nunlock = { relock_s = 0 }\n')
    with window_manager(display), kiosk(config, display) as process:
        window = xdotool(display, "search", "--sync", "--onlyvisible", "--name", "^Facelatch$").split()[0]
        until_active(display, window)
        for key in ("alt+F4", "super+d", "alt+Tab", "alt+Escape", "Escape", "F11", "ctrl+q", "ctrl+w"):
            xdotool(display, "key", key)
            time.sleep(0.1)
        until_active(display, window)
        for command in ("windowminimize", "windowunmap"):
            xdotool(display, command, window)
            time.sleep(0.5)
            until_active(display, window)
        assert process.poll() is None, "it could be closed"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@contextmanager
def window_manager(display: dict[str, str]) -> Iterator[None]:
    with subprocess.Popen(["openbox"], env=on(display), stderr=subprocess.DEVNULL) as manager:
        try:
            yield
        finally:
            manager.terminate()


def xdotool(display: dict[str, str], *arguments: str) -> str:
    command = ["xdotool", *arguments]
    return subprocess.run(command, env=on(display), timeout=30, check=True, capture_output=True, text=True).stdout


def until_active(display: dict[str, str], window: str) -> None:
    """Wait until the window is visible and has the focus."""
    deadline = time.monotonic() + 10
    command = ["xdotool", "search", "--onlyvisible", "--name", "^Facelatch$", "getactivewindow"]
    said = ""
    while said.split()[-1:] != [window]:
        assert time.monotonic() < deadline, f"it did not come back: {said}"
        time.sleep(0.1)
        said = subprocess.run(command, env=on(display), timeout=10, check=False, capture_output=True, text=True).stdout


@contextmanager
def kiosk(config: Path, display: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "app", "kiosk", "--config", str(config)]
    with subprocess.Popen(command, cwd=ROOT, env=on(display)) as process:
        try:
            yield process
        finally:
            process.kill()


def on(display: dict[str, str]) -> dict[str, str]:
    """Return the environment of the test with the given display."""
    kept = {key: value for key, value in os.environ.items() if key not in {"QT_QPA_PLATFORM", "WAYLAND_DISPLAY"}}
    return kept | {"DISPLAY": display["DISPLAY"]}


def until_state(wanted: str) -> None:
    """Poll the health endpoint of the kiosk until a condition holds."""
    deadline = time.monotonic() + 60
    said: dict[str, Any] = {}
    while said.get("state") != wanted:
        assert time.monotonic() < deadline, said
        time.sleep(0.2)
        with socket.socket(socket.AF_UNIX) as caller:
            try:
                caller.connect(str(runtime_dir() / "kiosk-door.sock"))
                said = json.loads(caller.makefile().read() or "{}")
            except (FileNotFoundError, ConnectionRefusedError, ConnectionResetError):
                continue
