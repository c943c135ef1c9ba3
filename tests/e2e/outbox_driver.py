"""Runs the actions of a kiosk in a process for tests that kill it; prints each dispatched event on a line."""

import os
import sys
import time
from pathlib import Path

from app.core.clock import SystemClock
from app.core.settings.sections import LivenessSettings
from app.services.actions.action_service import ActionService
from app.services.kiosk.policy_file import read_policy
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.outbox import OutboxRepository
from tests.fakes.actions import unlock_event


def main(database_file: Path, policy_file: Path, first: int, count: int, pause_s: float) -> None:
    """Dispatch numbered events, print each once its webhook is in the outbox, and continue delivering."""
    clock = SystemClock()
    policy = read_policy(policy_file, LivenessSettings())
    database = Database.open(database_file)
    waiting: set[str] = set()
    service = ActionService(
        policy.actions,
        policy.name,
        OutboxRepository(database, clock),
        AuditLog(database, clock),
        clock,
        lambda report: waiting.add(report.event.id) if report.event else None,
    )
    service.start()
    for number in range(first, first + count):
        event = unlock_event(number)
        service.dispatch(event)
        while event.id not in waiting:
            time.sleep(0.001)
        sys.stdout.write(f"{event.id}\n")
        sys.stdout.flush()
        time.sleep(pause_s)
    sys.stdin.readline()
    service.close()
    database.close()
    # A worker that waits for a receiver is a daemon thread, so that the process can end.
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]))
