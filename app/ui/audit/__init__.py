"""What happened, and why."""
