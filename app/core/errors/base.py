"""The root of the error hierarchy and its three branches."""

from typing import ClassVar

from app.core.i18n import QT_TRANSLATE_NOOP


class FacelatchError(Exception):
    """Base class of every error that the program raises on purpose.

    The class holds the templates, the instance the values that they name, so that a window can show the same text in
    another language: `translate(error.message_template).format(**error.details)`.

    Args:
        message: Template of what happened; None takes `MESSAGE` of the class.
        hint: Template of what to do about it; None takes `HINT` of the class.
        details: Values for the placeholders of both templates.
    """

    MESSAGE: ClassVar[str] = ""
    HINT: ClassVar[str] = ""
    exit_code: ClassVar[int] = 70

    def __init__(self, message: str | None = None, hint: str | None = None, **details: object) -> None:
        self.message_template = self.MESSAGE if message is None else message
        self.hint_template = self.HINT if hint is None else hint
        self.details = details
        super().__init__(self.message)

    @property
    def message(self) -> str:
        """What happened, in English."""
        return self.message_template.format(**self.details) if self.details else self.message_template

    @property
    def hint(self) -> str:
        """What the user can do about it, in English; empty if nothing helps."""
        return self.hint_template.format(**self.details) if self.details else self.hint_template


class UsageProblem(FacelatchError):
    """The request itself is wrong."""

    exit_code = 2


class EnvironmentProblem(FacelatchError):
    """Something outside the program is wrong, which the user can correct."""

    exit_code = 3


class Bug(FacelatchError):
    """An internal error: a state that the program should never reach."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Internal error: {problem}")
    HINT = QT_TRANSLATE_NOOP("errors", "Please report it with the log: {log}")
