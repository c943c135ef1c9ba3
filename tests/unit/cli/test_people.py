from pathlib import Path

import pytest

from app.wiring import Application
from tests.fakes.data_remnants import find_remnants
from tests.unit.cli.conftest import Command


@pytest.fixture
def grace(command: Command, hopper: Path) -> str:
    person: str = command("enroll", "Grace", "--images", hopper, "--consent", "--json").json["person"]["id"]
    return person


def test_empty_list(command: Command) -> None:
    assert "No person is enrolled." in command("people", "list").out
    assert "No person matches." in command("people", "list", "--search", "x").out
    assert command("people", "list", "--json").json == {"people": []}


def test_list_show_rename_erase(command: Command, grace: str) -> None:
    assert "Grace" in command("people", "list").out
    shown = command("people", "show", "Grace", "--json").json
    assert shown["person"]["id"] == grace
    assert shown["templates"][0]["model"] == "mobilefacenet"
    assert "grace_hopper.jpg" in command("people", "show", grace).out
    assert command("people", "rename", "grace", "Amazing Grace", "--json").json["person"]["name"] == "Amazing Grace"
    assert command("people", "list", "--search", "amaz", "--json").json["people"][0]["id"] == grace
    assert command("people", "erase", "Amazing Grace", "--yes", "--json").json["erased"]["id"] == grace
    assert command("people", "list", "--json").json == {"people": []}
    assert command("people", "show", grace).code == 2


def test_erase_requires_confirmation(command: Command, grace: str) -> None:
    outcome = command("people", "erase", "Grace")
    assert outcome.code == 2
    assert "--yes" in outcome.err
    assert len(command("people", "list", "--json").json["people"]) == 1


def test_rename_to_a_taken_or_invalid_name(command: Command, grace: str, collins: Path) -> None:
    command("enroll", "Eileen", "--images", collins, "--consent")
    assert command("people", "rename", "Grace", "eileen").code == 2
    assert command("people", "rename", "Grace", " ").code == 2
    assert command("people", "rename", "Zoe", "Ada").code == 2
    assert command("people", "show", "Grace").code == 0


def test_marked_face_no_longer_matches(command: Command, grace: str, hopper: Path) -> None:
    assert command("identify", hopper).code == 0
    marked = command("people", "mark", "Grace", hopper, "--json").json
    assert marked["person"]["id"] == marked["mark"]["person_id"] == grace
    assert marked["mark"]["similarity"] == pytest.approx(1, abs=1e-3)
    (face,) = command("identify", hopper, "--json").json["faces"]
    assert (face["verdict"], face["person"]) == ("no-match", None)
    assert command("verify", "Grace", hopper).code == 1


def test_mark_requires_a_person_and_a_face(command: Command, grace: str, tmp_path: Path) -> None:
    assert command("people", "mark", "Zoe", tmp_path / "none.jpg").code == 2
    assert command("people", "mark", "Grace", tmp_path / "none.jpg").code == 3


def test_mark_output(command: Command, grace: str, collins: Path) -> None:
    assert "eileen_collins.jpg was marked as not Grace" in command("people", "mark", "Grace", collins).out


@pytest.fixture
def byron(command: Command, hopper: Path) -> str:
    """A person with a unique name and a full profile."""
    command("enroll", "Ada Byron-King", "--images", hopper, "--consent")
    command("people", "edit", "Ada Byron-King", "--badge", "1815", "--note", "blue side door", "--group", "Ladies")
    return "Ada Byron-King"


def test_edit(command: Command, byron: str) -> None:
    days = ["--valid-from", "2026-01-01", "--valid-until", "2027-12-31", "--delete-after", "2030-06-30"]
    edited = command("people", "edit", byron, *days, "--group", "Lab", "--inactive", "--json").json["person"]
    assert (edited["badge"], edited["groups"], edited["active"]) == ("1815", ["Lab"], False)
    shown = command("people", "show", byron).out
    for line in (
        "from: 2026-01-01",
        "until: 2027-12-31",
        "Erased after: 2030-06-30",
        "Note: blue side door",
        "Inactive",
    ):
        assert line in shown
    cleared = command("people", "edit", byron, "--valid-until", "never", "--badge", "", "--group", "", "--json").json
    assert cleared["person"]["valid_until"] is cleared["person"]["badge"] is None
    assert cleared["person"]["groups"] == []


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--valid-from", "tomorrow"],
        ["--delete-after", "9999-12-31"],
        ["--badge", "x" * 65],
        ["--valid-from", "2026-02-01", "--valid-until", "2026-01-01"],
    ],
)
def test_invalid_edits(command: Command, byron: str, options: list[str]) -> None:
    outcome = command("people", "edit", byron, "--json", *options)
    assert outcome.code == 2
    assert outcome.json["error"]["message"]
    assert command("people", "show", byron, "--json").json["person"]["badge"] == "1815"


def test_list_filters_and_order(command: Command, byron: str, collins: Path) -> None:
    command("enroll", "Eileen", "--images", collins, "--consent")
    command("people", "edit", "Eileen", "--inactive", "--badge", "7")

    def listed(*options: str) -> list[str]:
        return [person["name"] for person in command("people", "list", "--json", *options).json["people"]]

    assert listed() == [byron, "Eileen"]
    assert listed("--descending") == ["Eileen", byron]
    assert listed("--sort", "badge") == ["Eileen", byron]
    assert listed("--search", "DOOR") == listed("--group", "ladies") == listed("--standing", "active") == [byron]
    assert listed("--standing", "inactive") == ["Eileen"]
    assert listed("--templates", "few") == [byron, "Eileen"]
    assert listed("--templates", "none") == []
    table = command("people", "list").out
    for cell in ("Badge", "1815", "Ladies", "inactive"):
        assert cell in table
    first = command("people", "list", "--json").json["people"][0]
    assert (first["standing"], first["usable_templates"]) == ("active", 1)


def test_names_are_not_parsed_as_markup(command: Command, hopper: Path) -> None:
    command("enroll", "[red]Ada[/red]", "--images", hopper, "--consent")
    assert "[red]Ada[/red]" in command("people", "list").out


def test_merge(command: Command, byron: str, collins: Path) -> None:
    command("enroll", "Eileen", "--images", collins, "--consent")
    refused = command("people", "merge", byron, "Eileen")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert command("people", "merge", byron, byron, "--yes").code == 2
    assert "2 templates" in command("people", "merge", byron, "Eileen", "--yes").out
    assert command("people", "show", "Eileen").code == 2


def test_template_is_retired_and_restored(command: Command, byron: str, hopper: Path) -> None:
    (template,) = command("people", "show", byron, "--json").json["templates"]
    assert "retired" in command("people", "retire", template["id"][:8]).out
    assert command("people", "list", "--templates", "none", "--json").json["people"][0]["name"] == byron
    assert command("verify", byron, hopper).code != 0
    assert command("people", "restore", template["id"], "--json").json["template"]["retired_at"] is None
    assert command("verify", byron, hopper).code == 0
    for unknown in ("", "zz", "%", template["id"] + "0"):
        assert command("people", "retire", unknown).code == 2


def test_marks_are_listed_and_removed(command: Command, byron: str, collins: Path) -> None:
    assert "No face is marked" in command("people", "marks", "list", byron).out
    command("people", "mark", byron, collins)
    (mark,) = command("people", "marks", "list", byron, "--json").json["marks"]
    assert mark["id"][:8] in command("people", "marks", "list", byron).out
    assert mark["id"][:8] in command("people", "show", byron).out
    assert command("people", "marks", "remove", mark["id"][:8], "--json").json["removed"]["id"] == mark["id"]
    assert command("people", "marks", "remove", mark["id"]).code == 2


def test_purge_erases_expired_people(command: Command, byron: str, collins: Path) -> None:
    command("enroll", "Eileen", "--images", collins, "--consent")
    assert "No person is past the date." in command("people", "purge").out
    command("people", "edit", byron, "--delete-after", "2020-01-01")
    assert command("people", "list", "--standing", "expired", "--json").json["people"][0]["name"] == byron
    (gone,) = command("people", "purge", "--json").json["erased"]
    assert gone["name"] == byron
    assert [p["name"] for p in command("people", "list", "--json").json["people"]] == ["Eileen"]
    kinds = [event["kind"] for event in command("audit", "list", "--json").json["events"]]
    assert "person-expired" in kinds


def test_erasure_leaves_no_remnants_in_files(command: Command, byron: str, hopper: Path, tmp_path: Path) -> None:
    with Application() as application:
        (template,) = application.people.details(byron).templates
        with application.storage.database.connection() as connection:
            ((sealed,),) = connection.exec_driver_sql("SELECT vector FROM templates WHERE id = ?", (template.id,))
    assert find_remnants(tmp_path, [], [sealed]) != []
    assert command("enroll", byron, "--images", hopper, "--consent").code == 2
    assert command("people", "show", "Ada Byron-Kong").code == 2
    assert command("people", "erase", byron, "--yes", "--json").json["complete"]
    sought = [byron, "blue side door", "Ladies", "Byron-Kong"]
    assert find_remnants(tmp_path, sought, [template.embedding.vector.tobytes(), sealed]) == []
    assert (tmp_path / "facelatch" / "log" / "facelatch.log").stat().st_size > 0
