"""What of the window is shown to whom, in one table. The services refuse the rest, whatever is shown."""

from operator import attrgetter

from PySide6.QtWidgets import QWidget

from app.core.roles import Permission
from app.services.roles import RoleState

PAGES = {
    "calibration": Permission.CALIBRATE,
    "audit": Permission.SEE_AUDIT,
    "settings": Permission.CHANGE_SETTINGS,
    "people": Permission.SEE_PEOPLE,
    "store": Permission.MANAGE_STORE,
}
"""Pages that not everybody may open, by the keys of their places."""

CONTROLS = {
    "live.toolbar.camera": Permission.CHANGE_SETTINGS,
    "live.toolbar.strict": Permission.CHANGE_SETTINGS,
    "live.toolbar.enrol": Permission.ENROL,
    "people.enrol": Permission.ENROL,
    "people.move_people": Permission.MOVE_PEOPLE,
    "people.card.buttons.edit": Permission.CHANGE_PEOPLE,
    "people.card.buttons.add": Permission.ENROL,
    "people.card.buttons.more": Permission.ERASE_PEOPLE,
}
"""Controls that not everybody sees, by where the window has them."""


def show_allowed(window: QWidget, state: RoleState) -> None:
    """Show the controls that whoever is signed in may use, and no others."""
    for path, needed in CONTROLS.items():
        control: QWidget = attrgetter(path)(window)
        control.setVisible(state.may(needed))


def allowed_pages(keys: list[str], state: RoleState) -> set[str]:
    """Those of these pages that whoever is signed in may open."""
    return {key for key in keys if key not in PAGES or state.may(PAGES[key])}
