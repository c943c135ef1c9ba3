"""Tests of the guided liveness test."""
