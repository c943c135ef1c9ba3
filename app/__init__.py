"""Facelatch: real-time face verification on your own machine."""

from app.core.process import disable_vendor_telemetry

__version__ = "0.1.0"

# Before any other import: ONNX Runtime reads the variable once, when it is imported.
disable_vendor_telemetry()
