from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.clock import SystemClock
from app.core.errors import SettingsError
from app.core.paths import resources_dir
from app.core.people import Consent
from app.core.settings.sections import PrivacySettings
from app.services.access.permissions import ADMINISTRATOR
from app.services.enrolment.consent import ConsentService, ConsentText

SHIPPED = resources_dir() / "consent"


def service(**settings: object) -> ConsentService:
    return ConsentService(ADMINISTRATOR, SHIPPED, PrivacySettings.model_validate(settings), SystemClock())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_text_ships_in_each_language(language: str) -> None:
    shown = service().text(language)
    assert shown.language == language
    assert shown.version == service().text("en").version
    assert len(shown.text) > 300
    assert "Version:" not in shown.text


def test_other_languages_fall_back_to_english() -> None:
    assert service().text("fr") == service().text("en")


def test_the_settings_can_name_another_text(tmp_path: Path) -> None:
    own = tmp_path / "consent.md"
    own.write_bytes("\ufeffVersion: 3\n\nWir erkennen Ihr Gesicht.\n".encode())
    assert service(consent_file=str(own)).text("en") == ConsentText("Wir erkennen Ihr Gesicht.", "3", "own")


@pytest.mark.parametrize(
    "content", [b"", b"No version.\nText", b"Version: \nText", b"Version: 3\n \n", b"Version: 3\n\xff\xfe", None]
)
def test_an_unusable_text_is_an_error_without_fallback(tmp_path: Path, content: bytes | None) -> None:
    own = tmp_path / "consent.md"
    if content is not None:
        own.write_bytes(content)
    consents = service()
    consents.apply(PrivacySettings(consent_file=str(own)))
    with pytest.raises(SettingsError, match="consent text cannot be used") as caught:
        consents.text("en")
    assert str(own) in caught.value.message
    assert caught.value.hint


def test_a_consent_holds_text_version_and_time() -> None:
    shown = service().text("en")
    given = service().given(shown)
    assert given == Consent(shown.text, shown.version, "en", given.given_at)
    assert (datetime.now(UTC) - given.given_at).total_seconds() < 60
