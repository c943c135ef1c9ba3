"""Measuring recognition, liveness and speed: protocols, statistics, benchmarks, attack synthesis."""
