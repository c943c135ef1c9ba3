import pytest

from app.core.audit import AuditKind, AuditQuery
from app.core.paths import config_dir
from app.core.settings.schema import all_settings
from app.wiring import Application
from tests.unit.cli.conftest import Command


def test_list_of_all_settings(command: Command) -> None:
    listed = command("settings", "list", "--json").json["settings"]
    assert [entry["key"] for entry in listed] == [setting.key for setting in all_settings()]
    yaw = next(entry for entry in listed if entry["key"] == "quality.max_yaw")
    assert (yaw["value"], yaw["default"], yaw["unit"], yaw["lowest"], yaw["highest"]) == (40.0, 40.0, "degrees", 5, 90)
    assert (yaw["origin"], yaw["title"]) == ("default", "Maximum turn to the side")
    out = command("settings", "list").out
    assert "quality.max_yaw = 40 degrees\n" in out
    assert "[dark | light | high-contrast | system]" in out
    assert "[true | false]" in out
    assert "[5 to 90]" in out


def test_list_of_a_section_and_of_changed_settings(command: Command) -> None:
    listed = command("settings", "list", "--section", "camera", "--json").json["settings"]
    assert {entry["key"].partition(".")[0] for entry in listed} == {"camera"}
    assert command("settings", "list", "--changed", "--json").json == {"settings": []}
    command("settings", "set", "camera.width", "800")
    assert (
        "camera.width = 800 pixels  (from the settings file; default: 640 pixels)"
        in command("settings", "list", "--changed").out
    )
    assert command("settings", "list", "--section", "kitchen").code == 2


def test_set_get_reset(command: Command) -> None:
    assert command("settings", "get", "camera.width").out == "640\n"
    changed = command("settings", "set", "camera.width", "800", "--json").json["setting"]
    assert (changed["value"], changed["origin"]) == (800, "file")
    assert command("settings", "get", "camera.width").out == "800\n"
    assert command("settings", "reset", "camera.width").out == "camera.width was reset to 640 pixels.\n"
    assert "already" in command("settings", "reset", "camera.width").out
    assert command("settings", "get", "camera.width", "--json").json["setting"]["origin"] == "default"


def test_reset_all_empties_the_file(command: Command) -> None:
    command("settings", "set", "camera.width", "800")
    command("settings", "set", "appearance.theme", "high-contrast")
    reset = command("settings", "reset", "--all", "--json").json["reset"]
    assert [entry["key"] for entry in reset] == ["appearance.theme", "camera.width"]
    assert (config_dir() / "settings.toml").read_text() == "version = 1\n"


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("set", "quality.max_yaw", "500"), "Use a number from 5 to 90."),
        (("set", "quality.min_brightness", "230"), "must be below the maximum"),
        (("set", "quality.colour", "red"), "There is no setting"),
        (("get", "quality"), "There is no setting"),
        (("reset", "quality.colour"), "There is no setting"),
        (("reset",), "No setting to reset"),
        (("reset", "camera.width", "--all"), "No setting to reset"),
    ],
)
def test_invalid_arguments_are_rejected_without_changes(
    command: Command, arguments: tuple[str, ...], reason: str
) -> None:
    outcome = command("settings", *arguments)
    assert outcome.code == 2
    assert reason in outcome.err
    assert not (config_dir() / "settings.toml").exists()


def test_setting_overridden_by_the_environment_is_rejected(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACELATCH_CAMERA__WIDTH", "800")
    entry = command("settings", "get", "camera.width", "--json").json["setting"]
    assert (entry["value"], entry["origin"], entry["variable"]) == (800, "environment", "FACELATCH_CAMERA__WIDTH")
    outcome = command("settings", "set", "camera.width", "700")
    assert outcome.code == 2
    assert "FACELATCH_CAMERA__WIDTH" in outcome.err
    assert "set by FACELATCH_CAMERA__WIDTH" in command("settings", "list", "--changed").out
    assert command("settings", "reset", "--all", "--json").json == {"reset": []}


def test_passwords_are_redacted_and_changes_are_logged(command: Command) -> None:
    command("settings", "set", "camera.source", "rtsp://admin:hunter2@cam/live")
    for arguments in (("list",), ("list", "--json"), ("get", "camera.source"), ("get", "camera.source", "--json")):
        assert "hunter2" not in command("settings", *arguments).out
    with Application() as application:
        entry = application.audit.lines(AuditQuery(), 1)[0].event.entry
    assert (entry.kind, entry.actor) == (AuditKind.SETTINGS_CHANGED, "command")
    assert entry.details == {"section": "camera", "name": "source", "old": "0", "new": "rtsp://***@cam/live"}
