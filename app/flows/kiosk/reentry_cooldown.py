"""Who has had their answer, and does not get it again while they stay."""

from dataclasses import dataclass

from app.core.people import Person
from app.flows.kiosk.types import DenialReason, Observation, ReentryMode


@dataclass(slots=True)
class CooldownEntry:
    """Somebody who has had their answer.

    Attributes:
        track: The number of their face; 0 where there is none.
        until_ns: When they can have it again.
        refusal: Why they were not let in; None if they were.
    """

    track: int
    until_ns: int
    refusal: DenialReason | None


class ReentryCooldown:
    """Keeps a door from opening again and again for somebody who stands in front of it.

    Args:
        rearm: Whether one has to leave the view, or only to wait.
        rearm_ns: For how long.
    """

    def __init__(self, rearm: ReentryMode, rearm_ns: int) -> None:
        self._rearm = rearm
        self._rearm_ns = rearm_ns
        self._held: dict[str, CooldownEntry] = {}

    def of(self, person: Person) -> CooldownEntry | None:
        """What holds this person back, if anything."""
        return self._held.get(person.id)

    def add(self, person: Person, track: int, refusal: DenialReason | None, now_ns: int) -> None:
        """This person has just had their answer."""
        self._held[person.id] = CooldownEntry(track, now_ns + self._rearm_ns, refusal)

    def release(self, person: Person | None) -> None:
        """This person may have another answer at once."""
        if person is not None:
            self._held.pop(person.id, None)

    def pass_time(self, now_ns: int) -> None:
        """Forget those who have been away, or have waited, for long enough."""
        self._held = {key: held for key, held in self._held.items() if held.until_ns > now_ns}

    def look(self, scene: Observation) -> None:
        """Who stays in view goes on being held, unless time alone decides."""
        if self._rearm is not ReentryMode.LEAVE or not self._held:
            return
        for face in scene.faces:
            match = scene.judge.compare(face.embedding) if face.embedding else None
            person = match.person.id if match and match.accepted and match.person else None
            for key, held in self._held.items():
                if person == key or (match is None and face.track == held.track):
                    held.track, held.until_ns = face.track, scene.at_ns + self._rearm_ns
