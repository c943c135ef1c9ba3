"""Trying the liveness check with the camera in use."""
