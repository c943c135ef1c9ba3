"""Storage: the SQLite or PostgreSQL database, encryption, audit log, backups, bundles and fleet replication."""
