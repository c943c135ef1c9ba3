"""How the steps of a self-test run and what makes them fail."""

import logging
import os
import socket
import sys

import pytest

from app.core.errors import CameraBusy
from app.services.system.self_test import Step, StepFailed, StepReport, run_steps


def _report(attempt: object) -> StepReport:
    assert callable(attempt)
    report, network = run_steps([Step("step", attempt)])
    assert network.name == "network"
    return report


def test_a_passed_step_has_a_finding_and_a_duration() -> None:
    report = _report(lambda: "Three were found.")
    assert report.passed
    assert report.finding == "Three were found."
    assert 0 <= report.seconds < 5


@pytest.mark.parametrize(
    ("problem", "finding", "has_advice"),
    [(StepFailed("Two were found."), "Two were found.", False), (CameraBusy(camera="7"), "7", True)],
)
def test_a_failed_step_has_a_reason_and_the_next_steps_run(problem: Exception, finding: str, has_advice: bool) -> None:
    def fail() -> str:
        raise problem

    first, second, _ = run_steps([Step("first", fail), Step("second", lambda: "")])
    assert not first.passed
    assert finding in first.finding
    assert bool(first.advice) is has_advice
    assert second.passed


def test_an_internal_error_is_not_a_finding() -> None:
    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        _report(fail)


@pytest.mark.parametrize("number", [1, 2])
def test_unexpected_output_fails_a_step_and_is_hidden(number: int, capfd: pytest.CaptureFixture[str]) -> None:
    def loud() -> str:
        os.write(number, b"W0000 as C writes\n")
        return "Done."

    report = _report(loud)
    assert not report.passed
    assert report.finding == "Done. Unexpected output: W0000 as C writes"
    assert capfd.readouterr() == ("", "")


def test_buffered_output_is_captured(capfd: pytest.CaptureFixture[str]) -> None:
    with capfd.disabled():
        report = _report(lambda: str(sys.stdout.write("as Python prints")))
    assert not report.passed
    assert "as Python prints" in report.finding


def test_output_is_restored_after_a_step(capfd: pytest.CaptureFixture[str]) -> None:
    _report(lambda: "")
    os.write(1, b"seen")
    assert capfd.readouterr().out == "seen"


def _look_up() -> str:
    try:
        socket.getaddrinfo("facelatch.invalid", 443)
    except OSError:
        return "Not reached."
    return "Reached."


def _connect() -> str:
    with socket.socket() as made:
        made.settimeout(0.1)
        try:
            made.connect(("127.0.0.1", 9))
        except OSError:
            return "Not reached."
    return "Reached."


@pytest.mark.parametrize(("attempt", "named"), [(_look_up, "facelatch.invalid"), (_connect, "127.0.0.1")])
def test_network_access_fails_a_step(attempt: object, named: str) -> None:
    report = _report(attempt)
    assert not report.passed
    assert named in report.finding


def test_the_last_report_covers_network_access() -> None:
    *_, network = run_steps([Step("first", _look_up), Step("second", lambda: "")])
    assert (network.passed, network.finding) == (False, "Asked for: 1.")
    *_, network = run_steps([Step("first", lambda: "")])
    assert (network.passed, network.finding) == (True, "Nothing asked for it.")


def test_a_logged_error_fails_a_step(logged_errors: list[logging.LogRecord]) -> None:
    def troubled() -> str:
        logging.getLogger("app.somewhere").error("could not %s", "close")
        return "Done."

    report = _report(troubled)
    assert not report.passed
    assert "could not close" in report.finding
    logged_errors.clear()


def test_a_local_socket_is_no_network_access() -> None:
    def talk() -> str:
        with socket.socket(socket.AF_UNIX) as made:
            try:
                made.connect("/no-server-listens-here")
            except OSError:
                return "No server listens."
        return "A server listens."

    assert _report(talk).passed
