"""The port that every action implements, and the discovery of actions from other packages."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Generic, Protocol, Self, TypeVar

from pydantic import Field, model_validator

from app.core.clock import Clock
from app.core.errors import ActionError
from app.core.policy_table import PolicyTable, invalid_value
from app.core.unlock import Deadline, UnlockEvent

ENTRY_POINT_GROUP = "facelatch.actions"


class ActionConfig(PolicyTable):
    """Keys that every `[[actions]]` table has. Models of third-party actions derive from it."""

    kind: str
    """Kind of action."""

    name: str = Field("", max_length=64, pattern=r"^[\w .-]*$")
    """Name in reports; the kind by default."""

    timeout_s: float = Field(5.0, ge=0.1, le=60.0)
    """Seconds until the action is abandoned and the next one starts."""

    latest_s: float = Field(10.0, ge=0.5, le=3600.0)
    """Seconds after the unlock from which the action is not started any more: a door must not open for a person who has
    left."""

    @property
    def receiver(self) -> str:
        """The other machine that receives events with data of people, for consent texts; empty for none."""
        return ""

    @model_validator(mode="after")
    def _set_default_name(self) -> Self:
        if not self.name:
            object.__setattr__(self, "name", self.kind)
        return self


@dataclass(frozen=True, slots=True)
class ActionOutcome:
    """Success of an action.

    Attributes:
        note: A note in English without personal data, such as an exit code or a status.
        waiting: Whether the event is only queued; the outcome of its delivery is reported later.
    """

    note: str = ""
    waiting: bool = False


class Action(Protocol):
    """An action of an unlock. `start` and `run` are called one at a time, from different threads."""

    @property
    def name(self) -> str:
        """Name in the policy."""
        ...

    def start(self, deadline: Deadline) -> None:
        """Prepare the action, once, before the first event: a relay is switched to its locked position.

        Raises:
            ActionError: The preparation failed. Events follow nevertheless.
        """
        ...

    def run(self, event: UnlockEvent, deadline: Deadline) -> ActionOutcome:
        """Perform the action.

        Args:
            event: The unlock; `event.test` if access was not granted and the action is only tried.
            deadline: Time to return by. An action that does not is abandoned, and gets no further event until it
                returns.

        Raises:
            FacelatchError: The action failed: an ActionError, or a StoreError if the event could not be queued.
        """
        ...

    def close(self) -> None:
        """Release all resources within a second, a relay in its locked position; may be called twice, by any thread."""
        ...


class Outbox(Protocol):
    """Queue for events that must reach their receiver."""

    def put(self, target: str, event: UnlockEvent, limit: int) -> None:
        """Store an event until it is delivered, across crashes; an event that is stored already is not duplicated.

        Args:
            target: Receiver: one action of one kiosk.
            event: The event.
            limit: Largest number of events stored for this target.

        Raises:
            OutboxFull: The limit is reached.
            StoreError: The database cannot be written.
        """
        ...


@dataclass(frozen=True, slots=True)
class ActionTools:
    """What the application provides to an action.

    Attributes:
        kiosk: Name of the kiosk.
        clock: Monotonic and wall clock.
        outbox: Queue for events that must not be lost.
        trouble: Reports an error that occurs after `run` has returned, with the action's name. Returns immediately.
    """

    kiosk: str
    clock: Clock
    outbox: Outbox
    trouble: Callable[[str, ActionError], None]


C = TypeVar("C", bound=ActionConfig)


@dataclass(frozen=True, slots=True)
class ActionKind(Generic[C]):
    """A kind of action; entry points of the group `facelatch.actions` refer to one.

    Attributes:
        config: Model of an `[[actions]]` table of this kind.
        make: Returns the action. Must not touch devices, network or files, which is up to `Action.start`.
    """

    config: type[C]
    make: Callable[[C, ActionTools], Action]


def installed_kinds() -> dict[str, EntryPoint]:
    """Return the entry points of installed actions by kind, without importing them."""
    return {entry.name: entry for entry in entry_points(group=ENTRY_POINT_GROUP)}


def load_kind(kind: str) -> ActionKind[Any]:
    """Import an installed kind of action.

    Raises:
        PydanticCustomError: The entry point cannot be imported, or is not an `ActionKind`.
    """
    entry = installed_kinds()[kind]
    try:
        loaded = entry.load()
    except (ImportError, AttributeError) as error:
        raise invalid_value(f"“{kind}” ({entry.value}) cannot be imported: {error}") from error
    if not isinstance(loaded, ActionKind):
        raise invalid_value(f"“{kind}” ({entry.value}) is not an ActionKind")
    return loaded
