"""Self-test: run steps and watch for output, logged errors and network access."""

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

_NETWORK_EVENTS = frozenset({"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.sendto"})
"""Audit events (PEP 578) of Python's sockets that access a network, besides `socket.connect`."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the self-test.

    Attributes:
        name: Name of the step.
        attempt: Runs the step and returns a short finding; raises FacelatchError or StepFailed on failure.
    """

    name: str
    attempt: Callable[[], str]


@dataclass(frozen=True, slots=True)
class StepReport:
    """Report on a step.

    Attributes:
        name: Name of the step.
        passed: Whether it succeeded without unexpected output, logged errors or network access.
        seconds: Duration.
        finding: What was found, or what went wrong.
        advice: What to do; empty if nothing.
    """

    name: str
    passed: bool
    seconds: float
    finding: str
    advice: str = ""


class StepFailed(Exception):
    """A step ran and gave a wrong result."""


def run_steps(steps: Sequence[Step]) -> Iterator[StepReport]:
    """Run all steps in order, also after a failure.

    Output of a step is captured and makes it fail. The last report, "network", covers all steps.

    Args:
        steps: The steps.

    Yields:
        One report for each step, then the report "network".
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
        finding += f" Unexpected output: {printed}"
    if contacts:
        finding += f" It asked for a network: {', '.join(contacts)}."
    return StepReport(name, passed and not printed and not contacts, seconds, finding, advice)


@contextmanager
def _captured_output() -> Iterator[Callable[[], str]]:
    """Redirect standard output and standard error; yield a function that returns what was written in the block."""
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
    """Yield a list that receives the errors logged in the block; they reach the log, too."""
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
    """Records network access by Python code of this process.

    C libraries bypass it; `tests/e2e/test_no_traffic.py` traces their system calls. An audit hook cannot be removed, so
    all runs share one.
    """

    _contacts: list[str] | None = None

    def __init__(self) -> None:
        if _NetworkWatch._contacts is None:
            sys.addaudithook(_NetworkWatch._on_event)
        _NetworkWatch._contacts = []
        self.total = 0

    def take(self) -> list[str]:
        """Return the accesses since the last call."""
        contacts, _NetworkWatch._contacts = _NetworkWatch._contacts or [], []
        self.total += len(contacts)
        return contacts

    @staticmethod
    def _on_event(event: str, arguments: tuple[Any, ...]) -> None:
        if _NetworkWatch._contacts is None or not (event in _NETWORK_EVENTS or event == "socket.connect"):
            return
        first = arguments[0]
        if isinstance(first, socket.socket) and first.family not in (socket.AF_INET, socket.AF_INET6):
            return
        _NetworkWatch._contacts.append(f"{event} {arguments[1] if isinstance(first, socket.socket) else first}")
