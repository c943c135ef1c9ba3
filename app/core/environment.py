"""What is set in the process environment before any third-party library is imported."""

import os

_TELEMETRY_SWITCHES = {
    # onnxruntime 1.29 and later look up their vendor's host about 9 s after import unless this is set first.
    "ORT_DISABLE_TELEMETRY": "1",
    # OpenVINO's tools ask for consent and report through a separate package; refuse beforehand.
    "OPENVINO_TELEMETRY_OPT_OUT": "1",
}


def turn_vendor_telemetry_off() -> None:
    """Set the switches that keep vendors' libraries from calling home (`docs/decisions/0004-no-traffic.md`)."""
    os.environ.update(_TELEMETRY_SWITCHES)
    # glog inside MediaPipe writes its banner to standard error, where it would break `--json` readers' logs.
    os.environ.setdefault("GLOG_minloglevel", "2")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
