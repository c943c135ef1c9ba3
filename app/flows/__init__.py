"""State machines that do no I/O: events in, effects out, time given."""
