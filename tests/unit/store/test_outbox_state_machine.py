"""State machine test: in any order of operations, the outbox agrees with lists in memory."""

import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from app.core.audit import AuditEntry, AuditKind, AuditQuery
from app.core.errors import OutboxFull
from app.core.unlock import AuthFactor, UnlockEvent
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from tests.unit.store.builders import EPOCH, SteppingClock

LIMIT = 3
receivers = st.sampled_from(["Door/hook", "Door/other"])
numbers = st.integers(0, 6)


class OutboxMachine(RuleBasedStateMachine):
    """Queues, fails, settles and reopens."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / "facelatch.sqlite3"
        self._clock = SteppingClock()
        self._open()
        self._waiting: list[tuple[str, str, int]] = []
        self._settled = 0

    def _open(self) -> None:
        self._database = Database.open(self._path)
        self._outbox = OutboxRepository(self._database, self._clock)

    @rule(to=receivers, number=numbers)
    def put(self, to: str, number: int) -> None:
        event = UnlockEvent(f"event-{number}", EPOCH, "Door", "p", "", (AuthFactor.FACE,), None)
        known = any(row[:2] == (to, event.id) for row in self._waiting)
        full = sum(row[0] == to for row in self._waiting) >= LIMIT
        try:
            self._outbox.put(to, event, LIMIT)
        except OutboxFull:
            assert full
            assert not known
        else:
            assert known or not full
            if not known:
                self._waiting.append((to, event.id, 0))

    @rule(to=receivers)
    def try_in_vain(self, to: str) -> None:
        oldest = self._outbox.oldest(to)
        place = self._place(to)
        assert (oldest is None) == (place is None)
        if oldest is not None and place is not None:
            self._outbox.tried(oldest.id, "no route")
            name, event_id, attempts = self._waiting[place]
            self._waiting[place] = (name, event_id, attempts + 1)

    @rule(to=receivers)
    def settle(self, to: str) -> None:
        oldest = self._outbox.oldest(to)
        place = self._place(to)
        if oldest is not None and place is not None:
            assert oldest.event.id == self._waiting[place][1]
            assert self._outbox.settle(oldest.id, AuditEntry(AuditKind.ACTION_DONE))
            assert not self._outbox.settle(oldest.id, AuditEntry(AuditKind.ACTION_DONE))
            del self._waiting[place]
            self._settled += 1

    @rule()
    def open_again(self) -> None:
        self._database.close()
        self._open()

    def _place(self, target: str) -> int | None:
        return next((place for place, row in enumerate(self._waiting) if row[0] == target), None)

    @invariant()
    def it_holds_what_the_lists_hold(self) -> None:
        held = [(waiting.target, waiting.event.id, waiting.attempts) for waiting in self._outbox.all()]
        assert held == self._waiting
        assert AuditLog(self._database, self._clock).count(AuditQuery()) == self._settled

    def teardown(self) -> None:
        self._database.close()
        self._folder.cleanup()


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = settings(max_examples=20, stateful_step_count=25)
