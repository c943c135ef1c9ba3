"""Types, errors, clock, settings, paths and logging: what every room may use, and what uses no room."""
