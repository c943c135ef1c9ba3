"""State machines without I/O: events in, effects out, time passed in."""
