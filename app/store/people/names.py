"""Names of people: validation, cleaning, and equivalence."""

import re
import unicodedata

from app.core.errors import InvalidName
from app.core.i18n import QT_TRANSLATE_NOOP

MAX_NAME_LENGTH = 100
"""In code points, after cleaning."""

_JOINERS = "\u200c\u200d"
"""Zero-width joiners: format characters that emoji, Persian and Indic scripts need."""

_FLAG_TAGS = re.compile("(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f")
"""The tag characters after a black flag that make it the flag of a region (UTS #51, emoji tag sequences)."""

_IGNORED_IN_KEY = re.compile(f"[{_JOINERS}\ufe00-\ufe0f]")
"""Joiners and variation selectors, which do not change how a name looks."""

_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Characters that are invisible, although their category is not a space."""

_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_VISIBLE_CATEGORIES = frozenset("LNSPC")


def clean_name(text: str) -> str:
    """Return a name in the form in which it is stored.

    Any script, accents and emoji are allowed. Surrounding spaces are removed, inner spaces collapsed, and accents
    composed (NFC).

    Args:
        text: As typed.

    Returns:
        1 to `MAX_NAME_LENGTH` code points; cleaning the result again does not change it.

    Raises:
        InvalidName: Nothing is visible, the name is too long, or a character is invisible or changes the direction.
    """
    name = unicodedata.normalize("NFC", text.strip())
    _require_displayable(name)
    name = " ".join(name.split())
    if not any(_is_visible(character) for character in name):
        raise InvalidName(QT_TRANSLATE_NOOP("errors", "The name is empty."), limit=MAX_NAME_LENGTH)
    if len(name) > MAX_NAME_LENGTH:
        problem = QT_TRANSLATE_NOOP("errors", "The name is too long: {length} characters.")
        raise InvalidName(problem, limit=MAX_NAME_LENGTH, length=len(name))
    return name


def name_key(name: str) -> str:
    """Return the key that equivalent names share.

    It ignores letter case, width, ligatures (NFKC), spacing and invisible joiners.

    Args:
        name: From `clean_name`.

    Returns:
        For comparison and sorting, not for display.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(_IGNORED_IN_KEY.sub("", unicodedata.normalize("NFKC", folded)).split())


def _require_displayable(name: str) -> None:
    plain = _FLAG_TAGS.sub("", name)
    for before, character, after in zip(f" {plain}", plain, f"{plain[1:]} ", strict=False):
        if character in _JOINERS:
            refused = before.isascii() or after.isascii()
        else:
            refused = character != "\t" and _is_undisplayable(character)
        if refused:
            problem = QT_TRANSLATE_NOOP("errors", "The name has a character that cannot be shown: {character}")
            raise InvalidName(problem, limit=MAX_NAME_LENGTH, character=f"U+{ord(character):04X}")


def _is_undisplayable(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED_CATEGORIES or ord(character) & 0xFFFE == 0xFFFE


def _is_visible(character: str) -> bool:
    return (
        unicodedata.category(character)[0] in _VISIBLE_CATEGORIES
        and character not in _BLANK
        and character not in _JOINERS
    )
