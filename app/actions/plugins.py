"""Kinds of action that other packages bring, found by their entry points."""

from importlib.metadata import EntryPoint, entry_points
from typing import Any

from app.actions.port import ActionKind
from app.actions.tables import wrong

GROUP = "facelatch.actions"


def installed_kinds() -> dict[str, EntryPoint]:
    """What is installed, by kind; nothing of it is imported."""
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def load_kind(kind: str) -> ActionKind[Any]:
    """Import an installed kind of action.

    Raises:
        PydanticCustomError: It cannot be imported, or is no `ActionKind`; said at the table that names it.
    """
    entry = installed_kinds()[kind]
    try:
        loaded = entry.load()
    except (ImportError, AttributeError) as error:
        raise wrong(f"“{kind}” ({entry.value}) cannot be imported: {error}") from error
    if not isinstance(loaded, ActionKind):
        raise wrong(f"“{kind}” ({entry.value}) is no ActionKind")
    return loaded
