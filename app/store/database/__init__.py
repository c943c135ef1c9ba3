"""The database: tables, opening, schema bootstrap and migration, write lock, error translation."""
