"""Marks texts for translation.

The window translates with Qt Linguist, whose `lupdate` finds marked texts by the name of this function. Packages below
the window must not import Qt, so they use this marker.
"""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802, ARG001 - the name that lupdate looks for
    """Return `text` unchanged; `lupdate` records it under `context`.

    Args:
        context: Translation context, which must also be given when the text is translated.
        text: The text in English, as a literal.
    """
    return text
