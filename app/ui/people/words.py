"""Names as they are shown where there is little room."""

_LONGEST_WORD = 18
_BREAK_HERE = "\u200b"


def breakable(text: str) -> str:
    """The same text, with invisible places to break a line in words that are too long for one.

    A name may be a hundred letters without a space; a label would make its window wider rather than cut it.
    """
    return " ".join(_broken(word) for word in text.split(" "))


def _broken(word: str) -> str:
    pieces = [word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD)]
    return _BREAK_HERE.join(pieces)
