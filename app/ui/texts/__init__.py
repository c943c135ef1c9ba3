"""Translated texts for values, rejection reasons, liveness and the kiosk."""
