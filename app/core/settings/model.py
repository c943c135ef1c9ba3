"""The settings as one model, with values from `settings.toml` and from `FACELATCH_<SECTION>__<NAME>` variables."""

from typing import Any, ClassVar, Self

from pydantic import ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource, SettingsConfigDict

from app.core.errors import SettingsError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.settings.sections import (
    AccessSettings,
    AppearanceSettings,
    CameraSettings,
    EnrolmentSettings,
    LivenessSettings,
    PrivacySettings,
    QualitySettings,
    RecognitionSettings,
)

SETTINGS_VERSION = 1


class Settings(BaseSettings):
    """All settings. Frozen: `with_changes` returns a changed copy, `SettingsFile.save` stores values."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="forbid",
        env_prefix="FACELATCH_",
        env_nested_delimiter="__",
        nested_model_default_partial_update=True,
    )
    stored: ClassVar[dict[str, Any]] = {}

    version: int = SETTINGS_VERSION
    appearance: AppearanceSettings = AppearanceSettings()
    camera: CameraSettings = CameraSettings()
    recognition: RecognitionSettings = RecognitionSettings()
    quality: QualitySettings = QualitySettings()
    enrolment: EnrolmentSettings = EnrolmentSettings()
    liveness: LivenessSettings = LivenessSettings()
    privacy: PrivacySettings = PrivacySettings()
    access: AccessSettings = AccessSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Return the sources by priority: arguments, environment, file."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, cls.stored)

    def with_changes(self, **sections: dict[str, Any]) -> Self:
        """Return a copy with changed values: `with_changes(camera={"source": "demo"})`.

        Args:
            sections: New values by name, by section.

        Raises:
            SettingsError: A value is out of range.
        """
        changed = {}
        for name, values in sections.items():
            section = getattr(self, name)
            try:
                changed[name] = type(section)(**{**section.model_dump(), **values})
            except ValidationError as error:
                raise settings_error(error, "the values given", name) from error
        return self.model_copy(update=changed)


def settings_error(error: Exception, where: str, section: str = "") -> SettingsError:
    """Return the error that describes an invalid setting.

    Args:
        error: Exception from pydantic or from reading the file.
        where: Origin of the settings.
        section: Name of the section, if only one was validated.
    """
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in (section, *first["loc"]) if part)
        reason = f"{place}: {first['msg'].removeprefix('Value error, ')}"
    else:
        reason = str(error)
    return SettingsError(
        QT_TRANSLATE_NOOP("errors", "A setting cannot be used in {where}: {reason}"),
        QT_TRANSLATE_NOOP("errors", "Correct the value; “facelatch settings list” shows what each setting takes."),
        where=where,
        reason=reason,
    )
