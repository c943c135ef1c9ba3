"""Engines that run networks: ONNX Runtime sessions, execution providers, tuning, quantisation."""
