"""Database: keys, backups, integrity check, recovery, synchronisation with a server."""
