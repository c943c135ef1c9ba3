"""Alembic scripts. They ship as source files inside the package and run from there."""
