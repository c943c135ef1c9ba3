"""Consent texts and consents."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
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
_VOUCHED = "*Agreed outside of this program. The operator vouches for it by {how}.*"
_CONDITION = re.compile(r"\{(if|unless) (\w+)\} ")
_AUDIT_PERIODS = {
    "en": ("for {days} days", "without a time limit"),
    "zh_CN": ("保存 {days} 天", "不限期保存"),
}


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


@dataclass(frozen=True, slots=True)
class Recipients:
    """Other machines that receive data of enrolled people.

    Attributes:
        server: Host of the database server; empty without one.
        messages: Receivers of messages about unlocked doors, such as "webhook hr.example (with your name)".
    """

    server: str = ""
    messages: tuple[str, ...] = ()


class ConsentService(Service):
    """Reads consent texts and makes dated consents.

    Args:
        access: Decides what the current session may do.
        directory: Directory of the shipped texts, one file for each language.
        settings: May name another text.
        clock: Dates a consent.
        recipients: Returns the other machines that receive data, for the shipped texts.
    """

    def __init__(
        self,
        access: Access,
        directory: Path,
        settings: PrivacySettings,
        clock: Clock,
        recipients: Callable[[], Recipients] = Recipients,
    ) -> None:
        super().__init__(access)
        self._recipients = recipients
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

        The shipped texts name what the settings and kiosks of this installation store and send; an own text is
        returned unchanged.

        Args:
            language: Language code, such as "en" or "zh_CN".

        Raises:
            SettingsError: The text that the settings name cannot be used.
            StoreError: The audit log, which names the receivers of messages, cannot be read.
        """
        if self._settings.consent_file:
            return _read(Path(self._settings.consent_file), _OWN)
        language = language if (self._directory / f"{language}.md").is_file() else _FALLBACK
        shipped = _read(self._directory / f"{language}.md", language)
        return replace(shipped, text=_compose(shipped.text, self._facts(language)))

    def _facts(self, language: str) -> dict[str, str]:
        privacy, recipients = self._settings, self._recipients()
        limited, unlimited = _AUDIT_PERIODS[language]
        return {
            "controller": privacy.controller,
            "thumbnails": "yes" if privacy.keep_thumbnails else "",
            "retention": str(privacy.delete_after_days or ""),
            "audit": "yes" if privacy.audit_faces else "",
            "audit_period": limited.format(days=privacy.audit_days) if privacy.audit_days else unlimited,
            "server": recipients.server,
            "recipients": "; ".join(recipients.messages),
        }

    @requires(Permission.ENROL)
    def given(self, shown: ConsentText, vouched: str = "") -> Consent:
        """Return a consent to a text, dated now.

        Args:
            shown: The text.
            vouched: How the operator vouches for a consent that was given outside of the program, such as
                "the option --consent"; empty if the person agreed to the text shown. The stored text begins with it.
        """
        text = f"{_VOUCHED.format(how=vouched)}\n\n{shown.text}" if vouched else shown.text
        return Consent(text, shown.version, shown.language, self._clock.now())


def _compose(text: str, facts: Mapping[str, str]) -> str:
    """Keep the paragraphs of a text whose condition holds, and fill in the facts.

    Args:
        text: Paragraphs may begin with `{if fact}` or `{unless fact}`, and contain `{fact}`.
        facts: The facts; empty ones do not hold.
    """
    kept = []
    for paragraph in text.split("\n\n"):
        condition = _CONDITION.match(paragraph)
        if condition is None or (condition[1] == "if") == bool(facts[condition[2]]):
            kept.append(_CONDITION.sub("", paragraph).format_map(facts))
    return "\n\n".join(kept)


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
