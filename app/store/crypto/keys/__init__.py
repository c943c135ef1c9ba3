"""Keys: the sources that hold the key of a database, and the key hierarchy in its tables."""
