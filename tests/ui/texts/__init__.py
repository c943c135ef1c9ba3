"""Tests of the translated texts."""
