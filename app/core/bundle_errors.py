"""The branch of the error tree for bundles of people; the whole tree is drawn in `errors`."""

from app.core.errors import EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP


class BundleError(EnvironmentProblem):
    """A bundle of people that cannot be used. Nobody was taken in from it."""


class BundleForeign(BundleError):
    """Not a bundle."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This is not a bundle of people: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Name a bundle that “facelatch people export” has written.")


class BundleTooNew(BundleError):
    """Made by a later version of the program."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This bundle was made by a newer version of Facelatch: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Update Facelatch, then import it again.")


class BundleDamaged(BundleError):
    """Changed, or not whole."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This bundle is damaged, or its end is missing: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Nobody was imported. Copy it again from where it was made.")


class WrongPassphrase(BundleError):
    """Another passphrase than the bundle's."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This is not the passphrase of the bundle: {path}")
    HINT = QT_TRANSLATE_NOOP("errors", "Type it again. Nobody can read the bundle without it.")
