"""What an application that has been used does with other settings."""

from pathlib import Path

import pytest

from app.core.errors import FaceNotUsable, SettingsError
from app.core.paths import resources_dir
from app.wiring import Application

HOPPER = resources_dir() / "portraits" / "grace_hopper.jpg"


def test_services_that_are_made_take_other_settings(tmp_path: Path) -> None:
    with Application(tmp_path / "people.sqlite3") as application:
        loose = application.matcher.rule.threshold
        assert application.liveness.plan().steps == 3
        assert application.consent.text("en").language == "en"
        application.pictures.usable_face(HOPPER)
        application.use(
            application.settings.with_changes(
                recognition={"operating_point": "1e-6"},
                enrolment={"poses": ["front", "up"]},
                privacy={"consent_file": "no-such-file.md"},
                liveness={"steps": 5},
                quality={"min_eye_distance": 400},
            )
        )
        assert application.liveness.plan().steps == 5
        assert application.matcher.rule.threshold > loose
        assert len(application.enrolment.new_flow().status.ring) == 2
        with pytest.raises(SettingsError):
            application.consent.text("en")
        with pytest.raises(FaceNotUsable):
            application.pictures.usable_face(HOPPER)


def test_nothing_is_made_for_the_sake_of_other_settings(tmp_path: Path) -> None:
    with Application(tmp_path / "people.sqlite3") as application:
        application.use(application.settings.with_changes(recognition={"operating_point": "1e-6"}))
    assert not (tmp_path / "people.sqlite3").exists()
