"""A kiosk: its policy, the controller behind its screen, and the thread that runs it."""
