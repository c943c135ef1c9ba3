"""The branch of the error tree for what an unlock should have done; the whole tree is drawn in `errors`."""

from app.core.errors import EnvironmentProblem
from app.core.i18n import QT_TRANSLATE_NOOP


class ActionError(EnvironmentProblem):
    """Something that an unlock should have done, and that was not done."""


class ActionTimedOut(ActionError):
    """It took longer than it may."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” took longer than {limit} s.")
    HINT = QT_TRANSLATE_NOOP("errors", "See what holds it up, or give it a larger timeout_s in the kiosk's policy.")


class ActionBusy(ActionError):
    """It has not come back from earlier events."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” is still busy with earlier events.")
    HINT = QT_TRANSLATE_NOOP("errors", "See what holds it up. It gets events again as soon as it is through.")


class ActionTooLate(ActionError):
    """Its turn came so late that it was not begun."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” was not begun: its turn came {seconds} s late.")
    HINT = QT_TRANSLATE_NOOP("errors", "Put it before what holds it up in the kiosk's policy, or raise its latest_s.")


class ActionCancelled(ActionError):
    """The kiosk was closed before it was through."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” was not finished: the kiosk was closed.")
    HINT = QT_TRANSLATE_NOOP("errors", "Nothing needs to be done, unless somebody is waiting for it.")


class ActionBroken(ActionError):
    """A mistake in the action's own code, which need not be ours."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The action “{action}” made a mistake: {problem}")
    HINT = QT_TRANSLATE_NOOP("errors", "Please report it to whoever wrote the action, with the log.")


class CommandFailed(ActionError):
    """A program that cannot be started, or that says it failed."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The command “{command}” failed: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Run it by hand as the kiosk's user, with the same arguments.")


class PartMissing(ActionError):
    """A package that only this action needs is not installed."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The package “{package}” is not installed.")
    HINT = QT_TRANSLATE_NOOP("errors", "Install it with: pip install 'facelatch[{extra}]'")


class SecretMissing(ActionError):
    """A secret cannot be read where the policy says it is."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The secret at {place} cannot be used: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Put it there, readable by the kiosk's user and by nobody else.")


class ReceiverUnreachable(ActionError):
    """A webhook or broker that does not answer."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{address} cannot be reached: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Check the address, the network, and the certificate.")


class ReceiverRefused(ActionError):
    """A webhook or broker that answers, but does not take the event."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{address} refused the event: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "Look into its log; check the secret or password, the path or topic.")


class EventRejected(ActionError):
    """A webhook that answers that it will never take this event."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{address} does not take this event: {reason}")
    HINT = QT_TRANSLATE_NOOP("errors", "It is not sent again. Compare what the receiver expects with docs/actions.md.")


class RelayUnavailable(ActionError):
    """A relay that cannot be switched."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "The relay at {port} cannot be switched: {reason}")
    HINT = QT_TRANSLATE_NOOP(
        "errors", "Check that it is plugged in, that the kiosk's user may use it, and that no other program has it."
    )


class OutboxFull(ActionError):
    """As many events wait for a receiver as may."""

    MESSAGE = QT_TRANSLATE_NOOP("errors", "{limit} events are already waiting for “{target}”; this one was not kept.")
    HINT = QT_TRANSLATE_NOOP("errors", "See what is holding them up with: facelatch actions outbox")
