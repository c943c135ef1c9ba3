"""`people outdated` and `people renew`, and the hints that lead there."""

from pathlib import Path

from tests.unit.cli.conftest import Command


def test_outdated_people_are_listed_and_renewed(command: Command, hopper: Path) -> None:
    assert command("people", "outdated").code == 0
    command("settings", "set", "privacy.keep_thumbnails", "true")
    assert command("enroll", "Grace", "--images", hopper, "--consent").code == 0
    changed = command("settings", "set", "recognition.model", "mobilefacenet_int8")
    assert "1 people have no template" in changed.out
    listed = command("people", "outdated", "--json")
    assert listed.code == 1
    assert [person["name"] for person in listed.json["people"]] == ["Grace"]
    assert (listed.json["done"], listed.json["total"], listed.json["model"]) == (0, 1, "mobilefacenet_int8")
    assert "facelatch people renew" in command("people", "outdated").out
    (check,) = [one for one in command("doctor", "--json").json["checks"] if one["name"] == "people"]
    assert (check["state"], "1 have to be re-enrolled" in check["finding"]) == ("caution", True)
    assert command("people", "renew", "--json").json == {"renewed": 1, "left": 0}
    assert "Templates of 0 people were computed" in command("people", "renew").out
    assert "All people have a template" in command("people", "outdated").out
