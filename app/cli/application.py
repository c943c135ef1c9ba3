"""The application, as commands open it."""

import getpass
import sys
from pathlib import Path
from typing import Any

from app.cli.output import error_console
from app.wiring import Application


def open_application(passing: Path | None = None, **changes: dict[str, Any]) -> Application:
    """Make the application of a command, and print what was wrong with the settings file.

    Args:
        passing: File of a temporary database in place of the user's.
        changes: Changed settings, by section; for this command only.

    Raises:
        SettingsError: A value is out of its limits.
    """
    return _changed(Application(passing, passing=passing is not None, ask_passphrase=_ask), changes)


def open_for_window(passing: Path | None = None, **changes: dict[str, Any]) -> Application:
    """Make the application of the window, in which the signed-in role decides what is allowed.

    Args:
        passing: File of a temporary database in place of the user's.
        changes: Changed settings, by section; for this command only.

    Raises:
        SettingsError: A value is out of its limits.
    """
    return _changed(Application(passing, actor="window", by_role=True, passing=passing is not None), changes)


def open_at_door(**changes: dict[str, Any]) -> Application:
    """Likewise, but where this machine is a kiosk on its own copy, so that it goes on without the server.

    Args:
        changes: Of settings, by section; for this command only.
    """
    return _changed(Application(copy=None, ask_passphrase=_ask), changes)


def open_copy(actor: str) -> Application:
    """Likewise, on this machine's own copy where the database is on a server.

    Args:
        actor: Who uses it, for the audit trail.
    """
    return _told_of_problems(Application(actor=actor, copy=True, ask_passphrase=_ask))


def _ask() -> str | None:
    """The passphrase that opens the database, of whoever sits at the terminal."""
    return getpass.getpass("Passphrase of the database: ") if sys.stdin.isatty() else None


def _changed(application: Application, changes: dict[str, dict[str, Any]]) -> Application:
    _told_of_problems(application)
    if changes:
        application.settings = application.settings.with_changes(**changes)
    return application


def _told_of_problems(application: Application) -> Application:
    if application.settings_problem is not None:
        error_console.print(application.settings_problem.message, style="yellow", markup=False)
        error_console.print(application.settings_problem.hint, markup=False)
    return application
