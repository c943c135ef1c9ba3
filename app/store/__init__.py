"""Who is enrolled: one SQLite database, its tables, their migrations, and the repository that reads and writes them."""
