"""Credentials: hashed PINs and passwords, and lockouts after failed attempts."""
