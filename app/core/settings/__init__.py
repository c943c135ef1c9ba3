"""Settings: sections and model, file, schema for screens and commands, parsing of values."""
