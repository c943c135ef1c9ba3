from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.errors import SettingsError
from app.core.settings import OperatingPoint, Settings, SettingsFile, Theme

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "config" / "settings.toml")


def test_without_a_file_there_are_defaults(file: SettingsFile) -> None:
    settings, problem = file.load(NOW)
    assert problem is None
    assert settings.recognition.operating_point is OperatingPoint.FMR_1E4
    assert settings.camera.source == "0"


def test_what_is_saved_is_loaded(file: SettingsFile) -> None:
    changed = Settings().with_changes(camera={"source": "demo"}, appearance={"theme": Theme.LIGHT})
    file.save(changed)
    loaded, problem = file.load(NOW)
    assert problem is None
    assert loaded.model_dump() == changed.model_dump()
    assert [path.name for path in file.path.parent.iterdir()] == ["settings.toml"]


def test_the_environment_wins_over_the_file(file: SettingsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    file.save(Settings().with_changes(camera={"source": "demo", "width": 800}))
    monkeypatch.setenv("FACELATCH_CAMERA__SOURCE", "film.mp4")
    settings, _ = file.load(NOW)
    assert (settings.camera.source, settings.camera.width) == ("film.mp4", 800)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"camera = [", "Invalid value"),
        (b"[camera]\nwidth = 5\n", "camera.width"),
        (b"[camera]\ncolour = 'red'\n", "camera.colour"),
        (b"[kitchen]\n", "kitchen"),
        (b"\xff\xfe", "decode"),
    ],
)
def test_a_bad_file_is_set_aside_and_reported(file: SettingsFile, content: bytes, reason: str) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(content)
    settings, problem = file.load(NOW)
    assert settings.camera.width == 640
    assert problem is not None
    assert reason in problem.message
    kept = file.path.with_name("settings.toml.bad-20260102T030405")
    assert str(kept) in problem.hint
    assert kept.read_bytes() == content
    assert not file.path.exists()


def test_a_bad_environment_is_an_error(file: SettingsFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACELATCH_RECOGNITION__MIN_MARGIN", "7")
    with pytest.raises(SettingsError, match=r"recognition\.min_margin"):
        file.load(NOW)


def test_values_out_of_their_limits_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"camera\.width"):
        Settings().with_changes(camera={"width": 1})


def test_a_place_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file, not a directory")
    with pytest.raises(SettingsError, match="cannot be saved") as caught:
        SettingsFile(tmp_path / "config" / "settings.toml").save(Settings())
    assert caught.value.hint


def test_every_setting_has_a_title_and_a_description() -> None:
    for section in ("camera", "recognition", "quality", "enrolment", "appearance"):
        for name, field in type(getattr(Settings(), section)).model_fields.items():
            assert field.title, name
            assert field.description, name
