"""Cooldown that keeps a kiosk from answering the same person again while they stay in view."""

from dataclasses import dataclass

from app.core.people import Person
from app.flows.kiosk.types import DenialReason, Observation, ReentryMode


@dataclass(slots=True)
class CooldownEntry:
    """A person who has been granted or denied access.

    Attributes:
        track: Track number of their face; 0 if there was none.
        until_ns: Monotonic time at which the cooldown ends.
        reason: Why they were denied access; None if they were granted it.
    """

    track: int
    until_ns: int
    reason: DenialReason | None


class ReentryCooldown:
    """Keeps the door from opening repeatedly for a person who stays in front of it.

    Args:
        mode: Whether the person must leave the view, or only wait.
        duration_ns: Length of the cooldown.
        identifies: Whether faces may be compared with all people (1:N).
    """

    def __init__(self, mode: ReentryMode, duration_ns: int, *, identifies: bool = True) -> None:
        self._mode = mode
        self._identifies = identifies
        self._duration_ns = duration_ns
        self._entries: dict[str, CooldownEntry] = {}

    def entry_of(self, person: Person) -> CooldownEntry | None:
        """Return the person's cooldown; None if there is none."""
        return self._entries.get(person.id)

    def start(self, person: Person, track: int, reason: DenialReason | None, now_ns: int) -> None:
        """Start the cooldown of a person.

        Args:
            person: Who was granted or denied access.
            track: Track number of their face; 0 if there was none.
            reason: Why access was denied; None if it was granted.
            now_ns: Monotonic time.
        """
        self._entries[person.id] = CooldownEntry(track, now_ns + self._duration_ns, reason)

    def cancel(self, person: Person | None) -> None:
        """End the person's cooldown."""
        if person is not None:
            self._entries.pop(person.id, None)

    def expire(self, now_ns: int) -> None:
        """Drop the cooldowns that have ended."""
        self._entries = {key: entry for key, entry in self._entries.items() if entry.until_ns > now_ns}

    @property
    def tracks(self) -> frozenset[int]:
        """Track numbers of the people."""
        return frozenset(entry.track for entry in self._entries.values())

    def extend(self, seen: Observation) -> None:
        """Extend the cooldowns of the people in view, unless the mode is TIME.

        A person is in view if a face matches them, or if a face that cannot be compared has their track number.
        """
        if self._mode is not ReentryMode.LEAVE or not self._entries:
            return
        for face in seen.faces:
            match = seen.access.compare(face.embedding) if face.embedding and self._identifies else None
            person = match.person.id if match and match.accepted and match.person else None
            for key, entry in self._entries.items():
                if person == key or (match is None and face.track == entry.track):
                    entry.track, entry.until_ns = face.track, seen.at_ns + self._duration_ns
