"""Presentation attacks that the program makes itself, from pictures and clips that it is given."""
