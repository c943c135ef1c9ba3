"""The settings screen, made from the settings' declaration."""
