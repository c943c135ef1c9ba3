"""What a user may hand over by mistake: a clear message, the right exit code, and nothing lost."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image as Pillow

from app.core import paths
from app.core.errors import CameraBusy
from app.services.live import live_service
from tests.unit.cli.conftest import Command, Outcome


def assert_clear(outcome: Outcome, code: int, kind: str, *words: str) -> None:
    """The error is one JSON object, and words on standard error."""
    assert outcome.code == code, outcome
    error = outcome.json["error"]
    assert error["kind"] == kind
    assert error["message"]
    assert error["hint"]
    assert "{" not in error["message"] + error["hint"]
    for word in words:
        assert word in error["message"]
    assert error["message"] in outcome.err.replace("\n", " ")


# Cameras


@pytest.mark.parametrize(
    ("camera", "kind", "code"),
    [
        ("47", "CameraNotFound", 3),
        ("No Such Camera", "CameraNotFound", 3),
        ("/no/such/film.mp4", "CameraNotFound", 3),
        ("gopher://somewhere/", "InvalidRequest", 2),
        ("rtsp://", "InvalidRequest", 2),
    ],
)
def test_no_camera(command: Command, camera: str, kind: str, code: int) -> None:
    assert_clear(command("enroll", "Ada", "--camera", camera, "--consent", "--json"), code, kind)
    assert command("people", "list", "--json").json["people"] == []


def test_busy_camera(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        def __enter__(self) -> None:
            raise CameraBusy(camera="Front door")

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr(live_service, "make_source", lambda *_: Busy())
    assert_clear(command("enroll", "Ada", "--camera", "0", "--consent", "--json"), 3, "CameraBusy", "Front door")


def test_video_of_black_frames_enrols_no_person(command: Command, tmp_path: Path) -> None:
    film = tmp_path / "black.mp4"
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter.fourcc(*"mp4v"), 30, (320, 240))
    for _ in range(20):
        writer.write(np.zeros((240, 320, 3), np.uint8))
    writer.release()
    assert_clear(command("enroll", "Ada", "--camera", film, "--consent", "--json"), 3, "FaceNotUsable", "black.mp4")


# Pictures


def made(path: Path, content: Callable[[Path], object]) -> Path:
    content(path)
    return path


UNREADABLE = {
    "missing.jpg": lambda path: None,
    "empty.jpg": lambda path: path.write_bytes(b""),
    "words.jpg": lambda path: path.write_text("not a picture"),
    "cut.png": lambda path: path.write_bytes(cv2.imencode(".png", np.zeros((80, 80, 3), np.uint8))[1].tobytes()[:60]),
    "folder.jpg": lambda path: path.mkdir(),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_pictures(command: Command, tmp_path: Path, hopper: Path, name: str) -> None:
    picture = made(tmp_path / name, UNREADABLE[name])
    assert_clear(command("identify", picture, "--json"), 3, "ImageUnreadable", name)
    assert_clear(command("compare", hopper, picture, "--json"), 3, "ImageUnreadable", name)


def test_huge_picture_is_rejected_by_its_header(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    Pillow.new("1", (20_000, 20_000)).save(path)
    assert_clear(command("identify", path, "--json"), 3, "ImageTooLarge", "20000")


def bgr(hopper: Path) -> np.ndarray:
    image = cv2.imread(str(hopper))
    assert image is not None
    return image


def sixteen_bit(hopper: Path, path: Path) -> None:
    cv2.imwrite(str(path), bgr(hopper).astype(np.uint16) * 257)


def grey(hopper: Path, path: Path) -> None:
    cv2.imwrite(str(path), cv2.cvtColor(bgr(hopper), cv2.COLOR_BGR2GRAY))


def rgba(hopper: Path, path: Path) -> None:
    cv2.imwrite(str(path), cv2.cvtColor(bgr(hopper), cv2.COLOR_BGR2BGRA))


def exif_rotated(hopper: Path, path: Path) -> None:
    with Pillow.open(hopper) as picture:
        exif = Pillow.Exif()
        exif[0x0112] = 6
        picture.rotate(90, expand=True).save(path, exif=exif)


@pytest.mark.parametrize(
    ("make", "suffix"), [(sixteen_bit, "png"), (grey, "png"), (rgba, "png"), (exif_rotated, "jpg")]
)
def test_unusual_picture_formats(
    command: Command, tmp_path: Path, hopper: Path, make: Callable[[Path, Path], None], suffix: str
) -> None:
    path = tmp_path / f"unusual ü 图.{suffix}"
    make(hopper, path)
    outcome = command("compare", hopper, path, "--json")
    assert outcome.code == 0, outcome
    assert outcome.json["similarity"] > 0.7


def test_no_face_and_several_faces(command: Command, tmp_path: Path, hopper: Path, collins: Path) -> None:
    blank = tmp_path / "blank.png"
    cv2.imwrite(str(blank), np.full((300, 300, 3), 128, np.uint8))
    first, second = bgr(hopper), bgr(collins)[:256, 110:330]
    both = tmp_path / "both.png"
    cv2.imwrite(str(both), np.hstack([first, cv2.resize(second, (first.shape[1], first.shape[0]))]))
    assert_clear(command("enroll", "Ada", "--images", blank, "--consent", "--json"), 3, "NoFace", "blank.png")
    assert_clear(command("enroll", "Ada", "--images", both, "--consent", "--json"), 3, "SeveralFaces", "both.png", "2")
    assert_clear(command("identify", blank, "--json"), 3, "NoFace")
    assert len(command("identify", both, "--json").json["faces"]) == 2
    assert command("people", "list", "--json").json["people"] == []


def test_bad_picture_is_reported_beside_good_ones(command: Command, tmp_path: Path, hopper: Path) -> None:
    outcome = command("identify", hopper, tmp_path / "missing.jpg", "--json")
    assert outcome.code == 3
    assert len(outcome.json["faces"]) == 1
    assert outcome.json["errors"][0]["kind"] == "ImageUnreadable"


# Names


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "two\nlines", "bell\a", "\u202egnp.exe"])
def test_invalid_names(command: Command, hopper: Path, name: str) -> None:
    assert_clear(command("enroll", name, "--images", hopper, "--consent", "--json"), 2, "InvalidName")


@pytest.mark.parametrize("name", ["李小龍", "Ŝaŭlo Ĵákob", "👨‍👩‍👧 Family", "عُمَر"])
def test_names_of_other_scripts_and_emoji(command: Command, hopper: Path, name: str) -> None:
    assert command("enroll", name, "--images", hopper, "--consent", "--json").json["person"]["name"] == name
    assert command("people", "show", name, "--json").code == 0


def test_taken_and_unknown_names(command: Command, hopper: Path) -> None:
    command("enroll", "Grace", "--images", hopper, "--consent")
    assert_clear(command("enroll", "GRACE", "--images", hopper, "--consent", "--json"), 2, "AlreadyEnrolled", "GRACE")
    assert_clear(command("verify", "Ada", hopper, "--json"), 2, "UnknownPerson", "Ada")
    assert command("people", "list", "--json").json["people"][0]["templates"] == 1


# Models


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "models"
    copy.mkdir()
    for file in paths.models_dir().glob("*.*"):
        (copy / file.name).write_bytes(file.read_bytes())
    monkeypatch.setenv("FACELATCH_MODELS_DIR", str(copy))
    return copy


def test_changed_model_is_rejected(command: Command, models: Path, hopper: Path) -> None:
    file = models / "mobilefacenet.onnx"
    content = bytearray(file.read_bytes())
    content[1000] ^= 255
    file.write_bytes(content)
    assert_clear(command("compare", hopper, hopper, "--json"), 3, "ModelTampered", "mobilefacenet")
    assert command("models", "verify").code == 3


def test_missing_model_and_manifest(command: Command, models: Path, hopper: Path) -> None:
    (models / "face_landmarker.task").unlink()
    assert_clear(command("compare", hopper, hopper, "--json"), 3, "ModelMissing", "face_landmarker")
    (models / "manifest.toml").unlink()
    assert_clear(command("models", "list", "--json"), 3, "ModelMissing", "manifest.toml")


# The store


@pytest.fixture
def enrolled(command: Command, hopper: Path) -> Path:
    """The database, with one person in it."""
    assert command("enroll", "Grace", "--images", hopper, "--consent").code == 0
    return paths.database_file()


def test_locked_database(command: Command, enrolled: Path, hopper: Path) -> None:
    with sqlite3.connect(enrolled, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert_clear(
            command("enroll", "Ada", "--images", hopper, "--consent", "--json"), 3, "StoreLocked", str(enrolled)
        )
        other.execute("ROLLBACK")
    other.close()
    assert [p["name"] for p in command("people", "list", "--json").json["people"]] == ["Grace"]


@pytest.mark.parametrize("keep", [50, 100, 5000])
def test_truncated_database(command: Command, enrolled: Path, keep: int) -> None:
    content = enrolled.read_bytes()
    enrolled.write_bytes(content[:keep])
    assert_clear(command("people", "list", "--json"), 3, "StoreCorrupt", str(enrolled))
    assert enrolled.read_bytes() == content[:keep]
    enrolled.write_bytes(content)
    assert len(command("people", "list", "--json").json["people"]) == 1


def test_foreign_database(command: Command) -> None:
    path = paths.database_file()
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    before = path.read_bytes()
    assert_clear(command("people", "list", "--json"), 3, "StoreForeign", str(path))
    assert path.read_bytes() == before


def test_newer_database(command: Command, enrolled: Path) -> None:
    with sqlite3.connect(enrolled) as other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    other.close()
    before = enrolled.read_bytes()
    assert_clear(command("people", "list", "--json"), 3, "StoreTooNew", str(enrolled))
    assert enrolled.read_bytes() == before


def unprivileged(*arguments: object) -> Outcome:
    """Run a command as an unprivileged user, since tests may run as root.

    As root, the process first lists the people and reports an error, so that all modules are imported: the unprivileged
    user may not be able to read the checkout.
    """
    code = (
        "import contextlib, io, os, sys\n"
        "from app.__main__ import run\n"
        "if os.geteuid() == 0:\n"
        "    with contextlib.redirect_stdout(io.StringIO()):\n"
        "        assert run(['people', 'list', '--json']) == 0\n"
        "        assert run(['people', 'show', 'Zoe']) == 2\n"
        "    os.setgid(65534), os.setuid(65534)\n"
        "sys.exit(run(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return Outcome(run.returncode, run.stdout, run.stderr)


def test_read_only_data_directory(command: Command, enrolled: Path) -> None:
    directory = enrolled.parent
    for parent in [directory, *directory.parents]:
        if parent.is_relative_to(Path("/tmp").resolve()) and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o055)
    enrolled.chmod(0o444)
    directory.chmod(0o555)
    try:
        assert_clear(unprivileged("people", "rename", "Grace", "Ada", "--json"), 3, "StoreReadOnly", str(enrolled))
    finally:
        directory.chmod(0o700)
        enrolled.chmod(0o600)
    assert [p["name"] for p in command("people", "list", "--json").json["people"]] == ["Grace"]


def test_full_disk(command: Command, enrolled: Path, hopper: Path) -> None:
    """SQLite is allowed no more pages than it has: the error is the one a full disk gives."""
    connect = sqlite3.connect

    def full(*arguments: object, **options: object) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 1")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", full)
        outcomes = [
            command("enroll", f"Ada {i}", "--images", hopper, "--consent", "--anyway", "--json") for i in range(6)
        ]
    refused = [outcome for outcome in outcomes if outcome.code]
    assert refused
    for outcome in refused:
        assert_clear(outcome, 3, "StoreFull", str(enrolled))
    names = {person["name"] for person in command("people", "list", "--json").json["people"]}
    assert names == {"Grace"} | {f"Ada {i}" for i, outcome in enumerate(outcomes) if not outcome.code}


# Settings


def test_invalid_settings_are_named_until_they_are_corrected(command: Command, tmp_path: Path) -> None:
    file, policy = paths.config_dir() / "settings.toml", tmp_path / "kiosk.toml"
    file.parent.mkdir(parents=True)
    written = '[recognition]\noperating_point = "1e-6"\n\n[liveness]\nstep = 4\n'
    file.write_text(written, "utf-8")
    policy.write_text('name = "door"', "utf-8")
    for _ in range(2):
        assert "liveness.step" in command("people", "list", "--json").err
    assert command("settings", "get", "recognition.operating_point").out == "1e-6\n"
    doctor = command("doctor", "--json")
    assert (doctor.code, doctor.json["checks"][0]["state"]) == (3, "bad")
    assert "liveness.step" in doctor.json["checks"][0]["finding"]
    assert_clear(command("kiosk", "--config", policy, "--check", "--json"), 3, "SettingsIgnored", "liveness.step")
    assert_clear(command("verify", "Grace", "--camera", "--json"), 3, "SettingsIgnored", "liveness.step")
    assert file.read_text("utf-8") == written


def test_unknown_model_is_not_saved(command: Command) -> None:
    assert_clear(command("settings", "set", "recognition.model", "arcface", "--json"), 2, "InvalidSetting", "arcface")
    assert command("settings", "get", "recognition.model").out == "mobilefacenet\n"


def test_invalid_environment_is_reported(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACELATCH_CAMERA__WIDTH", "wide")
    outcome = command("people", "list", "--json")
    assert_clear(outcome, 3, "SettingsError", "camera.width")
