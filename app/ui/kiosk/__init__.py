"""The kiosk's screen: layout, keypad, window guard, watchdog."""
