"""Liveness checks: monitors, challenges, the guided liveness test."""
