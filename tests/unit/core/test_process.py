import os
import subprocess
import sys

import pytest

from app.core import process
from app.core.process import disable_vendor_telemetry, process_age_s, program_command


def test_process_age_increases() -> None:
    first = process_age_s()
    assert 0 < first < 24 * 3600
    assert first <= process_age_s() < first + 60


def test_command_of_a_bundle_is_its_executable(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program_command() == [sys.executable, "-m", "app"]
    monkeypatch.setattr(sys, "_MEIPASS", "/somewhere/_internal", raising=False)
    assert program_command() == [sys.executable]


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is known on Linux only")
def test_peak_memory_is_at_least_the_current_memory() -> None:
    current, peak = process.resident_bytes(), process.peak_resident_bytes()
    assert peak is not None
    assert 10 * 2**20 < current <= peak + 2**20


def test_release_memory_returns_freed_memory() -> None:
    block = [bytes(64 * 1024) for _ in range(1000)]
    before = process.resident_bytes()
    del block
    process.release_memory()
    assert process.resident_bytes() < before - 32 * 2**20


def test_telemetry_switches_override_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    monkeypatch.setenv("OPENVINO_TELEMETRY_OPT_OUT", "0")
    disable_vendor_telemetry()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == os.environ["OPENVINO_TELEMETRY_OPT_OUT"] == "1"


def test_log_levels_of_native_code_can_be_overridden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOG_minloglevel", "0")
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    disable_vendor_telemetry()
    assert {("GLOG_minloglevel", "0"), ("TF_CPP_MIN_LOG_LEVEL", "2")} <= set(os.environ.items())


def test_importing_any_module_disables_telemetry() -> None:
    program = "import os, app.core.faces; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    without = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    assert subprocess.check_output([sys.executable, "-c", program], env=without) == b"1\n"
