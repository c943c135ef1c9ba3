"""Kills a process that works on a database, again and again, at moments that differ."""

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.core.clock import SystemClock
from app.store.audit.log import AuditLog
from app.store.backup.integrity import check_database
from app.store.database.sqlite import Database

ROOT = Path(__file__).resolve().parents[2]


def start_process(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """Another process of the program, with pipes for talking to it."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_repeatedly(
    code: str, times: int, within_s: float, arguments: Callable[[int], tuple[object, ...]], look: Callable[[str], None]
) -> None:
    """Kill a process while it works, at moments that are spread over its work, and look at what it leaves.

    Args:
        code: Prints a line once it is about to begin, and may print more.
        times: How often.
        within_s: The kill comes this long after the first line at most.
        arguments: Those of the code, by the number of the process.
        look: Told all that the process has printed.
    """
    chance = random.Random(6)
    moments = [within_s * (number + chance.random()) / times for number in range(times)]
    chance.shuffle(moments)
    for number, moment_s in enumerate(moments):
        process = start_process(code, *arguments(number))
        assert process.stdout is not None
        first = process.stdout.readline()
        time.sleep(moment_s)
        process.kill()
        rest = process.communicate()[0]
        assert first, f"process {number} ended before it began"
        look(first + rest)


def assert_intact(path: Path) -> None:
    """Whatever was killed: `store check` finds nothing, and `audit verify` neither."""
    assert check_database(path) == []
    with Database.open(path) as database:
        assert AuditLog(database, SystemClock()).verify().broken is None
