"""Errors of the database, of bundles, of other files, and of the display."""

from typing import cast

from app.core.errors.base import EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP


class StoreError(EnvironmentProblem):
    """The database cannot be used. It is left unchanged."""


class StoreLocked(StoreError):
    """Another program holds the write lock of the database for longer than the timeout."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database is locked by another program: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Close the other program (a backup, a database browser), then try again.")


class StoreCorrupt(StoreError):
    """The file is not an intact SQLite database."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database is damaged: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing was changed. Move the file aside and restore a backup of it.")


class StoreTampered(StoreCorrupt):
    """A record fails authentication: it was changed, or moved from another row."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "A record of the database was changed from outside ({where}): {path}")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "List all faults with: facelatch store check. Then restore a backup: facelatch store restore"
    )


class KeyUnavailable(StoreError):
    """The key of the database is not available."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The key of the database is not available ({reason}): {path}")
    HINT = QT_TRANSLATE_NOOP(
        "errors",
        "Restore the key, or use the printed recovery code: facelatch store key recover. Nothing was changed.",
    )


class StoreFull(StoreError):
    """The disk is full."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "There is no room left on the disk for: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Free some space, then try again. What was saved before is safe.")


class StoreReadOnly(StoreError):
    """The file or its directory cannot be written."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database cannot be written: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Give this user write access, or choose another place with FACELATCH_DATA_DIR.")


class StoreForeign(StoreError):
    """A SQLite database that another program created."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This is a database of another program: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing was changed. Choose another data directory with FACELATCH_DATA_DIR.")


class StoreLost(StoreError):
    """No database, or an empty file in its place, beside backups of one."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database is missing or empty, but backups of it exist: {path}")
    HINT = QT_TRANSLATE_NOOP(
        "errors",
        "Restore one: “facelatch store backups” lists them, “facelatch store restore” restores one. To begin with no "
        "people, move the folder of backups away.",
    )


class StoreTooNew(StoreError):
    """A database with the schema of a later version."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database was made by a newer version of Facelatch: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing was changed. Update Facelatch, then open it again.")


class StoreUnreachable(StoreError):
    """The database server does not answer."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The database server cannot be reached: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Check the network and the server. A kiosk goes on with its own copy.")


class TrailBroken(StoreError):
    """The audit log fails verification, so that it cannot be pruned."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The audit log was changed from outside.")
    HINT = QT_TRANSLATE_NOOP("errors", "Find the event with: facelatch audit verify")


class BundleError(EnvironmentProblem):
    """A bundle of people that cannot be used. No person was imported."""


class BundleForeign(BundleError):
    """A file that is no bundle."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This is not a bundle of people: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Choose a bundle that “facelatch people export” has written.")


class BundleTooNew(BundleError):
    """A bundle in the format of a later version."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This bundle was made by a newer version of Facelatch: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Update Facelatch, then import it again.")


class BundleDamaged(BundleError):
    """A bundle that was changed or truncated."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This bundle is damaged or incomplete: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "No person was imported. Copy the bundle again from its source.")


class WrongPassphrase(BundleError):
    """The passphrase does not decrypt the bundle."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This is not the passphrase of the bundle: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Type it again. The bundle cannot be read without it.")


class SettingsError(EnvironmentProblem):
    """A settings file or value that cannot be used."""


class SettingsIgnored(SettingsError):
    """Values in the settings file that cannot be used. All others are in force.

    Its detail `names` lists the settings; an empty name stands for the whole file.
    """

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Settings in {path} cannot be used: {reasons}")
    HINT = QT_TRANSLATE_NOOP(
        "errors",
        "Their defaults apply, and all other settings stay in force. Correct or remove them in the file; "
        "“facelatch settings list” shows what each setting takes.",
    )

    @property
    def endangers_access(self) -> bool:
        """Whether a value may decide who is granted access, so that its default must not replace it."""
        return any(
            str(name).partition(".")[0] not in _HARMLESS_SECTIONS for name in cast(list[str], self.details["names"])
        )


_HARMLESS_SECTIONS = {"appearance", "camera", "enrolment", "privacy"}
"""Sections of settings that do not decide who is granted access."""


class PolicyError(EnvironmentProblem):
    """A kiosk policy that cannot be used; the kiosk stays locked."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The policy of this kiosk cannot be used.\n{problems}")
    HINT = QT_TRANSLATE_NOOP("errors", "The kiosk stays locked until it is corrected. Check it with --check.")


class ExportFailed(EnvironmentProblem):
    """An output file that cannot be written. An existing file is left unchanged."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The file cannot be written: {path} ({reason})")
    HINT = QT_TRANSLATE_NOOP("errors", "Choose another folder, or make room on the disk, then try again.")


class DisplayMissing(EnvironmentProblem):
    """No display is available for a window."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "There is no display to open a window on.")
    HINT = QT_TRANSLATE_NOOP("errors", "Start it from a desktop session, or run: facelatch demo --headless")
