from pathlib import Path

import pytest

from app.core import paths
from app.core.clock import SystemClock
from app.store.database.sqlite import Database
from app.store.fleet.replica import Replica
from tests.unit.cli.conftest import Command


def test_enrol_then_verify_identify_and_compare(command: Command, hopper: Path, collins: Path) -> None:
    enrolled = command("enroll", "Grace", "--images", hopper, "--consent", "--json")
    assert enrolled.code == 0
    assert enrolled.json["taken"] == 1
    assert enrolled.json["person"]["name"] == "Grace"

    verified = command("verify", "grace", hopper, "--json")
    assert (verified.code, verified.json["match"]) == (0, True)
    refused = command("verify", "Grace", collins, "--json")
    assert (refused.code, refused.json["match"]) == (1, False)

    identified = command("identify", hopper, collins, "--json")
    assert identified.code == 0
    known, unknown = identified.json["faces"]
    assert (known["person"], known["match"]) == ("Grace", True)
    assert (unknown["person"], unknown["match"]) == (None, False)
    assert set(known) >= {"box", "person", "similarity", "margin", "match"}
    assert len(known["box"]) == 4

    compared = command("compare", hopper, collins, "--json")
    assert compared.code == 1
    assert set(compared.json) == {"similarity", "match", "fmr", "threshold"}
    assert compared.json["threshold"] == pytest.approx(0.531)


def test_text_output(command: Command, hopper: Path, collins: Path) -> None:
    assert "Grace is enrolled with 1 templates." in command("enroll", "Grace", "--images", hopper, "--consent").out
    assert "This is Grace. Similarity 1.00, needs 0.53" in command("verify", "Grace", hopper).out
    assert "Different people." in command("compare", hopper, collins).out
    assert "Same person." in command("compare", hopper, hopper).out
    table = command("identify", hopper)
    assert "Grace" in table.out
    assert table.code == 0


def test_operating_point_option(command: Command, hopper: Path) -> None:
    thresholds = [
        command("compare", hopper, hopper, "--fmr", fmr, "--json").json["threshold"]
        for fmr in ("1e-3", "1e-4", "1e-5", "1e-6")
    ]
    assert thresholds == sorted(set(thresholds))
    assert command("compare", hopper, hopper, "--fmr", "0.5").code == 2


def test_unrecognised_face_is_exit_code_1(command: Command, hopper: Path) -> None:
    outcome = command("identify", hopper, "--json")
    assert outcome.code == 1
    assert outcome.json["faces"][0]["verdict"] == "nobody-enrolled"


def test_enrolment_from_the_demo_camera(command: Command) -> None:
    outcome = command("enroll", "Grace", "--camera", "demo", "--quick", "--consent", "--json")
    assert outcome.code == 0
    assert outcome.json["taken"] >= 1
    assert outcome.json["self_test"]["passed"]
    assert command("verify", "Grace", "--camera", "demo", "--liveness", "off").code == 0
    assert command("verify", "Grace", "--camera", "demo", "--timeout", "4").code == 4


def test_second_person_is_verified_too(command: Command, hopper: Path) -> None:
    """The demo shows one portrait after the other."""
    for portrait in hopper.parent.glob("*.jpg"):
        assert command("enroll", portrait.stem, "--images", portrait, "--consent").code == 0
        outcome = command("verify", portrait.stem, "--camera", "demo", "--liveness", "off", "--timeout", "30")
        assert outcome.code == 0, outcome.out


def test_enrolment_from_a_folder(command: Command, hopper: Path, tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).write_bytes(hopper.read_bytes())
    (tmp_path / "broken.jpg").write_bytes(b"no picture")
    outcome = command("enroll", "Grace", "--images", tmp_path, "--consent", "--json")
    assert outcome.json["taken"] == 1
    alike, broken = sorted(outcome.json["refused"], key=lambda refused: refused["kind"], reverse=True)
    assert (alike["kind"], broken["kind"]) == ("PictureAlike", "ImageUnreadable")
    assert "broken.jpg" in broken["message"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("enroll", "Grace"),
        ("enroll", "Grace", "--images", "a", "--camera", "0"),
        ("verify", "Grace"),
        ("verify", "Grace", "a.jpg", "--camera", "0"),
        ("identify",),
        ("compare", "a.jpg"),
        ("no-such-command",),
        ("bench", "--frames", "0"),
    ],
)
def test_wrong_usage_is_exit_code_2(command: Command, arguments: tuple[str, ...]) -> None:
    outcome = command(*arguments)
    assert outcome.code == 2
    assert outcome.err
    assert outcome.out == ""


def test_kiosk_verifies_without_the_server(command: Command, hopper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Database.open(paths.database_file()) as database:
        Replica(database, SystemClock()).join()
    assert command("enroll", "Grace", "--images", hopper, "--consent").code == 0  # as the server's people come to it
    monkeypatch.setenv("FACELATCH_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/faces")
    outcome = command("verify", "Grace", "--camera", "demo", "--liveness", "off", "--timeout", "30", "--json")
    assert outcome.code == 0, outcome.out
    assert command("verify", "Grace", hopper, "--json").json["error"]["kind"] == "StoreUnreachable"
