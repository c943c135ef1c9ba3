"""Kills processes that write to a database, at varying moments."""

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
    """Start Python code in a process with pipes."""
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
    """Kill a process at moments spread over its work, and inspect the state it leaves.

    Args:
        code: Python code that prints a line before its work, and may print more.
        times: Number of processes.
        within_s: Latest time of the kill after the first line, in seconds.
        arguments: Arguments of the code by the number of the process.
        look: Called with the output of the process.
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
    """Assert that the database and its audit log are intact."""
    assert check_database(path) == []
    with Database.open(path) as database:
        assert AuditLog(database, SystemClock()).verify().broken is None
