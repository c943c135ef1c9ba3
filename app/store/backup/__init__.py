"""Backups: copies of the database, restore, and the integrity check."""
