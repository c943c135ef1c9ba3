"""A kiosk: its policy, who may come in, and the loop behind its screen."""
