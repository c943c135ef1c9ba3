"""Steps that each show that a part of the program works, and what is watched while they run."""

import logging
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from app.core.errors import FacelatchError

_OUTPUTS = (1, 2)
"""File descriptors of standard output and standard error; libraries in C write there without asking Python."""

_TALKING = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"})
"""Audit events of Python's own sockets (PEP 578) that want something from a network, beside `socket.connect`."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to try.

    Attributes:
        name: What is tried.
        attempt: Tries it, and says in a few words what came of it; raises where it does not work.
    """

    name: str
    attempt: Callable[[], str]


@dataclass(frozen=True, slots=True)
class StepReport:
    """How a step went.

    Attributes:
        name: What was tried.
        passed: It works, nothing was printed or logged as an error that nobody expects, and nothing asked for a
            network.
        seconds: How long it took.
        finding: What came of it, or what went wrong.
        advice: What to do; empty where nothing needs doing, or nobody knows.
    """

    name: str
    passed: bool
    seconds: float
    finding: str
    advice: str = ""


class StepFailed(Exception):
    """A step did run, and did not come to what it should."""


def run_steps(steps: Sequence[Step]) -> Iterator[StepReport]:
    """Try one after the other; one that fails keeps none of those behind it from being tried.

    What a step prints is kept from standard output and standard error, and fails it. The last report, "network", is on
    all of them.
    """
    watch = _NetworkWatch()
    began = time.perf_counter()
    for step in steps:
        with _captured_output() as read, _logged_errors() as errors:
            step_began = time.perf_counter()
            report = _run(step)
            seconds = time.perf_counter() - step_began
            printed = "\n".join([read(), *errors]).strip()
        yield _judged(step.name, report, seconds, printed, watch.take())
    finding = f"Asked for: {watch.total}." if watch.total else "Nothing asked for it."
    yield StepReport("network", not watch.total, time.perf_counter() - began, finding)


def _run(step: Step) -> tuple[bool, str, str]:
    try:
        return True, step.attempt(), ""
    except FacelatchError as error:
        return False, error.message, error.hint
    except StepFailed as failure:
        return False, str(failure), ""


def _judged(
    name: str, report: tuple[bool, str, str], seconds: float, printed: str, contacts: Sequence[str]
) -> StepReport:
    passed, finding, advice = report
    if printed:
        finding += f" It printed what nobody expects: {printed}"
    if contacts:
        finding += f" It asked for a network: {', '.join(contacts)}."
    return StepReport(name, passed and not printed and not contacts, seconds, finding, advice)


@contextmanager
def _captured_output() -> Iterator[Callable[[], str]]:
    """Gives a function that tells what was written to standard output and standard error since the block began."""
    _flush()
    with tempfile.TemporaryFile() as kept:
        before = {number: os.dup(number) for number in _OUTPUTS}

        def read() -> str:
            _flush()
            kept.seek(0)
            return kept.read().decode(errors="replace").strip()

        try:
            for number in _OUTPUTS:
                os.dup2(kept.fileno(), number)
            yield read
        finally:
            _flush()
            for number, copy in before.items():
                os.dup2(copy, number)
                os.close(copy)


@contextmanager
def _logged_errors() -> Iterator[list[str]]:
    """Gives the errors that the program logs in the block; they go into the log as well."""
    found: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: found.append(record.getMessage())  # type: ignore[method-assign]
    ours = logging.getLogger("app")
    ours.addHandler(handler)
    try:
        yield found
    finally:
        ours.removeHandler(handler)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        stream.flush()


class _NetworkWatch:
    """Notices what this process's Python code wants from a network.

    Libraries in C can go past it: `tests/e2e/test_no_traffic.py` watches their system calls. An audit hook stays until
    the process ends; there is one for all runs.
    """

    _contacts: list[str] | None = None

    def __init__(self) -> None:
        if _NetworkWatch._contacts is None:
            sys.addaudithook(_NetworkWatch._hear)
        _NetworkWatch._contacts = []
        self.total = 0

    def take(self) -> list[str]:
        """What was noticed since the last time."""
        contacts, _NetworkWatch._contacts = _NetworkWatch._contacts or [], []
        self.total += len(contacts)
        return contacts

    @staticmethod
    def _hear(event: str, arguments: tuple[Any, ...]) -> None:
        if _NetworkWatch._contacts is None or not (event in _TALKING or event == "socket.connect"):
            return
        first = arguments[0]
        if isinstance(first, socket.socket) and first.family not in (socket.AF_INET, socket.AF_INET6):
            return
        _NetworkWatch._contacts.append(f"{event} {arguments[1] if isinstance(first, socket.socket) else first}")
