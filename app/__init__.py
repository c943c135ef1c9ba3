"""Facelatch: real-time face verification on your own machine."""

from app.core.environment import turn_vendor_telemetry_off

__version__ = "0.1.0"

# Before anything else of ours is imported: ONNX Runtime reads its switch once, while it is imported.
turn_vendor_telemetry_off()
