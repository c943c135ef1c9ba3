"""The database page: keys, recovery code, backups, integrity check, and recovery of a database that does not open."""
