"""The port behind which every action stands, and what an action may ask of the program."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from app.core.clock import Clock
from app.core.errors import ActionError
from app.core.policy_table import invalid_value
from app.core.unlock import Deadline, UnlockEvent

if TYPE_CHECKING:
    from app.actions.config import ActionConfig


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """That an action did its part.

    Attributes:
        note: What it has to say of that, in English, without personal data: an exit code, a status.
        waiting: It is written down and will be done; whether it was is reported later.
    """

    note: str = ""
    waiting: bool = False


class Action(Protocol):
    """Something that an unlock does. `start` and `run` are called one after the other, in changing threads."""

    @property
    def name(self) -> str:
        """What it is called in the policy."""
        ...

    def start(self, deadline: Deadline) -> None:
        """Get ready, once, before the first event: a relay is put into its locked position.

        Raises:
            ActionError: That failed. Events come nevertheless.
        """
        ...

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """Do it.

        Args:
            event: Who was let in where; `event.test` where nobody was.
            deadline: By then it has to return. An action that does not is left behind, and gets no further event
                until it has returned.

        Raises:
            FacelatchError: It was not done. An ActionError, or a StoreError where it could not be written down.
        """
        ...

    def close(self) -> None:
        """Let go of everything, a relay in its locked position; within a second. May be called twice, by any thread."""
        ...


class Outbox(Protocol):
    """Where an action writes down what must reach its receiver sooner or later."""

    def put(self, target: str, event: UnlockEvent, limit: int) -> None:
        """Keep an event until it has been delivered, through crashes too; one that is there already is not doubled.

        Args:
            target: Whose event: one kiosk's one action.
            event: What to deliver.
            limit: How many may wait for this target.

        Raises:
            OutboxFull: As many wait already.
            StoreError: The database cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class ActionTools:
    """What an action gets from the program.

    Attributes:
        kiosk: The name of the kiosk.
        clock: Where the time comes from.
        outbox: For what must not be lost.
        trouble: To be called with the action's name when something fails after `run` has returned. Returns at once.
    """

    kiosk: str
    clock: Clock
    outbox: Outbox
    trouble: Callable[[str, ActionError], None]


C = TypeVar("C", bound="ActionConfig")


@dataclass(frozen=True, slots=True)
class ActionKind(Generic[C]):
    """A kind of action: what the entry points of the group “facelatch.actions” name.

    Attributes:
        config: The model that an `[[actions]]` table of this kind is checked against.
        make: Makes the action. Touches no device, network or file: `Action.start` is the place for that.
    """

    config: type[C]
    make: Callable[[C, ActionTools], Action]


ENTRY_POINT_GROUP = "facelatch.actions"


def installed_kinds() -> dict[str, EntryPoint]:
    """What is installed, by kind; nothing of it is imported."""
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINT_GROUP)}


def load_kind(kind: str) -> ActionKind[Any]:
    """Import an installed kind of action.

    Raises:
        PydanticCustomError: It cannot be imported, or is no `ActionKind`; said at the table that names it.
    """
    entry = installed_kinds()[kind]
    try:
        loaded = entry.load()
    except (ImportError, AttributeError) as error:
        raise invalid_value(f"“{kind}” ({entry.value}) cannot be imported: {error}") from error
    if not isinstance(loaded, ActionKind):
        raise invalid_value(f"“{kind}” ({entry.value}) is no ActionKind")
    return loaded
