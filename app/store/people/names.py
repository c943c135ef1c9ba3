"""Which names a person may have, and when two names are the same."""

import re
import unicodedata

from app.core.errors import InvalidName
from app.core.i18n import QT_TRANSLATE_NOOP

MAX_NAME_LENGTH = 100
"""In code points, after cleaning."""

_JOINERS = "\u200c\u200d"
"""Zero-width joiners: format characters, but emoji, Persian and the Indic scripts are spelt with them."""

_FLAG_TAGS = re.compile("(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]+\U000e007f")
"""The invisible letters behind a black flag that make it the flag of a region (UTS #51, emoji tag sequences)."""

_NOT_IN_A_KEY = re.compile(f"[{_JOINERS}\ufe00-\ufe0f]")
"""Joiners and variation selectors: with or without them, a name looks the same."""

_BLANK = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Characters that are not spaces by category, yet show nothing."""

_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_VISIBLE_CATEGORIES = frozenset("LNSPC")


def clean_name(text: str) -> str:
    """Bring a name into the one form in which it is stored.

    Any script, accents and emoji are welcome. Spaces at the ends go, those within become one each, and accents are
    composed (NFC), so that what looks the same is the same.

    Args:
        text: As somebody typed it.

    Returns:
        1 to `MAX_NAME_LENGTH` code points; cleaning it again changes nothing.

    Raises:
        InvalidName: Nothing visible, too long, or with a character that shows nothing or reorders its neighbours.
    """
    name = unicodedata.normalize("NFC", text.strip())
    _refuse_unshowable(name)
    name = " ".join(name.split())
    if not any(_is_visible(character) for character in name):
        raise InvalidName(QT_TRANSLATE_NOOP("errors", "The name is empty."), limit=MAX_NAME_LENGTH)
    if len(name) > MAX_NAME_LENGTH:
        problem = QT_TRANSLATE_NOOP("errors", "The name is too long: {length} characters.")
        raise InvalidName(problem, limit=MAX_NAME_LENGTH, length=len(name))
    return name


def name_key(name: str) -> str:
    """What two names share when they are to be held the same.

    Letter case, width, ligatures (NFKC), spacing and invisible joiners make no difference.

    Args:
        name: Of which `clean_name` approves.

    Returns:
        For comparing and sorting, never for showing.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(_NOT_IN_A_KEY.sub("", unicodedata.normalize("NFKC", folded)).split())


def _refuse_unshowable(name: str) -> None:
    plain = _FLAG_TAGS.sub("", name)
    for before, character, after in zip(f" {plain}", plain, f"{plain[1:]} ", strict=False):
        if character in _JOINERS:
            refused = before.isascii() or after.isascii()
        else:
            refused = character != "\t" and _is_unshowable(character)
        if refused:
            problem = QT_TRANSLATE_NOOP("errors", "The name has a character that cannot be shown: {character}")
            raise InvalidName(problem, limit=MAX_NAME_LENGTH, character=f"U+{ord(character):04X}")


def _is_unshowable(character: str) -> bool:
    return unicodedata.category(character) in _REFUSED_CATEGORIES or ord(character) & 0xFFFE == 0xFFFE


def _is_visible(character: str) -> bool:
    return (
        unicodedata.category(character)[0] in _VISIBLE_CATEGORIES
        and character not in _BLANK
        and character not in _JOINERS
    )
