"""The settings page, generated from the settings schema."""
