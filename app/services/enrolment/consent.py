"""Consent texts and consents."""

from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import SettingsError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Consent
from app.core.roles import Permission
from app.core.settings.sections import PrivacySettings
from app.services.access.permissions import Access, Service, open_to_all, requires

_VERSION = "version:"
_FALLBACK = "en"
_OWN = "own"
_MAX_VERSION_LENGTH = 64


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A consent text.

    Attributes:
        text: Markdown, without the version line.
        version: Version of the text.
        language: "en", "zh_CN", or "own" for the text that the settings name.
    """

    text: str
    version: str
    language: str


class ConsentService(Service):
    """Reads consent texts and makes dated consents.

    Args:
        access: Decides what the current session may do.
        directory: Directory of the shipped texts, one file for each language.
        settings: May name another text.
        clock: Dates a consent.
    """

    def __init__(self, access: Access, directory: Path, settings: PrivacySettings, clock: Clock) -> None:
        super().__init__(access)
        self._directory = directory
        self._settings = settings
        self._clock = clock

    @requires(Permission.CHANGE_SETTINGS)
    def apply(self, settings: PrivacySettings) -> None:
        """Use other settings from now on."""
        self._settings = settings

    @open_to_all
    def text(self, language: str) -> ConsentText:
        """Return the text in a language, or in English when there is none.

        Args:
            language: Language code, such as "en" or "zh_CN".

        Raises:
            SettingsError: The text that the settings name cannot be used.
        """
        if self._settings.consent_file:
            return _read(Path(self._settings.consent_file), _OWN)
        found = self._directory / f"{language}.md"
        return _read(found, language) if found.is_file() else _read(self._directory / f"{_FALLBACK}.md", _FALLBACK)

    @requires(Permission.ENROL)
    def given(self, shown: ConsentText) -> Consent:
        """Return a consent to a text, dated now."""
        return Consent(shown.text, shown.version, shown.language, self._clock.now())


def _read(path: Path, language: str) -> ConsentText:
    try:
        first, _, rest = path.read_text("utf-8-sig").lstrip().partition("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or QT_TRANSLATE_NOOP("errors", "it is not UTF-8")
        raise _unusable(path, reason) from error
    version = first[len(_VERSION) :].strip()
    if not first.lower().startswith(_VERSION) or not version or len(version) > _MAX_VERSION_LENGTH:
        raise _unusable(path, QT_TRANSLATE_NOOP("errors", "its first line names no version"))
    if not rest.strip():
        raise _unusable(path, QT_TRANSLATE_NOOP("errors", "it is empty"))
    return ConsentText(rest.strip(), version, language)


def _unusable(path: Path, reason: str) -> SettingsError:
    return SettingsError(
        QT_TRANSLATE_NOOP("errors", "The consent text cannot be used: {path} ({reason})"),
        QT_TRANSLATE_NOOP("errors", "Write it in UTF-8, with a first line such as “Version: 3”, and name it again."),
        path=path,
        reason=reason,
    )
