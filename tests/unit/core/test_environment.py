import os
import subprocess
import sys

import pytest

from app.core.environment import turn_vendor_telemetry_off


def test_vendors_are_told_to_keep_quiet_whatever_was_said_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "0")
    monkeypatch.setenv("OPENVINO_TELEMETRY_OPT_OUT", "0")
    turn_vendor_telemetry_off()
    assert os.environ["ORT_DISABLE_TELEMETRY"] == os.environ["OPENVINO_TELEMETRY_OPT_OUT"] == "1"


def test_a_developer_may_ask_native_code_for_more_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOG_minloglevel", "0")
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    turn_vendor_telemetry_off()
    assert {("GLOG_minloglevel", "0"), ("TF_CPP_MIN_LOG_LEVEL", "2")} <= set(os.environ.items())


def test_importing_any_part_is_enough() -> None:
    program = "import os, app.core.types; print(os.environ['ORT_DISABLE_TELEMETRY'])"
    without = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    assert subprocess.check_output([sys.executable, "-c", program], env=without) == b"1\n"
