"""Benchmarks of this machine: frames, gallery search, start-up, other programs."""
