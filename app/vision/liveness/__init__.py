"""Cues that tell a living face from its picture, and what binds them to one face."""
