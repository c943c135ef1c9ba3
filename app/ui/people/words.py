"""Names as they are shown where there is little room."""

import re

_LONG_RUN = re.compile(r"\w{12}(?=\w)")
_BREAK_HERE = "\u200b"


def breakable(text: str) -> str:
    """The same text, with invisible places to break a line in words that are too long for one.

    A name may be a hundred letters without a space; a label would make its window wider rather than cut it.
    """
    return _LONG_RUN.sub(lambda run: run[0] + _BREAK_HERE, text)
