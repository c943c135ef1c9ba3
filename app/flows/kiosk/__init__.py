"""The kiosk's state machine: access decisions from frames, badges and PINs."""
