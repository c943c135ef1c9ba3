"""How networks are run."""
