"""The commands around a kiosk."""

import io
import sys
from pathlib import Path

import pytest

from app.core import paths
from app.core.errors import FacelatchError
from tests.unit.cli.conftest import Command


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("407183\n"))


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(text)
    return path


def test_valid_policy_is_reported_with_warnings(command: Command, tmp_path: Path) -> None:
    outcome = command("kiosk", "--config", written(tmp_path, 'name = "door"\nwho = { groups = ["Staff"] }'), "--check")
    assert outcome.code == 0
    assert "“door” is valid" in outcome.out
    for words in ("The group “Staff” has no members", "No admin PIN", "site has no PIN", "no actions"):
        assert words in outcome.out


def test_invalid_policy_is_reported_by_line(command: Command, tmp_path: Path) -> None:
    path = written(tmp_path, 'name = "door"\n\n[unlock]\nrelock_s = 0\nrearm = "never"\n')
    outcome = command("kiosk", "--config", path, "--check")
    assert outcome.code == 3
    assert f"{path}: line 4: unlock.relock_s" in outcome.err
    assert f"{path}: line 5: unlock.rearm" in outcome.err
    assert outcome.out == ""


def test_valid_policy_as_json(command: Command, tmp_path: Path) -> None:
    path = written(tmp_path, 'name = "door"')
    assert command("kiosk", "--config", path, "--check", "--json").json["kiosk"] == "door"
    path.write_text("name = 3")
    outcome = command("kiosk", "--config", path, "--check", "--json")
    assert outcome.json["error"]["kind"] == "PolicyError"


def test_kiosk_without_a_usable_database_shows_a_locked_screen(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[FacelatchError] = []

    def show(_application: object, problem: FacelatchError, *, windowed: bool) -> int:
        assert windowed
        shown.append(problem)
        return 0

    monkeypatch.setattr("app.cli.kiosk.run_broken_kiosk", show)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    database = paths.database_file()
    database.parent.mkdir(parents=True, exist_ok=True)
    database.write_bytes(b"damaged" * 1000)
    outcome = command("kiosk", "--config", written(tmp_path, 'name = "door"'), "--windowed")
    assert outcome.code == 0
    assert [str(database) in problem.message for problem in shown] == [True]


@pytest.mark.usefixtures("types")
@pytest.mark.parametrize("owner", [("--admin",), ("--site", "door")])
def test_pin_is_set_and_removed(command: Command, owner: tuple[str, ...]) -> None:
    outcome = command("pin", "set", *owner)
    assert outcome.code == 0
    assert "407183" not in outcome.out + outcome.err
    assert command("pin", "remove", *owner).code == 0
    assert command("pin", "remove", *owner).code == 1


@pytest.mark.usefixtures("types")
def test_pin_of_an_unknown_person_is_rejected(command: Command) -> None:
    assert command("pin", "set", "Ada").code == 2


@pytest.mark.parametrize("arguments", [(), ("Ada", "--admin"), ("--site", "door", "--admin")])
def test_exactly_one_pin_owner_is_required(command: Command, arguments: tuple[str, ...]) -> None:
    assert command("pin", "set", *arguments).code == 2


@pytest.mark.parametrize("pin", ["", "1234", "12", "abcd", "12345678901234"])
def test_invalid_pin_is_rejected(command: Command, monkeypatch: pytest.MonkeyPatch, pin: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{pin}\n"))
    outcome = command("pin", "set", "--admin")
    assert outcome.code == 2
    assert "digits" in outcome.err


def test_lockout_of_an_identity_is_exit_code_5(command: Command, hopper: Path) -> None:
    assert command("enroll", "Collins", "--images", hopper.parent / "eileen_collins.jpg", "--consent").code == 0
    attempt = ("verify", "Collins", "--camera", hopper, "--liveness", "off", "--timeout", "3")
    assert [command(*attempt).code for _ in range(5)] == [1] * 5
    outcome = command(*attempt, "--json")
    assert outcome.code == 5
    assert outcome.json["outcome"] == "locked-out"
    assert 0 < outcome.json["left_s"] <= 30
    assert "Wait for" in command(*attempt).out


def test_untrusted_inputs_of_a_policy_are_named(command: Command, tmp_path: Path) -> None:
    path = written(
        tmp_path,
        'name = "door"\n[camera]\nsource = "http://camera.example/video"\n[[actions]]\nkind = "webhook"\n'
        'url = "http://door.example/"\nsecret = { env = "HOOK" }\n',
    )
    path.chmod(0o666)
    cautions = "\n".join(command("kiosk", "--config", path, "--check", "--json").json["cautions"])
    assert "The stream of the camera is not encrypted" in cautions
    assert f"chmod go-w {path}" in cautions
    assert "posts to http://" in cautions


def test_a_camera_that_is_a_file_is_named(command: Command, tmp_path: Path) -> None:
    (tmp_path / "film.mp4").touch()
    path = written(tmp_path, f'name = "door"\ncamera = {{ source = "{tmp_path / "film.mp4"}" }}\n')
    path.chmod(0o600)
    cautions = command("kiosk", "--config", path, "--check", "--json").json["cautions"]
    assert "is not a device" in cautions[0]


@pytest.mark.parametrize(
    ("matching", "caution"),
    [
        ('operating_point = "1e-4"', "applies to each comparison: one stranger in 1,000 enters"),
        ("one_in = 500", "One stranger in 500 enters. For a door, set: matching.one_in = 10000"),
    ],
)
def test_a_weak_promise_is_named_with_the_change_to_make(
    command: Command, tmp_path: Path, hopper: Path, collins: Path, matching: str, caution: str
) -> None:
    for name, picture in (("Ada", hopper), ("Bob", collins)):
        assert command("enroll", name, "--images", picture, "--consent").code == 0
    policy = tmp_path / "kiosk.toml"
    policy.write_text(f'name = "door"\n[matching]\n{matching}\n')
    out = " ".join(command("kiosk", "--config", str(policy), "--check").out.split())
    assert caution in out
    policy.write_text('name = "door"\n')
    promise = command("kiosk", "--config", str(policy), "--check", "--json").json["promise"]
    assert (promise["one_in"], promise["people"], promise["attempts"]) == (10_000, 2, 5)
