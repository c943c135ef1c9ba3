"""Opens the application for commands."""

import getpass
import sys
from pathlib import Path
from typing import Any

from app.cli.output import error_console
from app.wiring import Application


def open_application(temporary: Path | None = None, **changes: dict[str, Any]) -> Application:
    """Open the application for a command, and print a problem of the settings file.

    Args:
        temporary: File of a temporary database in place of the user's.
        changes: Changed settings, by section; for this command only.

    Raises:
        SettingsError: A value is out of range.
    """
    return _with_changes(Application(temporary, temporary=temporary is not None, ask_passphrase=_prompt), changes)


def open_for_window(temporary: Path | None = None, **changes: dict[str, Any]) -> Application:
    """Open the application for the window, where the permissions of the signed-in role apply.

    Args:
        temporary: File of a temporary database in place of the user's.
        changes: Changed settings, by section; for this command only.

    Raises:
        SettingsError: A value is out of range.
    """
    return _with_changes(Application(temporary, actor="window", by_role=True, temporary=temporary is not None), changes)


def open_for_verification(**changes: dict[str, Any]) -> Application:
    """Open the application for verification: a kiosk uses its local copy, so that it works without the server.

    Args:
        changes: Changed settings, by section; for this command only.

    Raises:
        SettingsError: A value is out of range, or a setting that may decide on access cannot be used.
    """
    application = Application(copy=None, ask_passphrase=_prompt)
    require_trusted_settings(application)
    return _with_changes(application, changes)


def open_local_copy(actor: str) -> Application:
    """Open the application on the local copy, if the database is on a server.

    Args:
        actor: Name of the program for the audit log.
    """
    return _report_problem(Application(actor=actor, copy=True, ask_passphrase=_prompt))


def require_trusted_settings(application: Application) -> None:
    """Refuse to decide on access while a setting that may decide it is lost: its default may be weaker.

    Raises:
        SettingsIgnored: The settings file holds such a value, which cannot be used.
    """
    problem = application.settings_problem
    if problem is not None and problem.endangers_access:
        raise problem


def _prompt() -> str | None:
    """Prompt for the passphrase of the database; None without a terminal."""
    return getpass.getpass("Passphrase of the database: ") if sys.stdin.isatty() else None


def _with_changes(application: Application, changes: dict[str, dict[str, Any]]) -> Application:
    _report_problem(application)
    if changes:
        application.settings = application.settings.with_changes(**changes)
    return application


def _report_problem(application: Application) -> Application:
    if application.settings_problem is not None:
        error_console.print(application.settings_problem.message, style="yellow", markup=False)
        error_console.print(application.settings_problem.hint, markup=False)
    return application
