"""`facelatch calibrate`, on the demo's two portraits and on an empty gallery."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command


def test_empty_gallery(command: Command) -> None:
    assert "No person is enrolled" in command("calibrate").out
    report = command("calibrate", "--json").json
    assert (report["people"], report["templates"], report["weakest"], report["closest"]) == (0, 0, [], [])


def test_small_gallery_uses_reference_values(command: Command, hopper: Path, collins: Path) -> None:
    command("enroll", "Grace", "--images", hopper, "--consent")
    command("enroll", "Eileen", "--images", collins, "--consent")
    report = command("calibrate", "--json").json
    assert (report["people"], report["templates"], report["impostor"]) == (2, 2, 2)
    assert set(report["operating_points"]) == {"1e-3", "1e-4", "1e-5", "1e-6"}
    assert report["promise"]["one_in"] == report["promise"]["held"] == 1000
    assert report["chosen"]["threshold"] == pytest.approx(report["promise"]["threshold"])
    assert report["chosen"]["strangers"]["source"] == "reference"
    assert set(report["chosen"]) == {"fmr", "threshold", "strangers", "anybody", "own", "people_needed"}
    assert [weak["person"]["name"] for weak in report["weakest"]] == ["Eileen", "Grace"]
    assert report["weakest"][0]["weaknesses"] == ["few-templates"]
    assert report["closest"][0]["advice"] == "nothing"
    words = command("calibrate").out
    for part in ("2 people, 2 templates", "(reference)", "too small", "No action needed"):
        assert part in " ".join(words.split()), part
