"""Errors of unlock actions: commands, webhooks, MQTT, relays, and the outbox."""

from app.core.errors.base import EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP


class ActionError(EnvironmentProblem):
    """An action that failed or was not run."""


class ActionTimedOut(ActionError):
    """The action exceeded its time limit."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” took longer than {limit} s.")
    HINT = QT_TRANSLATE_NOOP("errors", "Find out what delays it, or raise its timeout_s in the kiosk's policy.")


class ActionBusy(ActionError):
    """The action is still processing earlier events."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” is still busy with earlier events.")
    HINT = QT_TRANSLATE_NOOP("errors", "Find out what delays it. It receives events again once it has finished.")


class ActionTooLate(ActionError):
    """The action was skipped, because it would have started after its latest time."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” was skipped: it would have started {seconds} s late.")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "In the kiosk's policy, put it before the action that delays it, or raise its latest_s."
    )


class ActionCancelled(ActionError):
    """The kiosk was closed before the action finished."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” was not finished: the kiosk was closed.")
    HINT = QT_TRANSLATE_NOOP("errors", "Check whether the action has to be repeated by hand.")


class ActionBroken(ActionError):
    """An unexpected exception in the code of an action, which may be a plug-in."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Internal error in the action “{action}”: {problem}")
    HINT = QT_TRANSLATE_NOOP("errors", "Please report it to the author of the action, with the log.")


class CommandFailed(ActionError):
    """A command that cannot be started, or that ended with an error."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The command “{command}” failed: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Run it by hand as the kiosk's user, with the same arguments.")


class PartMissing(ActionError):
    """An optional package that the action needs is not installed."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The package “{package}” is not installed.")
    HINT = QT_TRANSLATE_NOOP("errors", "Install it with: pip install 'facelatch[{extra}]'")


class SecretMissing(ActionError):
    """A secret cannot be read from the place that the policy names."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The secret at {place} cannot be used: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Put it there, readable by the kiosk's user only.")


class ReceiverUnreachable(ActionError):
    """A webhook or broker that does not answer."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{address} cannot be reached: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Check the address, the network, and the certificate.")


class ReceiverRefused(ActionError):
    """A webhook or broker that answers with an error; the event may be sent again."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{address} refused the event: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Check the receiver's log, the secret or password, and the path or topic.")


class EventRejected(ActionError):
    """A webhook that rejects the event permanently."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{address} rejects this event: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "It is not sent again. Compare what the receiver expects with docs/actions.md.")


class SmartCardsUnavailable(EnvironmentProblem):
    """The service for smart card readers cannot be reached."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "Smart cards cannot be read: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Check that the reader is plugged in and that the service pcscd runs.")


class RelayUnavailable(ActionError):
    """A relay that cannot be switched."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The relay at {port} cannot be switched: {reason}")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Check that it is connected, that the kiosk's user may use it, and that no other program has it."
    )


class OutboxFull(ActionError):
    """The outbox holds the maximum number of events for a receiver."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{limit} events are already waiting for “{target}”; this one was dropped.")
    HINT = QT_TRANSLATE_NOOP("errors", "Find out what delays them with: facelatch actions outbox")
