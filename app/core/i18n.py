"""Marks texts for translation without knowing who translates them.

The window translates with Qt Linguist, whose `lupdate` finds marked texts by the name of this function. Rooms below
the window may not import Qt, so the marker is ours.
"""


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802, ARG001 - the name lupdate looks for
    """Return `text` unchanged; `lupdate` records it under `context`."""
    return text
