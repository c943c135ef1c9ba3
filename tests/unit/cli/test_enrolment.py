import csv
import io
import sys
from pathlib import Path

import pytest

from app.core.errors import CameraLost
from app.core.people import Person
from app.services.enrolment.enrolment_service import Applicant, EnrolmentService
from tests.unit.cli.conftest import Command


@pytest.fixture
def people(tmp_path: Path, hopper: Path, collins: Path) -> Path:
    table = tmp_path / "people.csv"
    lines = [f"Grace,{hopper},17,yes", f"Eileen,{collins},18,no", f"Twin,{hopper},19,yes", f"Zoe,{tmp_path},,yes"]
    table.write_text("name,pictures,badge,consent\n" + "\n".join(lines), encoding="utf-8")
    return table


class Terminal(io.StringIO):
    """Standard input of a terminal."""

    def isatty(self) -> bool:
        return True


def answer(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(f"{words}\n"))


def test_without_consent_nothing_is_stored(command: Command, hopper: Path) -> None:
    outcome = command("enroll", "Grace", "--images", hopper, "--json")
    assert outcome.code == 2
    assert outcome.json["error"]["kind"] == "NoConsent"
    assert "--consent" in outcome.json["error"]["hint"]
    assert command("people", "list", "--json").json["people"] == []


def test_consent_text_is_shown(command: Command) -> None:
    shown = command("people", "consent", "--json").json
    assert set(shown) == {"text", "version", "language"}
    printed = command("people", "consent").out
    assert shown["version"] in printed
    assert "Small pictures" not in printed


def test_consent_text_mentions_thumbnails_and_retention(
    command: Command, hopper: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FACELATCH_PRIVACY__KEEP_THUMBNAILS", "true")
    monkeypatch.setenv("FACELATCH_PRIVACY__DELETE_AFTER_DAYS", "30")
    answer(monkeypatch, "n")
    for told in (command("people", "consent").out, command("enroll", "Grace", "--images", hopper).err):
        assert "Thumbnails of the face (112 × 112 pixels) are stored, too." in told
        assert "erased after 30 days" in told


@pytest.mark.parametrize(("said", "code"), [("y", 0), ("n", 2)])
def test_consent_is_prompted_for_on_a_terminal(
    command: Command, hopper: Path, monkeypatch: pytest.MonkeyPatch, said: str, code: int
) -> None:
    answer(monkeypatch, said)
    outcome = command("enroll", "Grace", "--images", hopper)
    assert outcome.code == code
    assert "recognised by your face" in outcome.err


def test_enrolled_lookalike_is_reported_and_not_stored(command: Command, hopper: Path) -> None:
    command("enroll", "Grace", "--images", hopper, "--consent")
    outcome = command("enroll", "Twin", "--images", hopper, "--consent", "--json")
    assert outcome.code == 1
    assert outcome.json["person"] is None
    assert outcome.json["lookalike"]["kind"] == "AlreadyEnrolledAs"
    assert outcome.json["lookalike"]["person"] == "Grace"
    words = command("enroll", "Twin", "--images", hopper, "--consent")
    assert "already enrolled as Grace" in words.out
    assert "fewer than 1 in 1,000,000" in words.out
    assert command("enroll", "Twin", "--images", hopper, "--consent", "--anyway").code == 0


@pytest.mark.parametrize(("said", "names"), [("s", ["Grace", "Twin"]), ("a", ["Grace"]), ("c", ["Grace"])])
def test_lookalike_prompt_on_a_terminal(
    command: Command, hopper: Path, monkeypatch: pytest.MonkeyPatch, said: str, names: list[str]
) -> None:
    command("enroll", "Grace", "--images", hopper, "--consent")
    answer(monkeypatch, said)
    outcome = command("enroll", "Twin", "--images", hopper, "--consent")
    assert outcome.code == (1 if said == "c" else 0)
    listed = command("people", "list", "--json").json["people"]
    assert [person["name"] for person in listed] == names


@pytest.mark.parametrize("sources", [("--images", "a", "--video", "b"), ("--video", "b", "--camera", "0"), ()])
def test_exactly_one_source_is_required(command: Command, sources: tuple[str, ...]) -> None:
    assert command("enroll", "Ada", *sources, "--consent").code == 2


def test_unplayable_video_and_video_without_a_face(command: Command, tmp_path: Path) -> None:
    broken = tmp_path / "film.mp4"
    broken.write_bytes(b"no film")
    outcome = command("enroll", "Ada", "--video", broken, "--consent", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (3, CameraLost.__name__)


def test_import_of_a_table_reports_rejections(command: Command, people: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.csv"
    outcome = command("people", "import", people, "--report", report, "--json")
    assert outcome.code == 1
    assert (outcome.json["enrolled"], outcome.json["refused"], outcome.json["stopped"]) == (1, 3, False)
    reasons = {entry["name"]: entry["reason"] for entry in outcome.json["entries"]}
    assert reasons == {"Eileen": "NoConsent", "Twin": "AlreadyEnrolledAs", "Zoe": "ImageError"}
    with report.open(encoding="utf-8-sig", newline="") as file:
        assert [row["outcome"] for row in csv.DictReader(file)] == ["enrolled", "refused", "refused", "refused"]
    (grace,) = command("people", "list", "--json").json["people"]
    assert (grace["name"], grace["badge"]) == ("Grace", "17")


def test_import_of_a_folder_requires_consent(command: Command, hopper: Path, tmp_path: Path) -> None:
    folder = tmp_path / "people" / "Grace"
    folder.mkdir(parents=True)
    (folder / "a.jpg").write_bytes(hopper.read_bytes())
    refused = command("people", "import", folder.parent)
    assert refused.code == 1
    assert "0 enrolled, 1 rejected." in refused.out
    assert "no consent" in refused.err
    done = command("people", "import", folder.parent, "--consent")
    assert (done.code, done.out) == (0, "1 enrolled, 0 rejected.\n")


def test_table_with_wrong_columns_is_rejected(command: Command, tmp_path: Path) -> None:
    table = tmp_path / "people.csv"
    table.write_text("first name,picture\nAda,a.jpg\n")
    outcome = command("people", "import", table, "--consent", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (2, "ImportUnreadable")
    assert command("people", "import", tmp_path / "missing", "--consent").code == 2
    outcome = command("people", "import", table, "--consent", "--report", tmp_path / "no" / "r.csv", "--json")
    assert (outcome.code, outcome.json["error"]["kind"]) == (3, "ExportFailed")


def test_ctrl_c_stops_an_import_between_two_people(
    command: Command, people: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = EnrolmentService.resolve
    asked: list[str] = []

    def resolve(service: EnrolmentService, applicant: Applicant, *, add: bool) -> Applicant | Person:
        asked.append(applicant.name)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return whole(service, applicant, add=add)

    monkeypatch.setattr(EnrolmentService, "resolve", resolve)
    outcome = command("people", "import", people, "--json")
    assert outcome.code == 1
    assert (outcome.json["enrolled"], outcome.json["stopped"]) == (1, True)
