"""Liveness: cues that tell a bona fide presentation from an attack, and the monitor that binds them to faces."""
