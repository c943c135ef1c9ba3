"""Alembic's scripts. They ship as source, inside the package, and are run from there."""
