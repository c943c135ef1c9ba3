"""This installation: settings, health checks, self-test, engine tuning."""
