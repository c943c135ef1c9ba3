"""What a kiosk leaves that is killed while it follows: its events are on the server once, and the copy is whole."""

import itertools
from pathlib import Path

import pytest
from sqlalchemy import select

from app.store.database.sqlite import Database
from app.store.database.tables import AuditRow, FleetEventRow
from app.store.fleet.replica import Replica
from app.store.fleet.server_database import ServerDatabase
from app.store.fleet.server_queries import FleetServer
from tests.fakes.process_kills import assert_intact, kill_repeatedly
from tests.unit.store.builders import Repositories, SteppingClock, template

FOLLOWING = """
import sys
from pathlib import Path
from app.core.audit import AuditEntry, AuditKind
from app.core.clock import SystemClock
from app.store.audit.log import AuditLog
from app.store.database.sqlite import Database
from app.store.fleet.server_queries import FleetServer
from app.store.audit.ledger import Ledger
from app.store.fleet.replica import Replica
from app.store.fleet.server_database import ServerDatabase

file, address = Path(sys.argv[1]), sys.argv[2]
ledger = Ledger.beside(file.with_name("server"))
with Database.open(file) as database, ServerDatabase.connect(address, ledger) as shared:
    replica, server = Replica(database, SystemClock()), FleetServer(shared, SystemClock())
    log = AuditLog(database, SystemClock())
    print("ready", flush=True)
    while True:
        print(log.record(AuditEntry(AuditKind.UNLOCKED, "person-1", "kiosk", {})).id, flush=True)
        replica.pull(server)
        replica.push(server)
"""


def follow_and_be_killed(shared: ServerDatabase, address: str, path: Path, times: int) -> None:
    office, server, noted = Repositories(shared), FleetServer(shared, SteppingClock()), 0
    visitors = itertools.count(1)
    with Database.open(path) as database:
        Replica(database, SteppingClock()).join()

    def look(printed: str) -> None:
        """No reported event is lost while people are added and removed."""
        nonlocal noted
        noted = max([noted, *(int(line) for line in printed.split() if line.isdecimal())])
        enrolled = office.all()
        come = next(visitors)  # a kiosk may be killed before it notes anything: `noted` then stands still
        office.add(f"Person {come}", [template(come)])
        if len(enrolled) > 2:
            office.delete(enrolled[0].id)
        assert_intact(path)

    kill_repeatedly(FOLLOWING, times, 0.5, lambda _: (path, address), look)
    with Database.open(path) as database:
        replica = Replica(database, SteppingClock())
        replica.pull(server)
        replica.push(server)
        assert Repositories(database).all() == office.all()
        with database.reading() as session:
            trail = [(row.id, row.mac) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]
    with shared.reading() as session:
        kept = [
            (row.event_id, row.mac) for row in session.scalars(select(FleetEventRow).order_by(FleetEventRow.event_id))
        ]
    assert kept == trail
    assert len(trail) >= noted > 0


def test_a_kiosk_that_is_killed_sends_each_event_once(shared: ServerDatabase, address: str, tmp_path: Path) -> None:
    follow_and_be_killed(shared, address, tmp_path / "facelatch.sqlite3", 3)


@pytest.mark.soak
def test_a_kiosk_that_is_killed_fifty_times_sends_each_event_once(
    shared: ServerDatabase, address: str, tmp_path: Path
) -> None:
    follow_and_be_killed(shared, address, tmp_path / "facelatch.sqlite3", 50)
