"""Facelatch: real-time face verification on your own machine."""

from app.core.process import disable_vendor_telemetry

__version__ = "0.1.0"

# Before anything else of ours is imported: ONNX Runtime reads its switch once, while it is imported.
disable_vendor_telemetry()
