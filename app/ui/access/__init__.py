"""Sign-in, roles and passwords, and which controls each role sees."""
