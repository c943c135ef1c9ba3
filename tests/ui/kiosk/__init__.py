"""Tests of the kiosk's screen."""
