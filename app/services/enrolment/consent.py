"""The text that people agree to before anything of them is stored."""

from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import SettingsError
from app.core.i18n import QT_TRANSLATE_NOOP
from app.core.people import Consent
from app.core.settings.sections import PrivacySettings

_VERSION = "version:"
_FALLBACK = "en"
_OWN = "own"
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class ConsentText:
    """What is shown.

    Attributes:
        text: Markdown, without the line that names the version.
        version: Of the text.
        language: Of the text: "en", "zh_CN", or "own" where whoever runs the program has written it.
    """

    text: str
    version: str
    language: str


class ConsentService:
    """Finds the text to be shown, and puts down who has agreed to it when.

    Args:
        directory: Of the texts that come with the program, one a language.
        settings: May name another text.
        clock: Dates a consent.
    """

    def __init__(self, directory: Path, settings: PrivacySettings, clock: Clock) -> None:
        self._directory = directory
        self._settings = settings
        self._clock = clock

    def apply(self, settings: PrivacySettings) -> None:
        """Go by these from now on."""
        self._settings = settings

    def text(self, language: str) -> ConsentText:
        """The text in a language, or in English where there is none in it.

        Args:
            language: Such as "en" or "zh_CN".

        Raises:
            SettingsError: The text that the settings name cannot be used.
        """
        if self._settings.consent_file:
            return _read(Path(self._settings.consent_file), _OWN)
        found = self._directory / f"{language}.md"
        return _read(found, language) if found.is_file() else _read(self._directory / f"{_FALLBACK}.md", _FALLBACK)

    def given(self, shown: ConsentText) -> Consent:
        """The consent of somebody who has just agreed to what was shown."""
        return Consent(shown.text, shown.version, shown.language, self._clock.now())


def _read(path: Path, language: str) -> ConsentText:
    try:
        first, _, rest = path.read_text("utf-8-sig").lstrip().partition("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or QT_TRANSLATE_NOOP("errors", "it is not UTF-8")
        raise _unusable(path, reason) from error
    version = first[len(_VERSION) :].strip()
    if not first.lower().startswith(_VERSION) or not version or len(version) > _LONGEST:
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
