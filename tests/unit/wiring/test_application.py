"""Changed settings, and permissions across the services of one application."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.audit import AuditKind
from app.core.errors import FaceNotUsable, NotAllowed, SettingsError
from app.core.paths import resources_dir
from app.core.roles import Role
from app.core.settings.schema import find_setting
from app.services.access.permissions import ADMINISTRATOR
from app.services.audit.audit_service import AuditService
from app.wiring import Application

HOPPER = resources_dir() / "portraits" / "grace_hopper.jpg"


def test_services_made_before_a_change_use_the_new_settings(tmp_path: Path) -> None:
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


def test_a_change_of_settings_makes_no_service(tmp_path: Path) -> None:
    with Application(tmp_path / "people.sqlite3") as application:
        application.use(application.settings.with_changes(recognition={"operating_point": "1e-6"}))
    assert not (tmp_path / "people.sqlite3").exists()


ADMIN, OPERATOR = "correct horse", "battery staple"
STRICTER = [(find_setting("recognition.operating_point"), "1e-6")]


@pytest.fixture
def signed_in(tmp_path: Path) -> Iterator[Application]:
    """The application of a window in which an operator is signed in."""
    with Application(tmp_path / "people.sqlite3", actor="window", by_role=True, temporary=True) as application:
        application.roles.set_password(Role.ADMIN, ADMIN)
        application.roles.set_password(Role.OPERATOR, OPERATOR)
        application.roles.sign_out()
        application.roles.sign_in(Role.OPERATOR, OPERATOR)
        yield application


def test_an_operator_cannot_change_settings(signed_in: Application) -> None:
    before = signed_in.settings
    changed = before.with_changes(recognition={"operating_point": "1e-6"})
    with pytest.raises(NotAllowed):
        signed_in.settings_service.changed(before, STRICTER)
    with pytest.raises(NotAllowed):
        signed_in.settings_service.changed(before, STRICTER, this_run=True)
    with pytest.raises(NotAllowed):
        signed_in.settings_service.save(changed, [setting for setting, _ in STRICTER])
    with pytest.raises(NotAllowed):
        signed_in.use(changed)
    with pytest.raises(NotAllowed):
        signed_in.matcher.apply(changed.recognition)
    assert signed_in.settings is before


def test_an_admin_can_change_settings(signed_in: Application) -> None:
    signed_in.roles.sign_out()
    signed_in.roles.sign_in(Role.ADMIN, ADMIN)
    changed = signed_in.settings_service.changed(signed_in.settings, STRICTER)
    signed_in.use(changed)
    assert signed_in.settings.recognition.operating_point == "1e-6"


def test_an_operator_restores_no_backup_while_the_database_opens(signed_in: Application, tmp_path: Path) -> None:
    with pytest.raises(NotAllowed):
        signed_in.recovery.restore(tmp_path / "backup.sqlite3")
    with pytest.raises(NotAllowed):
        signed_in.store.restore(tmp_path / "backup.sqlite3")


def test_expired_people_are_erased_without_a_signed_in_role(signed_in: Application) -> None:
    signed_in.roles.sign_out()
    assert signed_in.erase_expired() == []
    with pytest.raises(NotAllowed):
        signed_in.people.all()


def test_another_process_sets_the_first_admin_password(tmp_path: Path) -> None:
    with Application(tmp_path / "people.sqlite3", actor="window", by_role=True, temporary=True) as window:
        window.people.all()
        with Application(tmp_path / "people.sqlite3", temporary=True) as command:
            command.credentials.set_password(Role.ADMIN, ADMIN)
        with pytest.raises(NotAllowed):
            window.roles.set_password(Role.ADMIN, "another password")
        window.roles.sign_in(Role.ADMIN, ADMIN)
        window.roles.set_password(Role.ADMIN, "another password")


def test_the_consent_text_names_the_receivers_of_each_kiosks_last_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Application(tmp_path / "people.sqlite3") as application:
        monkeypatch.setenv("FACELATCH_DATABASE_URL", "")
        for actor, receivers in (("kiosk a", "old.example"), ("kiosk a", "new.example"), ("kiosk b", "b.example")):
            audit = AuditService(ADMINISTRATOR, application.storage.audit_log, application.clock, actor)
            audit.record(AuditKind.KIOSK_STARTED, receivers=receivers)
        text = application.consent.text("en").text
    assert "a message is sent to: b.example; new.example." in text
    assert "old.example" not in text
