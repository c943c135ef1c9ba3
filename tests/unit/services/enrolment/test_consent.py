from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.clock import SystemClock
from app.core.errors import SettingsError
from app.core.paths import resources_dir
from app.core.people import Consent
from app.core.settings.sections import PrivacySettings
from app.services.access.permissions import ADMINISTRATOR
from app.services.enrolment.consent import ConsentService, ConsentText, Recipients

SHIPPED = resources_dir() / "consent"


def service(recipients: Recipients | None = None, **settings: object) -> ConsentService:
    privacy = PrivacySettings.model_validate(settings)
    return ConsentService(ADMINISTRATOR, SHIPPED, privacy, SystemClock(), lambda: recipients or Recipients())


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_text_ships_in_each_language(language: str) -> None:
    shown = service().text(language)
    assert shown.language == language
    assert shown.version == service().text("en").version
    assert len(shown.text) > 300
    assert "Version:" not in shown.text


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_shipped_text_names_what_is_stored_and_sent(language: str) -> None:
    recipients = Recipients("db.example", ("hr.example (webhook, id)", "broker.example (MQTT, id, name)"))
    settings = {"controller": "{Ada} Ltd, 1 Main St", "keep_thumbnails": True, "delete_after_days": 1095}
    text = service(recipients, **settings).text(language).text
    for fact in ("{Ada} Ltd, 1 Main St", "112 × 112", "1095", "365", "db.example", "hr.example", "broker.example"):
        assert fact in text
    bare = service(audit_faces=False, audit_days=0).text(language).text
    assert not any(fact in bare for fact in ("112 × 112", "365", "example", "{if", "{unless", "{audit"))
    assert len(bare.split("\n\n")) == len(text.split("\n\n")) - 1


def test_a_consent_for_which_the_operator_vouches_says_how() -> None:
    shown = service().text("en")
    assert service().given(shown, "the option --consent").text == (
        f"*Agreed outside of this program. The operator vouches for it by the option --consent.*\n\n{shown.text}"
    )


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
