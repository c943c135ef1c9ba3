import io
import logging
import re
import subprocess
import sys

import pytest

from app import __version__
from app.__main__ import prepare_streams, run
from app.cli.output import one_in, percent
from app.core.errors import Bug
from app.core.logging import log_file
from app.wiring.models import Models
from tests.unit.cli.conftest import Command


def test_headless_demo(command: Command) -> None:
    outcome = command("demo", "--headless", "--frames", "30", "--json")
    assert outcome.code == 0
    assert set(outcome.json) >= {"frames", "recognised", "frame_p50_ms", "dropped"}
    assert outcome.json["frames"] == 30
    assert outcome.json["recognised"] >= 0.95


def test_demo_without_a_display_runs_headless(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    outcome = command("demo", "--frames", "12")
    assert outcome.code == 0
    assert "no display" in outcome.err
    assert "12 frames" in outcome.out


def test_window_without_a_display_is_an_error_with_a_hint(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("DISPLAY", ":987")
    outcome = command()
    assert outcome.code == 3
    assert "facelatch demo --headless" in outcome.err


def test_bench_prints_the_stages(command: Command) -> None:
    report = command("bench", "--frames", "10", "--json").json
    assert set(report) >= {"frame_p50_ms", "frame_p95_ms", "stages", "provider", "resolution", "faces"}
    assert set(report["stages"]["detect"]) == {"p50_ms", "p95_ms", "p99_ms"}
    assert "detect" in command("bench", "--frames", "3").out


def test_models_are_listed_and_verified(command: Command) -> None:
    listed = command("models", "list", "--json").json["models"]
    names = {
        "mobilefacenet",
        "mobilefacenet_int8",
        "mobilefacenet_64",
        "face_landmarker",
        "face_detector",
        "face_mesh",
        "face_blendshapes",
        "face_antispoof",
    }
    assert {model["name"] for model in listed} == names
    assert command("models", "verify", "--json").json == {"models": dict.fromkeys(names, "good")}
    assert "mobilefacenet" in command("models", "list").out


def test_doctor_runs_every_check(command: Command) -> None:
    outcome = command("doctor", "--json")
    assert outcome.code == 0
    checks = {check["name"]: check for check in outcome.json["checks"]}
    names = ["settings", "cameras", "models", "engine", "key", "store", "audit trail", "people", "display", "disk"]
    assert list(checks) == names
    assert all(check["advice"] for check in checks.values() if check["state"] != "good")


def test_doctor_continues_after_a_failing_check(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACELATCH_MODELS_DIR", "/nowhere")
    outcome = command("doctor", "--json")
    assert outcome.code == 3
    checks = {check["name"]: check["state"] for check in outcome.json["checks"]}
    assert checks["models"] == "bad"
    assert checks["disk"] == "good"


def test_version_and_help(command: Command) -> None:
    assert command("--version").out == f"facelatch {__version__}\n"
    shown = re.sub(r"\x1b\[[0-9;]*m", "", command("--help").out)
    for name in ("demo", "enroll", "verify", "identify", "compare", "people", "evaluate", "bench", "models", "doctor"):
        assert name in shown


def test_internal_error_is_exit_code_70_and_names_the_log(
    command: Command, monkeypatch: pytest.MonkeyPatch, logged_errors: list[logging.LogRecord]
) -> None:
    def broken(_: object) -> None:
        raise ZeroDivisionError("unforeseen")

    monkeypatch.setattr(Models, "manifest", property(broken))
    outcome = command("models", "list", "--json")
    assert outcome.code == Bug.exit_code == 70
    assert outcome.json["error"]["kind"] == "Bug"
    assert "facelatch.log" in outcome.json["error"]["hint"]
    assert logged_errors.pop().exc_info


def test_internal_error_of_the_module_is_logged_with_its_trace() -> None:
    program = """
import runpy, sys
from app.wiring.models import Models

def fail(*_, **__):
    raise RuntimeError("boom")

Models.__init__ = fail
sys.argv = ["facelatch", "models", "list"]
runpy.run_module("app", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=60, check=False)
    assert done.returncode == Bug.exit_code
    assert "RuntimeError: boom" in log_file().read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX descriptors")
def test_command_runs_without_standard_streams() -> None:
    command = f"exec {sys.executable} -m app demo --headless --frames 3 <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], timeout=120, check=False).returncode == 0


def test_streams_accept_characters_that_their_encoding_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(written, encoding="cp1252"))
    prepare_streams()
    sys.stdout.write("at most ≤ 5 · 登记")
    sys.stdout.flush()
    assert b"at most" in written.getvalue()


def test_ctrl_c_ends_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Models, "manifest", property(interrupted))
    assert run(["models", "list"]) == 130


def test_formatting_of_shares_and_rates() -> None:
    assert percent(0.99234) == "99.23 %"
    assert one_in(1.0) == "any stranger"
    assert one_in(1e-4) == "about 1 in 10,000 strangers"
    assert one_in(1 / 83_456) == "about 1 in 83,000 strangers"
    assert one_in(0.26) == "about 1 in 4 strangers"
