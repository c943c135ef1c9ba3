"""Times the append of an event to the audit chain: `python -m tests.benchmarks.audit_append [COUNT]`.

Prints one JSON object: medians and 95th percentiles in milliseconds, of appending an event within an existing
transaction (required: < 1 ms), and of a whole transaction with one event, seal and disk included.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from app.core.audit import AuditEntry, AuditKind
from app.core.clock import SystemClock
from app.store.audit.log import AuditLog, append
from app.store.database.sqlite import Database

_AT_ONCE = 10
"""Events of one transaction; the first also reads the seal."""

_ENTRY = AuditEntry(
    AuditKind.UNLOCKED, "0123456789abcdef0123456789abcdef", "kiosk Door", {"similarity": 0.73, "fmr": 1e-4}
)


def main(count: int) -> None:
    """Measure, and print the result."""
    with tempfile.TemporaryDirectory() as directory, Database.open(Path(directory) / "audit.sqlite3") as database:
        log = AuditLog(database, SystemClock())
        log.record(_ENTRY)
        measured = {"append": list(_appends(database, count)), "transaction": list(_transactions(log, count // 4))}
        assert log.verify().broken is None
    print(json.dumps({"events": count, **{what: _summary(times) for what, times in measured.items()}}))  # noqa: T201 - this is a command


def _appends(database: Database, count: int) -> Iterator[float]:
    for _ in range(count // _AT_ONCE):
        with database.writing() as session:
            for _ in range(_AT_ONCE):
                begun = perf_counter()
                append(session, datetime.now(UTC), _ENTRY)
                yield 1000 * (perf_counter() - begun)


def _transactions(log: AuditLog, count: int) -> Iterator[float]:
    for _ in range(count):
        begun = perf_counter()
        log.record(_ENTRY)
        yield 1000 * (perf_counter() - begun)


def _summary(times: list[float]) -> dict[str, float]:
    return {"p50_ms": round(median(times), 3), "p95_ms": round(quantiles(times, n=20)[-1], 3)}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
