"""Errors of the request itself: wrong names, values, options, and missing rights."""

from typing import ClassVar

from app.core.errors.base import UsageProblem
from app.core.i18n import QT_TRANSLATE_NOOP


class InvalidRequest(UsageProblem):
    """An option or argument is invalid, or options contradict each other."""


class InvalidSetting(UsageProblem):
    """A setting does not exist, or does not accept the value."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This setting cannot have that value.")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing was changed. See the allowed values with: facelatch settings list")


class InvalidName(UsageProblem):
    """A person's name that cannot be stored."""

    HINT = QT_TRANSLATE_NOOP("errors", "Use 1 to {limit} characters: letters of any script, digits, spaces, emoji.")


class InvalidPin(UsageProblem):
    """A PIN that cannot be set."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This PIN is too short, too long, or not made of digits alone.")
    HINT = QT_TRANSLATE_NOOP("errors", "Use {shortest} to {longest} digits.")
    TOO_SIMPLE: ClassVar[str] = QT_TRANSLATE_NOOP("errors", "This PIN is too easy to guess.")


class UnknownPerson(UsageProblem):
    """No enrolled person has this name or id."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "No person named “{name}” is enrolled.")
    HINT = QT_TRANSLATE_NOOP("errors", "List the enrolled people with: facelatch people list")


class AlreadyEnrolled(UsageProblem):
    """Another enrolled person has this name."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "“{name}” is enrolled already.")
    HINT = QT_TRANSLATE_NOOP("errors", "Choose another name, or add these pictures to the person who has it.")


class InvalidChange(UsageProblem):
    """A change to a person's record that is invalid."""


class BadgeTaken(UsageProblem):
    """Another enrolled person has this badge number."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The badge number “{badge}” belongs to {name}.")
    HINT = QT_TRANSLATE_NOOP("errors", "Use another number, or remove it from that person first.")


class InvalidPassword(UsageProblem):
    """A password that is too short, too long, or too easy to guess."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "This password cannot be set.")
    HINT = QT_TRANSLATE_NOOP("errors", "Use {shortest} to {longest} characters, not all the same.")


class NotAllowed(UsageProblem):
    """The signed-in role lacks the permission."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Only an admin may do this.")
    HINT = QT_TRANSLATE_NOOP("errors", "Sign in as admin first.")


class NoConsent(UsageProblem):
    """The person has not given consent, so no data is stored."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "“{name}” is not enrolled: there is no consent.")
    HINT = QT_TRANSLATE_NOOP("errors", "Show the person the consent text, and enrol them once they agree.")


class ImportUnreadable(UsageProblem):
    """A folder or table of people to import that cannot be read."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The people in {path} cannot be read: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Use a folder with one subfolder per person, or a CSV file in UTF-8.")
