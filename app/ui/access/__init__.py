"""Who uses the window: signing in and out, passwords, and what is shown to whom."""
