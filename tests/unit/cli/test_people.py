from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command


@pytest.fixture
def grace(command: Command, hopper: Path) -> str:
    person: str = command("enroll", "Grace", "--images", hopper, "--consent", "--json").json["person"]["id"]
    return person


def test_an_empty_list_says_so(command: Command) -> None:
    assert "Nobody is enrolled yet." in command("people", "list").out
    assert "Nobody is like that." in command("people", "list", "--search", "x").out
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


def test_erasing_needs_a_yes(command: Command, grace: str) -> None:
    outcome = command("people", "erase", "Grace")
    assert outcome.code == 2
    assert "--yes" in outcome.err
    assert len(command("people", "list", "--json").json["people"]) == 1


def test_renaming_to_a_taken_or_impossible_name(command: Command, grace: str, collins: Path) -> None:
    command("enroll", "Eileen", "--images", collins, "--consent")
    assert command("people", "rename", "Grace", "eileen").code == 2
    assert command("people", "rename", "Grace", " ").code == 2
    assert command("people", "rename", "Nobody", "Ada").code == 2
    assert command("people", "show", "Grace").code == 0


def test_a_face_that_is_marked_is_not_taken_for_that_person_any_more(
    command: Command, grace: str, hopper: Path
) -> None:
    assert command("identify", hopper).code == 0
    marked = command("people", "mark", "Grace", hopper, "--json").json
    assert marked["person"]["id"] == marked["mark"]["person_id"] == grace
    assert marked["mark"]["similarity"] == pytest.approx(1, abs=1e-3)
    (face,) = command("identify", hopper, "--json").json["faces"]
    assert (face["verdict"], face["person"]) == ("no-match", None)
    assert command("verify", "Grace", hopper).code == 1


def test_marking_needs_a_person_and_a_picture_with_a_face(command: Command, grace: str, tmp_path: Path) -> None:
    assert command("people", "mark", "Nobody", tmp_path / "none.jpg").code == 2
    assert command("people", "mark", "Grace", tmp_path / "none.jpg").code == 3


def test_marking_says_what_it_did(command: Command, grace: str, collins: Path) -> None:
    assert "eileen_collins.jpg is marked as not Grace" in command("people", "mark", "Grace", collins).out
