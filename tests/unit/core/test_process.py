import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.core import process
from app.core.process import disable_vendor_telemetry, process_age_s, program_command


def test_a_process_grows_older() -> None:
    first = process_age_s()
    time.sleep(0.05)
    second = process_age_s()
    assert first is not None
    assert second is not None
    assert 0 < first < second < first + 60


def test_a_bundle_is_started_by_its_own_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert program_command() == [sys.executable, "-m", "app"]
    monkeypatch.setattr(sys, "_MEIPASS", "/somewhere/_internal", raising=False)
    assert program_command() == [sys.executable]


def test_what_is_held_is_read_from_the_kernel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmHWM:\t  300 kB\nVmRSS:\t  200 kB\n")
    monkeypatch.setattr(process, "_STATUS", status)
    assert (process.resident_bytes(), process.peak_resident_bytes()) == (200 * 1024, 300 * 1024)


def test_a_system_that_does_not_tell_is_not_guessed_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_STATUS", tmp_path / "none")
    assert process.resident_bytes() is None
    (tmp_path / "none").write_text("Name:\tpython\n")
    assert process.peak_resident_bytes() is None


def test_what_was_freed_is_given_back() -> None:
    held = [bytes(64 * 1024) for _ in range(1000)]
    with_it = process.resident_bytes()
    del held
    process.release_memory()
    without = process.resident_bytes()
    assert with_it is not None
    assert without is not None
    assert without < with_it - 32 * 2**20


def test_vendors_are_told_to_keep_quiet_whatever_was_said_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    monkeypatch.setenv("OPENVINO_TELEMETRY_OPT_OUT", "0")
    disable_vendor_telemetry()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == os.environ["OPENVINO_TELEMETRY_OPT_OUT"] == "1"


def test_a_developer_may_ask_native_code_for_more_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOG_minloglevel", "0")
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    disable_vendor_telemetry()
    assert {("GLOG_minloglevel", "0"), ("TF_CPP_MIN_LOG_LEVEL", "2")} <= set(os.environ.items())


def test_importing_any_part_is_enough() -> None:
    program = "import os, app.core.faces; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    without = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    assert subprocess.check_output([sys.executable, "-c", program], env=without) == b"1\n"
