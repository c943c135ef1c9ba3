"""Settings: sections and model, file, schema for the settings page and commands, and values."""
