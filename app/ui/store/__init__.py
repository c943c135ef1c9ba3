"""The page of the database: its keys, its backups, and what is done when it does not open."""
