from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.core.errors import SettingsError
from app.core.match_decision import OperatingPoint
from app.core.settings.file import SettingsFile, to_plain
from app.core.settings.model import Settings
from app.core.settings.sections import Theme


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.toml")


def test_missing_file_gives_defaults(file: SettingsFile) -> None:
    settings, problem = file.load()
    assert problem is None
    assert settings.recognition.operating_point == OperatingPoint.FMR_1E4
    assert settings.camera.source == "0"


def test_saved_values_are_loaded(file: SettingsFile) -> None:
    changes: dict[str, dict[str, Any]] = {"camera": {"source": "demo"}, "appearance": {"theme": Theme.LIGHT}}
    changed = Settings().with_changes(**changes)
    file.save(**changes)
    loaded, problem = file.load()
    assert problem is None
    assert loaded.model_dump() == changed.model_dump()
    assert {path.name for path in file.path.parent.iterdir()} == {"settings.toml", ".settings.toml.lock"}


def test_settings_round_trip_through_the_file(file: SettingsFile) -> None:
    changed = Settings().with_changes(
        camera={"source": "rtsp://cam/“1”\n", "width": 1280, "height": 720, "mirror": False},
        recognition={"operating_point": "1e-6", "min_margin": 0.5, "max_faces": 1, "flip": True, "threads": 8},
        quality={"min_eye_distance": 30.5, "max_yaw": 10, "max_pitch": 11, "min_inside": 0.5},
        enrolment={"poses": ["front", "up"], "streak": 1, "timeout_s": 600},
        appearance={"language": "zh_CN", "theme": "system"},
    )
    sections = {name: value for name, value in changed.model_dump(mode="json").items() if name != "version"}
    file.save(**sections)
    assert file.load()[0].model_dump() == changed.model_dump()


@pytest.mark.parametrize(
    ("written", "kept"),
    [('"1e-6"', "1e-6"), ("1e-4", "1e-4"), ("0.0001", "1e-4"), ('"2.5E-5"', "2.5e-5"), ("0.01", "1e-2")],
)
def test_operating_point_is_canonicalised(file: SettingsFile, written: str, kept: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(f"[recognition]\noperating_point = {written}\n")
    settings, problem = file.load()
    assert problem is None
    assert settings.recognition.operating_point == kept
    assert settings.recognition.fmr == float(kept)


@pytest.mark.parametrize("written", ['"2e-2"', "9e-7", "0", '"strict"', "nan", "true", "[]"])
def test_invalid_operating_point_is_reported(file: SettingsFile, written: str) -> None:
    file.path.parent.mkdir()
    file.path.write_text(f"[recognition]\noperating_point = {written}\n")
    settings, problem = file.load()
    assert problem is not None
    assert "recognition.operating_point: Use a rate" in problem.message
    assert settings.recognition.operating_point == OperatingPoint.FMR_1E4


def test_settings_are_immutable() -> None:
    settings = Settings()
    settings.with_changes(camera={"source": "demo"})
    assert settings.camera.source == "0"
    with pytest.raises(ValidationError):
        settings.camera.source = "demo"  # type: ignore[misc]


def test_environment_overrides_the_file(file: SettingsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(camera={"source": "demo", "width": 800})
    monkeypatch.setenv("FACELATCH_CAMERA__SOURCE", "film.mp4")
    settings, _ = file.load()
    assert (settings.camera.source, settings.camera.width) == ("film.mp4", 800)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"camera = [", "Invalid value"),
        (b"[camera]\nwidth = 5\n", "camera.width"),
        (b"[camera]\ncolour = 'red'\n", "camera.colour"),
        (b"[quality]\nmin_brightness = 230\n", "quality.min_brightness: The minimum brightness must be below"),
        (b"[kitchen]\n", "kitchen"),
        (b"\xff\xfe", "decode"),
    ],
)
def test_invalid_file_is_kept_and_reported_each_time(file: SettingsFile, content: bytes, reason: str) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    for _ in range(2):
        settings, problem = file.load()
        assert settings.camera.width == 640
        assert problem is not None
        assert reason in problem.message
        assert file.path.read_bytes() == content


@pytest.mark.parametrize(
    ("wrong", "endangers"),
    [
        ("[camera]\nwidth = 5", False),
        ("[appearance]\ncolour = 'red'", False),
        ("[liveness]\nstep = 4\npolicy = 'strict'", True),
        ("[quality]\nmax_yaw = 500", True),
        ("[kitchen]\nlight = 1", True),
    ],
)
def test_valid_values_of_an_invalid_file_stay_in_force(file: SettingsFile, wrong: str, endangers: bool) -> None:
    file.path.parent.mkdir()
    file.path.write_text(f'[recognition]\noperating_point = "1e-6"\n{wrong}\n')
    settings, problem = file.load()
    assert settings.recognition.operating_point == "1e-6"
    assert settings.liveness.policy == ("strict" if "strict" in wrong else "passive")
    assert problem is not None
    assert problem.endangers_access is endangers


def test_concurrent_saves_keep_all_values(file: SettingsFile) -> None:
    names = [name for name in type(Settings().quality).model_fields if name.startswith("m")]
    with ThreadPoolExecutor(len(names)) as threads:
        list(threads.map(lambda name: SettingsFile(file.path).save(quality={name: 50}), names))
    assert file.stored()["quality"] == dict.fromkeys(names, 50)


@pytest.mark.parametrize("content", [b"", b"[camera]\nwidth = 800\n", b"[camera]\nwidth = 5\n"])
@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("RECOGNITION__MIN_MARGIN", "7", r"recognition\.min_margin"),
        ("QUALITY__MAX_YAW", "nan", r"quality\.max_yaw"),
        ("CAMERA__COLOUR", "red", r"camera\.colour"),
        ("CAMERA", "0", "camera"),
        ("CAMERA", "demo", "camera"),
    ],
)
def test_invalid_environment_is_an_error_and_keeps_the_file(
    file: SettingsFile, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str, value: str, reason: str
) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    monkeypatch.setenv(f"FACELATCH_{name}", value)
    with pytest.raises(SettingsError, match=f"the environment.*{reason}"):
        file.load()
    assert file.path.read_bytes() == content


@pytest.mark.parametrize(
    ("section", "name", "lowest", "highest"),
    [
        ("camera", "width", 160, 3840),
        ("camera", "height", 120, 2160),
        ("recognition", "min_margin", 0, 1),
        ("recognition", "max_faces", 1, 16),
        ("recognition", "threads", 0, 64),
        ("quality", "max_yaw", 5, 90),
        ("enrolment", "streak", 1, 60),
        ("enrolment", "timeout_s", 1, 600),
    ],
)
def test_values_out_of_range_are_rejected(section: str, name: str, lowest: int, highest: int) -> None:
    for value in (lowest, highest):
        assert Settings().with_changes(**{section: {name: value}})
    for value in (lowest - 1, highest + 1):
        with pytest.raises(SettingsError, match=rf"the values given: {section}\.{name}"):
            Settings().with_changes(**{section: {name: value}})


def test_unwritable_directory_is_reported(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file, not a directory")
    with pytest.raises(SettingsError, match="cannot be saved") as caught:
        SettingsFile(tmp_path / "config" / "settings.toml").save(camera={"width": 800})
    assert caught.value.hint


def test_failed_save_keeps_the_old_file(file: SettingsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(camera={"source": "demo"})
    before = file.path.read_bytes()

    def fill_the_disk(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fill_the_disk)
    with pytest.raises(SettingsError, match="No space left"):
        file.save(camera={"width": 800})
    assert file.path.read_bytes() == before


def test_environment_values_are_not_saved(file: SettingsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(camera={"source": "front door"})
    monkeypatch.setenv("FACELATCH_CAMERA__SOURCE", "demo")
    assert file.load()[0].camera.source == "demo"
    file.save(appearance={"theme": Theme.LIGHT})
    monkeypatch.delenv("FACELATCH_CAMERA__SOURCE")
    settings, _ = file.load()
    assert (settings.camera.source, settings.appearance.theme) == ("front door", Theme.LIGHT)
    assert "threads" not in file.path.read_text("utf-8")


@pytest.mark.parametrize("content", [b"camera = [", b"\xff\xfe"])
def test_unreadable_file_is_not_overwritten(file: SettingsFile, content: bytes) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    with pytest.raises(SettingsError, match="cannot be saved"):
        file.save(camera={"width": 800})
    assert file.path.read_bytes() == content


def test_forgotten_values_return_to_their_defaults(file: SettingsFile) -> None:
    file.save(camera={"source": "demo", "width": 800}, appearance={"theme": Theme.LIGHT})
    file.forget(camera=["source", "height"], appearance=["theme"], quality=["max_yaw"])
    assert file.stored() == {"version": 1, "camera": {"width": 800}}
    assert file.load()[0].camera.source == "0"


def test_unreadable_file_has_no_stored_values(file: SettingsFile) -> None:
    assert file.stored() == {}
    file.path.parent.mkdir()
    file.path.write_bytes(b"camera = [")
    assert file.stored() == {}


def test_file_is_readable_by_its_owner_only(file: SettingsFile) -> None:
    file.save(camera={"source": "rtsp://admin:hunter2@cam/live"})
    assert file.path.stat().st_mode & 0o777 == 0o600


def test_every_type_of_value_is_written_as_toml(file: SettingsFile) -> None:
    file.save(own={"path": Path("a"), "secret": SecretStr("b"), "several": (Theme.DARK,), "table": {"c": None, "d": 1}})
    assert file.stored()["own"] == {"path": "a", "secret": "b", "several": ["dark"], "table": {"d": 1}}
    assert to_plain(Settings().camera)["source"] == "0"
