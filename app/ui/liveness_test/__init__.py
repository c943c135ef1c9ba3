"""Guided test of the liveness check with the camera in use."""
